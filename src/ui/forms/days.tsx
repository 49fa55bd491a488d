import type { Child } from 'hono/jsx'
import { Icon } from '../icons.tsx'
import { fillText } from '../words/fill.tsx'

interface DaysTexts {
  readonly from: string
  readonly to: string
  readonly range: string
  readonly today: string
  readonly last: string
  readonly filter: string
}

export interface DaysFilterProps {
  readonly texts: DaysTexts
  /** The path of the list. */
  readonly action: string
  /** Like 2026-11-27, or empty. */
  readonly from: string
  readonly to: string
  /** The current time, in seconds. */
  readonly now: number
  /** The list with these days, and with its other filters. */
  readonly hrefOf: (days: { readonly from: string; readonly to: string }) => string
  /** The other fields. */
  readonly children?: Child
}

/** The filter of a list by its first and last day, and by other fields. */
export function DaysFilter(props: DaysFilterProps) {
  const { texts, action, from, to, children } = props
  return (
    <search>
      <form class="filters" method="get" action={action}>
        {children}
        <Day label={texts.from} name="from" value={from} />
        <Day label={texts.to} name="to" value={to} />
        <button type="submit" class="secondary">
          <Icon name="search" />
          {texts.filter}
        </button>
      </form>
      <UsualDays {...props} />
    </search>
  )
}

function Day({
  label,
  name,
  value,
}: {
  readonly label: string
  readonly name: string
  readonly value: string
}) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input type="date" id={name} name={name} value={value} />
    </div>
  )
}

const usual = [1, 7, 30, 90]

/** Links to the days that people usually look at. They begin at midnight UTC. */
function UsualDays({ texts, from, to, now, hrefOf }: DaysFilterProps) {
  return (
    <nav class="pages" aria-label={texts.range}>
      {usual.map((days) => {
        const first = new Date((now - (days - 1) * 86_400) * 1000).toISOString().slice(0, 10)
        return (
          <a
            href={hrefOf({ from: first, to: '' })}
            aria-current={from === first && to === '' ? 'true' : undefined}
          >
            {days === 1 ? texts.today : fillText(texts.last, { days })}
          </a>
        )
      })}
    </nav>
  )
}
