import type { Child } from 'hono/jsx'
import { type ChartRange, chartRanges } from '../../rules/server/charts.ts'
import { Chart, type CountedDay } from '../../ui/chart.tsx'
import { Drawing } from '../../ui/icons.tsx'
import type { Site } from '../../ui/site.ts'
import { fillText } from '../../ui/words/fill.tsx'
import { ClientName } from '../../ui/words/name.tsx'
import { writeNumber } from '../../ui/words/plural.ts'

export interface DashboardProps {
  readonly site: Site<'admin'>
  readonly range: ChartRange
  readonly signIns: readonly CountedDay[]
  readonly tokens: readonly CountedDay[]
  /** Most requests first. */
  readonly clients: readonly {
    readonly clientId: string
    readonly name: string | undefined
    readonly issued: number
    readonly refused: number
  }[]
}

/** The activity of this server: sign-ins and tokens per day, and the applications that request them. */
export function Dashboard({ site, range, signIns, tokens, clients }: DashboardProps) {
  const t = site.texts.admin.dashboard
  const labels = { table: t.table, day: t.day }
  return (
    <>
      <nav class="tabs" aria-label={t.range}>
        {chartRanges.map((days) => (
          <a
            href={days === chartRanges[0] ? site.paths.admin : `${site.paths.admin}?days=${days}`}
            aria-current={days === range ? 'page' : undefined}
          >
            {fillText(t.days, { days })}
          </a>
        ))}
      </nav>
      <h2>{t.signIns}</h2>
      <Counted days={signIns} none={fillText(t.noSignIns, { days: range })}>
        <Chart
          summary={fillText(t.signInsSum, { days: range, ...totals(site, signIns) })}
          good={t.successful}
          bad={t.failed}
          days={signIns}
          labels={labels}
        />
      </Counted>
      <h2>{t.tokens}</h2>
      <Counted days={tokens} none={fillText(t.noTokens, { days: range })}>
        <Chart
          summary={fillText(t.tokensSum, { days: range, ...totals(site, tokens) })}
          good={t.issued}
          bad={t.refused}
          days={tokens}
          labels={labels}
        />
        <p class="hint">{t.estimated}</p>
      </Counted>
      {clients.length > 0 && <Clients site={site} clients={clients} />}
    </>
  )
}

function Counted({
  days,
  none,
  children,
}: {
  readonly days: readonly CountedDay[]
  readonly none: string
  readonly children?: Child
}) {
  const isEmpty = days.every(({ good, bad }) => good + bad === 0)
  return isEmpty ? <p class="empty">{none}</p> : <div>{children}</div>
}

function totals({ language }: Site, days: readonly CountedDay[]) {
  const sum = (of: 'good' | 'bad') =>
    writeNumber(
      days.reduce((all, day) => all + day[of], 0),
      language,
    )
  return { good: sum('good'), bad: sum('bad') }
}

function Clients({ site, clients }: Pick<DashboardProps, 'site' | 'clients'>) {
  const t = site.texts.admin.dashboard
  const most = Math.max(...clients.map(({ issued, refused }) => issued + refused))
  return (
    <>
      <h2>{t.byApplication}</h2>
      <table class="bars">
        <thead>
          <tr>
            <th scope="col">{t.application}</th>
            <th scope="col">{t.issued}</th>
            <th scope="col">{t.refused}</th>
          </tr>
        </thead>
        <tbody>
          {clients.map(({ clientId, name, issued, refused }) => (
            <tr>
              <th scope="row">
                {name === undefined ? t.gone : <ClientName site={site} id={clientId} name={name} />}
                <Drawing width="100%" height="6">
                  <rect class="up" width={`${(issued / most) * 100}%`} height="6" />
                  <rect
                    class="down"
                    x={`${(issued / most) * 100}%`}
                    width={`${(refused / most) * 100}%`}
                    height="6"
                  />
                </Drawing>
              </th>
              <td>{writeNumber(issued, site.language)}</td>
              <td>{writeNumber(refused, site.language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
