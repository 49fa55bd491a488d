import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface RolePageProps {
  readonly site: Site
  readonly user: { readonly id: string; readonly username: string; readonly role: string }
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RolePage({ site, user, attempt, problem }: RolePageProps) {
  const { paths } = site
  const promote = user.role !== 'administrator'
  return (
    <ConfirmPage
      site={site}
      title={promote ? 'Make an administrator' : 'Take the role away'}
      action={paths.userRole(user.id)}
      back={paths.adminUser(user.id)}
      submit={promote ? 'Make administrator' : 'Take it away'}
      hidden={{ role: promote ? 'administrator' : 'user' }}
      mild={promote}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <strong>
          <bdi>{user.username}</bdi>
        </strong>{' '}
        {promote
          ? 'will see and change every application, every user and the keys of this server, and can take your own role away.'
          : 'loses the administration at once. Their account and their own applications stay.'}
      </p>
    </ConfirmPage>
  )
}
