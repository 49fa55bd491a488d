import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface RemovePasskeyPageProps {
  readonly site: Site<'account'>
  readonly id: string
  readonly name: string
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemovePasskeyPage({ site, id, name, attempt, problem }: RemovePasskeyPageProps) {
  const t = site.texts.account.passkeys
  return (
    <ConfirmPage
      site={site}
      title={t.removeTitle}
      action={site.paths.removePasskey(id)}
      back={site.paths.passkeys}
      submit={t.remove}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill text={t.removeText} name={<Name>{name}</Name>} />
      </p>
    </ConfirmPage>
  )
}
