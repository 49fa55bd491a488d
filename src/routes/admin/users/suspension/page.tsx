import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface SuspendUserPageProps {
  readonly site: Site
  readonly user: { readonly id: string; readonly username: string }
  readonly suspendedAt: number | undefined
  readonly sessions: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function SuspendUserPage(props: SuspendUserPageProps) {
  const { site, user, suspendedAt, sessions, attempt, problem } = props
  const { paths } = site
  const suspend = suspendedAt === undefined
  const name = (
    <strong>
      <bdi>{user.username}</bdi>
    </strong>
  )
  return (
    <ConfirmPage
      site={site}
      title={suspend ? 'Suspend the user' : 'Resume the user'}
      action={paths.suspendUser(user.id)}
      back={paths.adminUser(user.id)}
      submit={suspend ? 'Suspend' : 'Resume'}
      hidden={{ suspended: String(suspend) }}
      mild={!suspend}
      attempt={attempt}
      problem={problem}
    >
      {suspend ? (
        <>
          <p>{name} is shut out at once, until you resume them:</p>
          <ul>
            <li>
              They can’t sign in, and{' '}
              {sessions === 0 ? 'have no session now' : `their sessions (${sessions}) stop working`}.
            </li>
            <li>No application gets tokens for them; those it holds are answered as not valid here.</li>
            <li>An API that doesn’t ask this server accepts JWTs of theirs until they expire.</li>
          </ul>
          <p>Applications that they own go on for others. Nothing is deleted.</p>
        </>
      ) : (
        <p>{name} can sign in again. Sessions and tokens that have not expired work again, too.</p>
      )}
    </ConfirmPage>
  )
}
