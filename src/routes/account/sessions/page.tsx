import type { ListedSession } from '../../../store/sign-in/own-sessions.ts'
import { Time } from '../../../ui/facts.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { countText } from '../../../ui/words/plural.ts'
import { byDevice, deviceName } from '../../../values/device-name.ts'

export interface SessionsPageProps {
  readonly site: Site<'account'>
  readonly place: ListPlace
  readonly sessions: readonly ListedSession[]
  /** The session of the viewer. */
  readonly current: string
  readonly attempt: string
  readonly done: boolean
  readonly problem?: string | undefined
}

export function SessionsPage(props: SessionsPageProps) {
  const { site, place, sessions, current, attempt, done, problem } = props
  const t = site.texts.account.sessions
  const mine = sessions.filter(({ sid }) => sid === current)
  const others = sessions.filter(({ sid }) => sid !== current)
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
        {(sessions.length > 1 || place.after !== '') && (
          <div class="actions">
            <button type="submit" name="end" value="others" class="secondary">
              {t.others}
            </button>
          </div>
        )}
        <List place={place} count={sessions.length}>
          {mine.map((session) => (
            <Row site={site} session={session} isCurrent />
          ))}
          {byDevice(others, site.messages.devices).map(({ name, items }) =>
            items.length > 1 ? (
              <Device site={site} name={name} sessions={items} />
            ) : (
              items.map((session) => <Row site={site} session={session} />)
            ),
          )}
        </List>
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
  readonly isCurrent?: boolean
}

function Row({ site, session, isCurrent = false }: RowProps) {
  const { sessions: t } = site.texts.account
  const name = deviceName(session.userAgent, site.messages.devices)
  const device = isCurrent ? t.thisBrowser : name
  return (
    <li>
      <Monogram name={name} />
      <div>
        <strong>{name}</strong>
        <p class="hint">
          <Times site={site} session={session} />
        </p>
      </div>
      <p class="meta">
        {isCurrent && <span class="tag strong">{t.current}</span>}
        <EndButton sids={[session.sid]} label={t.signOut} name={fillText(t.signOutOf, { device })} />
      </p>
    </li>
  )
}

interface DeviceProps {
  readonly site: Site<'account'>
  readonly name: string
  /** Two or more of the same browser and system, the one seen last first. */
  readonly sessions: readonly ListedSession[]
}

/** One line for all sessions of a device; each of them can be opened. */
function Device({ site, name, sessions }: DeviceProps) {
  const { sessions: t } = site.texts.account
  return (
    <li>
      <Monogram name={name} />
      <div>
        <strong>{name}</strong> <span class="tag">{countText(site.language, t.count, sessions.length)}</span>
        <p class="hint">
          <Fill text={t.seen} at={<Time at={sessions[0]?.lastSeenAt ?? 0} exact ago />} />
        </p>
        <details>
          <summary>{t.each}</summary>
          <ul class="lines">
            {sessions.map((session) => (
              <li class="hint">
                <Times site={site} session={session} />{' '}
                <EndButton
                  sids={[session.sid]}
                  label={t.signOut}
                  name={fillText(t.signOutOf, { device: name })}
                />
              </li>
            ))}
          </ul>
        </details>
      </div>
      <p class="meta">
        <EndButton
          sids={sessions.map(({ sid }) => sid)}
          label={t.signOutAll}
          name={`${t.signOutAll}: ${name}`}
        />
      </p>
    </li>
  )
}

function Times({ site, session }: Pick<RowProps, 'site' | 'session'>) {
  const { sessions: t } = site.texts.account
  return (
    <>
      <Fill
        text={session.provider === undefined ? t.signedIn : t.signedInBy}
        at={<Time at={session.authenticatedAt} exact ago />}
        provider={<bdi>{session.provider}</bdi>}
      />
      <br />
      <Fill text={t.seen} at={<Time at={session.lastSeenAt} exact ago />} />
    </>
  )
}

interface EndButtonProps {
  readonly sids: readonly string[]
  readonly label: string
  /** With the device. It begins with the label, for people who say what they see (WCAG 2.5.3). */
  readonly name: string
}

function EndButton({ sids, label, name }: EndButtonProps) {
  return (
    <button type="submit" name="end" value={sids.join(' ')} class="secondary small" aria-label={name}>
      {label}
    </button>
  )
}
