import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface RecoveryCodesPageProps {
  readonly site: Site
  readonly left: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RecoveryCodesPage({ site, left, attempt, problem }: RecoveryCodesPageProps) {
  return (
    <ConfirmPage
      site={site}
      title="Get new recovery codes"
      action={site.paths.recoveryCodes}
      back={site.paths.authenticator}
      submit="Get ten new codes"
      attempt={attempt}
      problem={problem}
    >
      <p>
        {left === 0 && 'None of your old ones is left.'}
        {left === 1 && 'The one that is left stops working at once.'}
        {left > 1 && `The ${left} that are left stop working at once.`}
      </p>
    </ConfirmPage>
  )
}
