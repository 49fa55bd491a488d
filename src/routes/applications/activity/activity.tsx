import { activityDays, issued } from '../../../rules/clients/activity.ts'
import { Chart, type CountedDay } from '../../../ui/chart.tsx'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { countText, writeNumber } from '../../../ui/words/plural.ts'

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
        <Chart
          summary={countText(site.language, t.sum, activityDays, {
            issued: writeNumber(sum(days, 'good'), site.language),
            refused: writeNumber(sum(days, 'bad'), site.language),
          })}
          good={t.issued}
          bad={t.refused}
          days={days}
          labels={{ table: t.table, day: t.day }}
        />
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

function daysOf(today: number, outcomes: ActivityProps['outcomes']): readonly CountedDay[] {
  return Array.from({ length: activityDays }, (_, i) => {
    const day = today - activityDays + 1 + i
    const those = outcomes.filter((outcome) => outcome.day === day)
    const count = (wanted: boolean) =>
      those
        .filter(({ outcome }) => (outcome === issued) === wanted)
        .reduce((all, { counted }) => all + counted, 0)
    return { day, good: count(true), bad: count(false) }
  })
}

const sum = (days: readonly CountedDay[], what: 'good' | 'bad') =>
  days.reduce((all, day) => all + day[what], 0)
