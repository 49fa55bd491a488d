import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { countText } from '../../../../ui/words/plural.ts'

export interface SuspendUserPageProps {
  readonly site: Site<'admin'>
  readonly user: { readonly id: string; readonly username: string }
  readonly suspendedAt: number | undefined
  readonly sessions: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function SuspendUserPage(props: SuspendUserPageProps) {
  const { site, user, suspendedAt, sessions, attempt, problem } = props
  const { paths, texts } = site
  const { shared, suspendUser: t } = texts.admin
  const suspend = suspendedAt === undefined
  const name = <Name>{user.username}</Name>
  return (
    <ConfirmPage
      site={site}
      title={suspend ? t.suspend : t.resume}
      action={paths.suspendUser(user.id)}
      back={paths.adminUser(user.id)}
      submit={suspend ? shared.suspend : shared.resume}
      hidden={{ suspended: String(suspend) }}
      mild={!suspend}
      attempt={attempt}
      problem={problem}
    >
      {suspend ? (
        <>
          <p>
            <Fill text={t.text} name={name} />
          </p>
          <ul>
            <li>{sessions === 0 ? t.noSession : countText(site.language, t.sessions, sessions)}</li>
            <li>{t.tokens}</li>
            <li>{t.jwts}</li>
          </ul>
          <p>{t.kept}</p>
        </>
      ) : (
        <p>
          <Fill text={t.resumeText} name={name} />
        </p>
      )}
    </ConfirmPage>
  )
}
