import type { ListedSession } from '../../../store/sign-in/own-sessions.ts'
import { Time } from '../../../ui/facts.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { countText } from '../../../ui/words/plural.ts'
import { deviceName } from '../../../values/device-name.ts'

export interface SessionsPageProps {
  readonly site: Site<'account'>
  readonly sessions: readonly ListedSession[]
  /** The session of the viewer. */
  readonly current: string
  /** There are more than are shown. */
  readonly more: boolean
  readonly attempt: string
  readonly done: boolean
  readonly problem?: string | undefined
}

export function SessionsPage(props: SessionsPageProps) {
  const { site, sessions, current, more, attempt, done, problem } = props
  const t = site.texts.account.sessions
  return (
    <Layout site={site} title={problem === undefined ? t.title : `${site.messages.error}: ${t.title}`}>
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      {done && <Done>{t.done}</Done>}
      <Refused problem={problem} />
      <form method="post" action={site.paths.accountSessions}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {sessions.length > 1 && (
          <div class="actions">
            <button type="submit" name="end" value="others" class="secondary">
              {t.others}
            </button>
          </div>
        )}
        <ul class="rows">
          {sessions.map((session) => (
            <Row site={site} session={session} isCurrent={session.sid === current} />
          ))}
        </ul>
        {more && <p class="hint">{countText(site.language, t.more, sessions.length)}</p>}
      </form>
      <p class="hint">
        <Fill text={t.hint} link={<a href={site.paths.accountPassword}>{t.link}</a>} />
      </p>
    </Layout>
  )
}

interface RowProps {
  readonly site: Site<'account'>
  readonly session: ListedSession
  readonly isCurrent: boolean
}

function Row({ site, session, isCurrent }: RowProps) {
  const { sessions: t } = site.texts.account
  const name = deviceName(session.userAgent, site.messages.devices)
  const device = isCurrent ? t.thisBrowser : name
  return (
    <li>
      <Monogram name={name} />
      <div>
        <strong>{name}</strong>
        <p class="hint">
          <Fill
            text={session.provider === undefined ? t.signedIn : t.signedInBy}
            at={<Time at={session.authenticatedAt} exact ago />}
            provider={<bdi>{session.provider}</bdi>}
          />
          <br />
          <Fill text={t.seen} at={<Time at={session.lastSeenAt} exact ago />} />
        </p>
      </div>
      <p class="meta">
        {isCurrent && <span class="tag strong">{t.current}</span>}
        <button
          type="submit"
          name="end"
          value={session.sid}
          class="secondary small"
          aria-label={fillText(t.signOutOf, { device })}
        >
          {t.signOut}
        </button>
      </p>
    </li>
  )
}
