import { activityDays, issued } from '../../../rules/clients/activity.ts'
import { Time, UtcDay } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import type { Texts } from '../../../ui/words/messages/index.ts'
import { countText } from '../../../ui/words/plural.ts'

export interface ActivityProps {
  /** Since 1970, UTC. */
  readonly today: number
  /** Newest first. */
  readonly outcomes: readonly {
    readonly day: number
    readonly outcome: string
    readonly counted: number
    readonly notedAt: number
    readonly reason: string | undefined
    readonly reference: string
  }[]
}

interface Day {
  readonly day: number
  readonly issued: number
  readonly failed: number
}

/** The activity at the token endpoint: a chart, the same as a table, and the last failure of each kind. */
export function Activity({ site, today, outcomes }: ActivityProps & { readonly site: Site<'applications'> }) {
  const t = site.texts.applications.activity
  const days = daysOf(today, outcomes)
  const failures = outcomes.filter(({ outcome }) => outcome !== issued)
  const last = failures.filter(
    ({ outcome }, i) => failures.findIndex((other) => other.outcome === outcome) === i,
  )
  return (
    <section>
      <h2>{t.heading}</h2>
      {outcomes.length === 0 ? (
        <p class="empty">{countText(site.language, t.none, activityDays)}</p>
      ) : (
        <>
          <Chart days={days} />
          <p class="hint">
            {countText(site.language, t.sum, activityDays, {
              issued: sum(days, 'issued'),
              refused: sum(days, 'failed'),
            })}
          </p>
          <Table t={t} days={days} />
        </>
      )}
      {last.length > 0 && (
        <ul class="rows">
          {last.map(({ outcome, notedAt, reason, reference }) => (
            <li>
              <Icon name="warning" />
              <div>
                <code>{outcome}</code>
                <p lang="en">{reason}</p>
                <p class="hint">
                  <Fill
                    text={t.last}
                    time={<Time at={notedAt} exact />}
                    reference={<code>{reference}</code>}
                  />
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function daysOf(today: number, outcomes: ActivityProps['outcomes']): readonly Day[] {
  return Array.from({ length: activityDays }, (_, i) => {
    const day = today - activityDays + 1 + i
    const those = outcomes.filter((outcome) => outcome.day === day)
    const count = (wanted: boolean) =>
      those
        .filter(({ outcome }) => (outcome === issued) === wanted)
        .reduce((all, { counted }) => all + counted, 0)
    return { day, issued: count(true), failed: count(false) }
  })
}

const sum = (days: readonly Day[], what: 'issued' | 'failed') => days.reduce((all, day) => all + day[what], 0)

const height = 60

/** One bar per day. Refused requests are stacked on issued ones. The table is the text alternative. */
function Chart({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(...days.map(({ issued, failed }) => issued + failed))
  const tall = (count: number) => (count === 0 ? 0 : Math.max(2, Math.round((count / most) * (height - 4))))
  return (
    <svg class="chart" viewBox={`0 0 ${activityDays * 20} ${height}`} aria-hidden="true">
      <path d={`M0 ${height - 0.5}h${activityDays * 20}`} />
      {days.map(({ issued, failed }, i) => {
        const [good, bad] = [tall(issued), tall(failed)]
        return (
          <>
            <rect x={i * 20 + 4} y={height - good} width="12" height={good} />
            <rect x={i * 20 + 4} y={height - good - bad} width="12" height={bad} class="bad" />
          </>
        )
      })}
    </svg>
  )
}

interface TableProps {
  readonly t: Texts['applications']['activity']
  readonly days: readonly Day[]
}

function Table({ t, days }: TableProps) {
  return (
    <details>
      <summary>{t.table}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.day}</th>
            <th scope="col">{t.issued}</th>
            <th scope="col">{t.refused}</th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ day, issued, failed }) => (
            <tr>
              <th scope="row">
                <UtcDay at={day * 86_400} />
              </th>
              <td>{issued}</td>
              <td>{failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
