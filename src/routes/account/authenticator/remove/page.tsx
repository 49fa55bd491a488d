import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface RemoveAuthenticatorPageProps {
  readonly site: Site
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemoveAuthenticatorPage({ site, attempt, problem }: RemoveAuthenticatorPageProps) {
  return (
    <ConfirmPage
      site={site}
      title="Remove the authenticator app"
      action={site.paths.removeAuthenticator}
      back={site.paths.authenticator}
      submit="Remove"
      attempt={attempt}
      problem={problem}
    >
      <p>
        From then on your password alone is enough to sign in. The codes of the app and your recovery codes
        stop working.
      </p>
    </ConfirmPage>
  )
}
