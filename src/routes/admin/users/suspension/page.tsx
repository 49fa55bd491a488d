import type { Site } from '../../../../ui/site.ts'
import { countText } from '../../../../ui/words/plural.ts'
import { SuspensionPage } from '../../suspension-page.tsx'

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
  const { paths } = site
  const t = site.texts.admin.suspendUser
  return (
    <SuspensionPage
      site={site}
      texts={t}
      name={user.username}
      isSuspended={suspendedAt !== undefined}
      action={paths.suspendUser(user.id)}
      back={paths.adminUser(user.id)}
      attempt={attempt}
      problem={problem}
    >
      <ul>
        <li>{sessions === 0 ? t.noSession : countText(site.language, t.sessions, sessions)}</li>
        <li>{t.tokens}</li>
        <li>{t.jwts}</li>
      </ul>
    </SuspensionPage>
  )
}
