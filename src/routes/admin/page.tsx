import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'

export interface AdminPageProps {
  readonly site: Site
  /** How many there are, in words. */
  readonly users: string
  readonly applications: string
}

export function AdminPage({ site, users, applications }: AdminPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Administration">
      <h1>Administration</h1>
      <Ways>
        <Way href={paths.adminUsers} icon="users" title="Users" count={users}>
          Everybody who can sign in here.
        </Way>
        <Way href={paths.adminApplications} icon="applications" title="Applications" count={applications}>
          Of all developers: look at them, change them, give them to another owner.
        </Way>
      </Ways>
    </Layout>
  )
}
