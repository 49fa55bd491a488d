import { Time } from '../../../ui/facts.tsx'
import { DaysFilter } from '../../../ui/forms/days.tsx'
import { Field, SelectField } from '../../../ui/forms/fields.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, Repeated } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { runsOf } from '../../../values/runs.ts'
import { eventNames } from './event-names.ts'
import { Detail, type LoggedEvent, type RunProps, Sentence } from './sentence.tsx'

export interface AuditPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly filter: Readonly<Record<'type' | 'user' | 'client' | 'from' | 'to', string>>
  readonly events: readonly LoggedEvent[]
  readonly isFiltered: boolean
  /** People whose name or address contains the text of the filter, if there is no event of a person with exactly this name. */
  readonly people: readonly { readonly username: string }[]
  readonly now: number
}

export function AuditPage(props: AuditPageProps) {
  const { site, place, filter, events, isFiltered, people, now } = props
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
      <DaysFilter
        texts={t.days}
        action={paths.adminAudit}
        from={filter.from}
        to={filter.to}
        now={now}
        hrefOf={(days) => hrefOf({ ...filter, ...days })}
      >
        <SelectField label={t.what} name="type" value={filter.type} choices={types} />
        <Field label={t.user} name="user" value={filter.user} />
        <Field label={t.client} name="client" value={filter.client} />
      </DaysFilter>
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
      {isFiltered && events.length > 0 && (
        <p>
          <a href={paths.adminAudit}>{t.days.clear}</a>
        </p>
      )}
      {events.length === 0 && isFiltered ? (
        <p class="empty">
          {t.days.noMatch} <a href={paths.adminAudit}>{t.days.clear}</a>
        </p>
      ) : (
        <List
          place={place}
          count={events.length}
          sorts={[{ value: '-time', label: messages.common.sort.time }]}
        >
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
