import type { ListedEvent } from '../../../store/people/own-events.ts'
import type { Days } from '../../../store/server/audit-log.ts'
import { Time } from '../../../ui/facts.tsx'
import { DaysFilter } from '../../../ui/forms/days.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, Repeated } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { Isolated, Name } from '../../../ui/words/name.tsx'
import { pluralForm } from '../../../ui/words/plural.ts'
import { deviceName } from '../../../values/device-name.ts'
import { runsOf } from '../../../values/runs.ts'
import { icons, isKnown } from './icons.ts'

export interface ActivityPageProps {
  readonly site: Site<'account'>
  readonly place: ListPlace
  readonly days: Days
  readonly now: number
  readonly events: readonly ListedEvent[]
}

export function ActivityPage({ site, place, days, now, events }: ActivityPageProps) {
  const t = site.texts.account.activity
  return (
    <Layout site={site} title={t.title}>
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      <p>
        <Fill text={t.text} link={<a href={site.paths.accountPassword}>{t.link}</a>} />
      </p>
      <DaysFilter
        texts={t.days}
        action={place.path}
        {...days}
        now={now}
        hrefOf={(chosen) =>
          `${place.path}?${new URLSearchParams({ ...chosen, ...(place.isSorted && { sort: place.sort ?? '' }) })}`
        }
      >
        {place.isSorted && <input type="hidden" name="sort" value={place.sort} />}
      </DaysFilter>
      {events.length === 0 && `${days.from}${days.to}` !== '' ? (
        <p class="empty">
          {t.days.noMatch} <a href={place.path}>{t.days.clear}</a>
        </p>
      ) : (
        <List
          place={place}
          count={events.length}
          sorts={[{ value: '-time', label: site.messages.common.sort.time }]}
        >
          {runsOf(events, isSame).map((run) => (
            <Row site={site} run={run} />
          ))}
        </List>
      )}
    </Layout>
  )
}

/** Events with the same text. */
function isSame(a: ListedEvent, b: ListedEvent): boolean {
  return (
    a.type === b.type &&
    a.clientName === b.clientName &&
    (a.detail === b.detail || a.subjectName !== undefined) &&
    a.isDoneToThem === b.isDoneToThem
  )
}

interface RowProps {
  readonly site: Site<'account'>
  readonly run: readonly [ListedEvent, ...ListedEvent[]]
}

function Row({ site, run }: RowProps) {
  const [event] = run
  const { type, clientName, detail, at } = event
  const t = site.texts.account.activity
  const name = clientName ?? t.gone
  return (
    <li>
      <span class="monogram">
        <Icon name={isKnown(type) ? icons[type] : 'clock'} />
      </span>
      <div>
        <Fill
          text={textOf(site, event)}
          device={deviceName(detail, site.messages.devices)}
          count={detail ?? ''}
          number={detail ?? ''}
          thing={<Isolated>{detail}</Isolated>}
          user={<Name>{subjectsOf(run, t.goneUser)}</Name>}
          application={<Name>{name}</Name>}
        />
        <Repeated times={run.map(({ at }) => at)}>
          {run.map(({ at, subjectName }) => (
            <li class="hint">
              {subjectName !== undefined && <Isolated>{subjectName}</Isolated>} <Time at={at} exact />
            </li>
          ))}
        </Repeated>
      </div>
      <p class="meta">
        <Time at={at} exact ago />
      </p>
    </li>
  )
}

/** At most three of the people to whom the same was done, and the number of the others. */
function subjectsOf(run: RowProps['run'], gone: string): string {
  const names = [...new Set(run.map(({ subjectName }) => subjectName ?? gone))]
  const more = names.length - 3
  return `${names.slice(0, 3).join(', ')}${more > 0 ? `, +${more}` : ''}`
}

/** An act on a person has a different text from an act by them. */
function textOf({ texts, language }: Site<'account'>, { type, isDoneToThem, detail }: ListedEvent): string {
  const { events, done } = texts.account
  if (!isDoneToThem) {
    const text = isKnown(type) ? events[type] : type
    return typeof text === 'string' ? text : pluralForm(language, text, Number(detail ?? 0))
  }
  const known: Readonly<Record<string, string>> = done
  return known[type] ?? done.other
}
