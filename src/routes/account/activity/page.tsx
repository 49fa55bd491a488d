import type { ListedEvent } from '../../../store/people/own-events.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, Repeated } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'
import { pluralForm } from '../../../ui/words/plural.ts'
import { deviceName } from '../../../values/device-name.ts'
import { runsOf } from '../../../values/runs.ts'
import { icons, isKnown } from './icons.ts'

export interface ActivityPageProps {
  readonly site: Site<'account'>
  readonly place: ListPlace
  readonly events: readonly ListedEvent[]
}

export function ActivityPage({ site, place, events }: ActivityPageProps) {
  const t = site.texts.account.activity
  return (
    <Layout site={site} title={t.title}>
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      <p>
        <Fill text={t.text} link={<a href={site.paths.accountPassword}>{t.link}</a>} />
      </p>
      <List place={place} count={events.length}>
        {runsOf(events, isSame).map((run) => (
          <Row site={site} run={run} />
        ))}
      </List>
    </Layout>
  )
}

/** Events with the same text. */
function isSame(a: ListedEvent, b: ListedEvent): boolean {
  return (
    a.type === b.type &&
    a.clientName === b.clientName &&
    a.detail === b.detail &&
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
          application={<Name>{name}</Name>}
        />
        <Repeated times={run.map(({ at }) => at)}>
          {run.map(({ at }) => (
            <li class="hint">
              <Time at={at} exact />
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
