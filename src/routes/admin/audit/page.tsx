import type { Child } from 'hono/jsx'
import { Time } from '../../../ui/facts.tsx'
import { DaysFields, UsualDays } from '../../../ui/forms/days.tsx'
import { Field, SelectField } from '../../../ui/forms/fields.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, Repeated } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { ClientName, Isolated } from '../../../ui/words/name.tsx'
import { countText, writeCount } from '../../../ui/words/plural.ts'
import { deviceName } from '../../../values/device-name.ts'
import { runsOf } from '../../../values/runs.ts'
import { eventNames, nameOfEvent, sentencesOf } from './event-names.ts'

interface LoggedEvent {
  readonly id: string
  readonly at: number
  readonly type: string
  readonly reference: string
  readonly userId: string | undefined
  readonly username: string | undefined
  readonly clientId: string | undefined
  readonly clientName: string | undefined
  readonly detail: string | undefined
  readonly subjectId: string | undefined
  readonly subjectName: string | undefined
}

export interface AuditPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly filter: Readonly<Record<'type' | 'user' | 'client' | 'from' | 'to', string>>
  readonly events: readonly LoggedEvent[]
  /** The number of events that match the filter; one more than `most` when there are more. Undefined without a filter. */
  readonly counted: number | undefined
  readonly most: number
  /** People whose name or address contains the text of the filter, if there is no event of a person with exactly this name. */
  readonly people: readonly { readonly username: string }[]
  readonly now: number
}

export function AuditPage(props: AuditPageProps) {
  const { site, place, filter, events, counted, most, people, now } = props
  const { paths, language, messages, texts } = site
  const { home, audit: t } = texts.admin
  const types = [
    { value: '', label: t.everything },
    ...Object.entries(eventNames(site))
      .map(([value, label]) => ({ value, label }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language)),
  ]
  const hrefOf = (chosen: AuditPageProps['filter']) =>
    `${paths.adminAudit}?${new URLSearchParams(Object.entries(chosen).filter(([, value]) => value !== ''))}`
  return (
    <Layout site={site} title={home.audit}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <div class="heading">
        <h1>{home.audit}</h1>
        <a class="button secondary" href={`${paths.adminAuditExport}?${new URLSearchParams(filter)}`}>
          {t.export}
        </a>
      </div>
      <search>
        <form class="filters" method="get" action={paths.adminAudit}>
          <SelectField label={t.what} name="type" value={filter.type} choices={types} />
          <Field label={t.user} name="user" value={filter.user} />
          <Field label={t.client} name="client" value={filter.client} />
          <DaysFields texts={t.days} from={filter.from} to={filter.to} />
          <button type="submit" class="secondary">
            <Icon name="search" />
            {t.days.filter}
          </button>
        </form>
        <UsualDays
          texts={t.days}
          from={filter.from}
          to={filter.to}
          now={now}
          hrefOf={(days) => hrefOf({ ...filter, ...days })}
        />
      </search>
      {people.length > 0 && (
        <p>
          <Fill text={t.people} name={<bdi>{filter.user}</bdi>} />{' '}
          {people.map(({ username }) => (
            <>
              <a href={hrefOf({ ...filter, user: username })}>
                <bdi>{username}</bdi>
              </a>{' '}
            </>
          ))}
        </p>
      )}
      {counted !== undefined && counted > 0 && (
        <p class="hint">
          {countText(language, t.counted, counted, { count: writeCount(counted, most, language) })}{' '}
          <a href={paths.adminAudit}>{t.days.clear}</a>
        </p>
      )}
      {events.length === 0 && counted !== undefined ? (
        <p class="empty">
          {t.days.noMatch} <a href={paths.adminAudit}>{t.days.clear}</a>
        </p>
      ) : (
        <List place={place} count={events.length}>
          {runsOf(events, isSame).map((run) => (
            <Row site={site} run={run} />
          ))}
        </List>
      )}
    </Layout>
  )
}

/** The same act of the same person. Its objects are named, and other differences are shown in the rows of the run. */
function isSame(a: LoggedEvent, b: LoggedEvent): boolean {
  return a.type === b.type && a.userId === b.userId
}

type Run = readonly [LoggedEvent, ...LoggedEvent[]]

