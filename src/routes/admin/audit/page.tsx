import { Time } from '../../../ui/facts.tsx'
import { Field, SelectField } from '../../../ui/forms/fields.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, Repeated } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { ClientName } from '../../../ui/words/name.tsx'
import { runsOf } from '../../../values/runs.ts'
import { eventNames, nameOfEvent } from './event-names.ts'

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
}

export function AuditPage({ site, place, filter, events }: AuditPageProps) {
  const { paths, language, messages, texts } = site
  const { home, audit: t } = texts.admin
  const types = [
    { value: '', label: t.everything },
    ...Object.entries(eventNames(site))
      .map(([value, label]) => ({ value, label }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language)),
  ]
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
          <Day label={t.from} name="from" value={filter.from} />
          <Day label={t.to} name="to" value={filter.to} />
          <button type="submit" class="secondary">
            <Icon name="search" />
            {t.filter}
          </button>
        </form>
      </search>
      {events.length === 0 && Object.values(filter).some((value) => value !== '') ? (
        <p class="empty">
          {t.noMatch} <a href={paths.adminAudit}>{t.clear}</a>
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

/** Differences are shown in the rows of the run. */
function isSame(a: LoggedEvent, b: LoggedEvent): boolean {
  return (
    a.type === b.type && a.userId === b.userId && a.clientId === b.clientId && a.subjectId === b.subjectId
  )
}

interface DayProps {
  readonly label: string
  readonly name: string
  readonly value: string
}

function Day({ label, name, value }: DayProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input type="date" id={name} name={name} value={value} />
    </div>
  )
}

function Row({
  site,
  run,
}: {
  readonly site: Site<'admin'>
  readonly run: readonly [LoggedEvent, ...LoggedEvent[]]
}) {
  const [event] = run
  const { type, detail, subjectId, at, reference } = event
  return (
    <li>
      <Icon name={/failed|locked|refused|replayed|reused/.test(type) ? 'warning' : 'clock'} />
      <div>
        <Sentence site={site} event={event} />
        {run.length === 1 && detail !== undefined && detail !== subjectId && (
          <p class="hint">
            <code>{detail}</code>
          </p>
        )}
        <Repeated times={run.map(({ at }) => at)}>
          {run.map(({ at, reference, detail }) => (
            <li class="hint">
              <Time at={at} exact /> <code>{reference}</code>{' '}
              {detail !== undefined && detail !== subjectId && <code>{detail}</code>}
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

/** The person, the act and its target, with current names; an event without a sentence shows its name, people and objects. */
function Sentence({ site, event }: { readonly site: Site<'admin'>; readonly event: LoggedEvent }) {
  const { audit: t, sentences } = site.texts.admin
  const { type, userId, clientId, subjectId } = event
  const known: Readonly<Record<string, string>> = sentences
  const text = known[type]
  const actor = userId && <UserName site={site} id={userId} name={event.username} />
  const user = subjectId && <UserName site={site} id={subjectId} name={event.subjectName} />
  const application =
    clientId &&
    (event.clientName === undefined ? (
      <>
        {t.goneClient} (<code>{clientId}</code>)
      </>
    ) : (
      <ClientName site={site} id={clientId} name={event.clientName} />
    ))
  const parts: Readonly<Record<string, unknown>> = { actor, user, application }
  const names = [...(text?.matchAll(/\{(\w+)\}/g) ?? [])].map(([, name = '']) => name)
  if (text !== undefined && names.every((name) => parts[name]))
    return <Fill text={text} actor={actor} user={user} application={application} />
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
      <bdi>{name}</bdi>
    </a>
  )
}
