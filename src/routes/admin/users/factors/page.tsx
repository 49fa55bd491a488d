import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { countText } from '../../../../ui/words/plural.ts'

export interface ResetFactorsPageProps {
  readonly site: Site<'admin'>
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
  const { paths, texts } = site
  const { user: words, factors: t } = texts.admin
  const name = <Name>{user.username}</Name>
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={paths.resetFactors(user.id)}
      back={paths.adminUser(user.id)}
      submit={words.reset}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill text={t.text} user={name} />
      </p>
      <ul>
        {factors.hasAuthenticator && <li>{t.authenticator}</li>}
        {factors.passkeys > 0 && <li>{countText(site.language, t.passkeys, factors.passkeys)}</li>}
      </ul>
      <p>
        {factors.hasPassword ? t.password : t.noPassword} {user.email === undefined ? t.noMail : t.mail}{' '}
        {t.sessions}
      </p>
    </ConfirmPage>
  )
}
