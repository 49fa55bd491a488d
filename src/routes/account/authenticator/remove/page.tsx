import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface RemoveAuthenticatorPageProps {
  readonly site: Site<'account'>
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemoveAuthenticatorPage({ site, attempt, problem }: RemoveAuthenticatorPageProps) {
  const t = site.texts.account.authenticator
  return (
    <ConfirmPage
      site={site}
      title={t.removeTitle}
      action={site.paths.removeAuthenticator}
      back={site.paths.authenticator}
      submit={t.removeSubmit}
      attempt={attempt}
      problem={problem}
    >
      <p>{t.removeText}</p>
    </ConfirmPage>
  )
}
