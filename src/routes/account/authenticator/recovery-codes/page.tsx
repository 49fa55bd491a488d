import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import { fillText } from '../../../../ui/fill.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface RecoveryCodesPageProps {
  readonly site: Site
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
      <p>
        {left === 0 && t.oldNone}
        {left === 1 && t.oldOne}
        {left > 1 && fillText(t.oldMany, { count: left })}
      </p>
    </ConfirmPage>
  )
}
