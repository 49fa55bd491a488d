import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface RemoveUserIdentityPageProps {
  readonly site: Site<'admin'>
  readonly user: { readonly id: string; readonly username: string }
  readonly identity: { readonly key: string; readonly label: string; readonly connectionName: string }
  readonly isLastWay: boolean
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemoveUserIdentityPage(props: RemoveUserIdentityPageProps) {
  const { site, user, identity, isLastWay, attempt, problem } = props
  const { paths, texts } = site
  const { user: words, identity: t } = texts.admin
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={paths.userIdentity(user.id, identity.key)}
      back={paths.adminUser(user.id)}
      submit={words.removeIdentity}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill
          text={t.text}
          user={<Name>{user.username}</Name>}
          name={<Name>{identity.label}</Name>}
          provider={<Name>{identity.connectionName}</Name>}
        />
      </p>
      {isLastWay && <p>{t.last}</p>}
    </ConfirmPage>
  )
}
