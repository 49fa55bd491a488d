import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface ResetFactorsPageProps {
  readonly site: Site
  readonly user: { readonly id: string; readonly username: string; readonly email: string | undefined }
  readonly factors: {
    readonly hasPassword: boolean
    readonly hasAuthenticator: boolean
    readonly passkeys: number
  }
  readonly attempt: string
  readonly problem?: string | undefined
}

export function ResetFactorsPage({ site, user, factors, attempt, problem }: ResetFactorsPageProps) {
  const { paths } = site
  return (
    <ConfirmPage
      site={site}
      title="Reset the second factor"
      action={paths.resetFactors(user.id)}
      back={paths.adminUser(user.id)}
      submit="Reset"
      attempt={attempt}
      problem={problem}
    >
      <p>
        For when they lost it, and only once you are sure that it is{' '}
        <strong>
          <bdi>{user.username}</bdi>
        </strong>{' '}
        who asks. This ends:
      </p>
      <ul>
        {factors.hasAuthenticator && <li>Their authenticator app and the recovery codes.</li>}
        {factors.passkeys > 0 && <li>Their passkeys ({factors.passkeys}).</li>}
      </ul>
      <p>
        {factors.hasPassword
          ? 'From then on their password alone lets them in.'
          : 'They have no password: they get in again only by “Forgot your password?”, with a link by mail.'}{' '}
        {user.email === undefined ? 'They have no email address to tell them.' : 'They are told by mail.'}{' '}
        Their sessions stay; end those too if a device was stolen.
      </p>
    </ConfirmPage>
  )
}
