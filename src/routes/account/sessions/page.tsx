import { deviceName } from '../../../protocol/device-name.ts'
import type { ListedSession } from '../../../store/own-sessions.ts'
import { Time } from '../../../ui/facts.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface SessionsPageProps {
  readonly site: Site
  readonly sessions: readonly ListedSession[]
  /** The one that looks at the page. */
  readonly current: string
  /** There are more than are shown. */
  readonly more: boolean
  readonly attempt: string
  readonly done: boolean
  readonly problem?: string | undefined
}

export function SessionsPage(props: SessionsPageProps) {
  const { site, sessions, current, more, attempt, done, problem } = props
  return (
    <Layout site={site} title={problem === undefined ? 'Sessions' : 'Error: Sessions'}>
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>Sessions</h1>
      <p>Browsers in which you are signed in. Sign out of those that you don’t know or don’t use any more.</p>
      {done && <Done>Signed out there.</Done>}
      <Refused problem={problem} />
      <form method="post" action={site.paths.accountSessions}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <ul class="rows">
          {sessions.map((session) => (
            <Row session={session} isCurrent={session.sid === current} />
          ))}
        </ul>
        {more && <p class="hint">These are the {sessions.length} that were seen last. There are more.</p>}
        {sessions.length > 1 && (
          <div class="actions">
            <button type="submit" name="end" value="others" class="secondary">
              Sign out everywhere else
            </button>
          </div>
        )}
      </form>
      <p class="hint">
        Applications that can be told are told at once. If you don’t know one of these,{' '}
        <a href={site.paths.accountPassword}>change your password</a> too.
      </p>
    </Layout>
  )
}

function Row({ session, isCurrent }: { readonly session: ListedSession; readonly isCurrent: boolean }) {
  const name = deviceName(session.userAgent)
  return (
    <li>
      <Monogram name={name} />
      <div>
        <strong>{name}</strong>
        <p class="hint">
          Signed in <Time at={session.authenticatedAt} exact />
          <br />
          Last seen <Time at={session.lastSeenAt} exact />
        </p>
      </div>
      <p class="meta">
        {isCurrent && <span class="tag strong">This one</span>}
        <button type="submit" name="end" value={session.sid} class="secondary small">
          Sign out<span class="unseen"> of {isCurrent ? 'this browser' : name}</span>
        </button>
      </p>
    </li>
  )
}
