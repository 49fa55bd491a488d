import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { countText } from '../../../../ui/words/plural.ts'

export interface RecoveryCodesPageProps {
  readonly site: Site<'account'>
  readonly left: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RecoveryCodesPage({ site, left, attempt, problem }: RecoveryCodesPageProps) {
  const t = site.texts.account.authenticator
  return (
    <ConfirmPage
      site={site}
      title={t.renew}
      action={site.paths.recoveryCodes}
      back={site.paths.authenticator}
      submit={t.renewSubmit}
      attempt={attempt}
      problem={problem}
    >
      <p>{left === 0 ? t.oldNone : countText(site.language, t.old, left)}</p>
    </ConfirmPage>
  )
}
