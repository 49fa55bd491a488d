import { raw } from 'hono/html'
import { topOfAxis } from '../values/axis.ts'
import type { Language } from '../values/language.ts'
import { SizedMap } from '../values/sized-map.ts'
import { Drawing } from './icons.tsx'
import { writeNumber } from './words/plural.ts'
import { preparedAround } from './words/prepared.ts'
import { useSpeech } from './words/speech.ts'

/** Two counts of a day (of 86,400 s, since 1970). */
export interface CountedDay {
  readonly day: number
  /** Drawn above the line. */
  readonly good: number
  /** Drawn below it: the place tells them apart, not the colour alone. */
  readonly bad: number
}

export interface ChartProps {
  /** A sentence with the totals. */
  readonly summary: string
  /** Names of the two counts. */
  readonly good: string
  readonly bad: string
  /** Every day of the range, the oldest first. */
  readonly days: readonly CountedDay[]
  readonly labels: { readonly table: string; readonly day: string }
}

/** A bar a day, in a line of text. The words beside it contain the counts. */
export function Sparkline({ days }: { readonly days: readonly number[] }) {
  const most = Math.max(...days)
  const bars = days.map((count, i) => {
    const height = count === 0 ? 1 : Math.max(leastBar, Math.round((count / most) * 20))
    return `M${i * 6} 20v-${height}h4v${height}z`
  })
  return (
    <span class="up">
      <Drawing width="82" height="20">
        <path d={bars.join('')} />
      </Drawing>
    </span>
  )
}

/** In pixels. A bar that is not zero can be seen. */
const plotHeight = 160
const leastBar = 2
/** Room for a number above the highest bar, and below the lowest. */
const margin = 16

/** Bars by day with their axis, dates and legend, and the same as a table. */
export function Chart({ summary, good, bad, days, labels }: ChartProps) {
  const { language } = useSpeech()
  const dates = datesOf(language, days)
  const rows = days.map((counted, i) => rowOf(dates[i] ?? '', counted, language)).reverse()
  const values = {
    summary,
    plot: <Plot days={days} dates={dates} summary={summary} />,
    rows: raw(rows.join('')),
  }
  const names = { good, bad, labels }
  return <>{preparedAround(['chart', names], values, (to) => frameOf(names, to))}</>
}

function frameOf(
  { good, bad, labels }: Pick<ChartProps, 'good' | 'bad' | 'labels'>,
  to: Readonly<Record<'summary' | 'plot' | 'rows', string>>,
) {
  return (
    <figure class="chart">
      <figcaption>{to.summary}</figcaption>
      <ul class="legend">
        <li>
          <span class="up" aria-hidden="true">
            ▲
          </span>{' '}
          {good}
        </li>
        <li>
          <span class="down" aria-hidden="true">
            ▼
          </span>{' '}
          {bad}
        </li>
      </ul>
      {to.plot}
      <details>
        <summary>{labels.table}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{labels.day}</th>
              <th scope="col">{good}</th>
              <th scope="col">{bad}</th>
            </tr>
          </thead>
          <tbody>{to.rows}</tbody>
        </table>
      </details>
    </figure>
  )
}

/** Numbers and a date that we wrote ourselves: there may be 90 of these, and as elements they would be most of the page's work. */
function rowOf(date: string, { good, bad }: CountedDay, language: Language): string {
  return `<tr><th scope="row">${date}</th><td>${writeNumber(good, language)}</td><td>${writeNumber(bad, language)}</td></tr>`
}

interface PlotProps {
  readonly days: readonly CountedDay[]
  readonly dates: readonly string[]
  readonly summary: string
}

/** Widths are in percent and heights in pixels, so that numbers keep their size on every screen. */
function Plot({ days, dates, summary }: PlotProps) {
  const { language } = useSpeech()
  const top = topOfAxis(Math.max(...days.map(({ good }) => good)))
  const mostBad = Math.max(...days.map(({ bad }) => bad))
  const bottom = mostBad === 0 ? 0 : topOfAxis(mostBad)
  const tall = (count: number) =>
    count === 0 ? 0 : Math.max(leastBar, Math.round((count / (top + bottom)) * plotHeight))
  const line = margin + tall(top)
  const lowest = line + tall(bottom)
  const step = 100 / days.length
  const write = (count: number) => writeNumber(count, language)
  const barsOf = (date: string, { good, bad }: CountedDay, i: number) => {
    if (good + bad === 0) return ''
    const across = `x="${percent((i + 0.15) * step)}" width="${percent(0.7 * step)}"`
    const up = `<rect class="up" ${across} y="${line - tall(good)}" height="${tall(good)}"/>`
    const down = `<rect class="down" ${across} y="${line}" height="${tall(bad)}"/>`
    return `<g><title>${date}: &#9650; ${write(good)} &#9660; ${write(bad)}</title>${up}${down}</g>`
  }
  return (
    <div class="plot">
      <Drawing width="100%" height={`${lowest + margin}`} name={summary}>
        {[margin, line, lowest].map((y) => (
          <line x1="0" x2="100%" y1={y} y2={y} />
        ))}
        {raw(days.map((counted, i) => barsOf(dates[i] ?? '', counted, i)).join(''))}
        <text y={margin - 4}>{raw(`&#9650; ${write(top)}`)}</text>
        {bottom > 0 && <text y={lowest + margin - 3}>{raw(`&#9660; ${write(bottom)}`)}</text>}
      </Drawing>
      <p class="dates" aria-hidden="true">
        {[dates[0], dates[Math.floor(dates.length / 2)], dates.at(-1)].map((date) => (
          <span>{date}</span>
        ))}
      </p>
    </div>
  )
}

const percent = (share: number) => `${Math.round(share * 100) / 100}%`

/** By language and range. The charts of a page have the same days, and so has the next page until midnight. */
const written = new SizedMap<readonly string[]>(2000)

function datesOf(language: Language, days: readonly CountedDay[]): readonly string[] {
  const key = `${language} ${days[0]?.day} ${days.length}`
  const known = written.get(key)
  if (known !== undefined) return known
  const dates = days.map(({ day }) => shortDate(language, day))
  written.set(key, dates, dates.length)
  return dates
}

/** Creating one costs more than using it a hundred times. */
const formats = new Map<Language, Intl.DateTimeFormat>()

/** A day (of 86,400 s, since 1970) without its year, like 24 Nov. */
function shortDate(language: Language, day: number): string {
  const format =
    formats.get(language) ??
    new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
      month: 'short',
      day: 'numeric',
      timeZone: 'UTC',
    })
  formats.set(language, format)
  return format.format(day * 86_400_000)
}
