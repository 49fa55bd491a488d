import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'

export interface AdminPageProps {
  readonly site: Site
  /** How many there are, in words. */
  readonly users: string
  readonly applications: string
  /** Whether anybody can be invited. */
  readonly canInvite: boolean
}

export function AdminPage({ site, users, applications, canInvite }: AdminPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Administration">
      <h1>Administration</h1>
      <Ways>
        <Way href={paths.adminUsers} icon="users" title="Users" count={users}>
          Everybody who can sign in here: their role, their access, suspension.
        </Way>
        <Way href={paths.adminApplications} icon="applications" title="Applications" count={applications}>
          Of all developers: their settings, their owners, suspension.
        </Way>
        <Way href={paths.adminApis} icon="shield" title="APIs">
          Who accepts our tokens, with scopes and lifetimes of their own.
        </Way>
        <Way href={paths.adminScopes} icon="check" title="Scopes">
          What applications can ask people for, in people’s words.
        </Way>
        <Way href={paths.adminKeys} icon="key" title="Signing keys">
          Which signs now, which comes next; rotate one.
        </Way>
        <Way href={paths.adminAudit} icon="clock" title="Audit log">
          Every security event: who did what, and when.
        </Way>
        <Way href={paths.adminLogouts} icon="arrow" title="Logout notices">
          On their way to applications, delivered, or given up.
        </Way>
        {canInvite && site.viewer?.isAdministrator && (
          <Way href={paths.adminInvitations} icon="plus" title="Invitations">
            Let somebody create an account.
          </Way>
        )}
        {site.viewer?.isAdministrator && (
          <Way href={paths.adminSettings} icon="settings" title="Settings">
            What the operator set, what is the default, and what each means.
          </Way>
        )}
      </Ways>
    </Layout>
  )
}
