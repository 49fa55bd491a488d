import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface RemoveIdentityPageProps {
  readonly site: Site<'account'>
  readonly identity: { readonly key: string; readonly label: string; readonly connectionName: string }
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemoveIdentityPage({ site, identity, attempt, problem }: RemoveIdentityPageProps) {
  const { identities: t, passkeys: shared } = site.texts.account
  return (
    <ConfirmPage
      site={site}
      title={t.removeTitle}
      action={site.paths.removeIdentity(identity.key)}
      back={site.paths.identities}
      submit={shared.remove}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill
          text={t.removeText}
          name={<Name>{identity.label}</Name>}
          provider={<Name>{identity.connectionName}</Name>}
        />
      </p>
    </ConfirmPage>
  )
}