interface RunProps {
  readonly site: Site<'admin'>
  readonly run: Run
}

function Row({ site, run }: RunProps) {
  const [event] = run
  const { type, at, reference } = event
  return (
    <li>
      <Icon name={/failed|locked|refused|replayed|reused/.test(type) ? 'warning' : 'clock'} />
      <div>
        <Sentence site={site} run={run} />
        {run.length === 1 && <Detail site={site} event={event} />}
        <Repeated times={run.map(({ at }) => at)}>
          {run.map((one) => (
            <li class="hint">
              <Sentence site={site} run={[one]} />
              <Detail site={site} event={one} />
              <Time at={one.at} exact /> <code>{one.reference}</code>
            </li>
          ))}
        </Repeated>
      </div>
      <p class="meta">
        {run.length === 1 && <code>{reference}</code>}
        <Time at={at} exact ago />
      </p>
    </li>
  )
}

/** A detail that the sentence does not contain. */
function Detail({ site, event }: { readonly site: Site<'admin'>; readonly event: LoggedEvent }) {
  const { type, detail, subjectId, clientId } = event
  if (detail === undefined || detail === subjectId || detail === clientId) return null
  if (textOf(site, type)?.includes('{thing}')) return null
  const isDevice = type === 'sign_in' || type === 'session_ended'
  return (
    <p class="hint">
      {isDevice ? (
        <span title={detail}>{deviceName(detail, site.messages.devices)}</span>
      ) : (
        <code>{detail}</code>
      )}
    </p>
  )
}

/** An event of another release has no sentence. */
function textOf(site: Site<'admin'>, type: string): string | undefined {
  const known: Readonly<Record<string, string>> = sentencesOf(site)
  return known[type]
}

/**
 * The person, the act and its objects, with current names; an event without a sentence, or without a part of it, shows its name,
 * people and objects.
 */
function Sentence({ site, run }: RunProps) {
  const { audit: t } = site.texts.admin
  const [{ type, userId, username }] = run
  const text = textOf(site, type)
  const actor = userId && <UserName site={site} id={userId} name={username} />
  const user = named(run, 'subjectId', ({ subjectId: id, subjectName: name }) =>
    id === undefined ? undefined : <UserName site={site} id={id} name={name} />,
  )
  const application = named(run, 'clientId', ({ clientId: id, clientName: name }) =>
    id === undefined ? undefined : name === undefined ? (
      <>
        {t.goneClient} (<code>{id}</code>)
      </>
    ) : (
      <ClientName site={site} id={id} name={name} />
    ),
  )
  const thing = named(run, 'detail', ({ detail }) => detail && <Isolated>{detail}</Isolated>)
  const parts: Readonly<Record<string, Child>> = { actor, user, application, thing }
  const names = [...(text?.matchAll(/\{(\w+)\}/g) ?? [])].map(([, name = '']) => name)
  if (text !== undefined && names.every((name) => parts[name])) return <Fill text={text} {...parts} />
  return (
    <>
      <strong>{nameOfEvent(site, type)}</strong>
      <p class="hint">
        {actor && <Fill text={t.by} user={actor} />} {application && <>· {application}</>}{' '}
        {user && (
          <>
            · <Fill text={t.about} user={user} />
          </>
        )}
      </p>
    </>
  )
}

/** At most three different objects of a run, and the number of the others. */
function named(
  run: Run,
  by: 'subjectId' | 'clientId' | 'detail',
  write: (event: LoggedEvent) => Child,
): Child {
  const different = [...new Map(run.map((event) => [event[by], event])).values()]
  const written = different.slice(0, 3).map(write)
  if (!written.every(Boolean)) return undefined
  const more = different.length - written.length
  return (
    <>
      {written.map((one, i) => (
        <>
          {i > 0 && ', '}
          {one}
        </>
      ))}
      {more > 0 && `, +${more}`}
    </>
  )
}

interface UserNameProps {
  readonly site: Site<'admin'>
  readonly id: string
  readonly name: string | undefined
}

function UserName({ site, id, name }: UserNameProps) {
  return name === undefined ? (
    site.texts.admin.audit.gone
  ) : (
    <a href={site.paths.adminUser(id)}>
      <Isolated>{name}</Isolated>
    </a>
  )
}
