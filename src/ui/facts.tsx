import type { Child } from 'hono/jsx'
import type { Language } from '../values/language.ts'
import { SizedMap } from '../values/sized-map.ts'
import { useSpeech } from './words/speech.ts'

export function Facts({ children }: { readonly children?: Child }) {
  return <dl class="facts">{children}</dl>
}

export function Fact({ name, children }: { readonly name: Child; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Several values, such as addresses, one a line. Nothing if there are none. */
export function FactLines({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  if (values.length === 0) return null
  return (
    <Fact name={name}>
      <ul class="lines">
        {values.map((value) => (
          <li>
            <code>{value}</code>
          </li>
        ))}
      </ul>
    </Fact>
  )
}

export interface TimeProps {
  readonly at: number
  readonly exact?: boolean
  /** The surrounding text also fits “3 minutes ago”, which a script shows within a day. */
  readonly ago?: boolean
}

/** Unix seconds for people, like 24 Nov 2026; in UTC. public/times.js converts it to the reader's time zone. */
export function Time({ at, exact = false, ago = false }: TimeProps) {
  const { language } = useSpeech()
  return (
    <time datetime={new Date(at * 1000).toISOString()} data-ago={ago ? '' : undefined}>
      {written(language, exact, at)}
    </time>
  )
}

/** By language, and by day or minute: writing one costs as much as several elements of a page. */
const texts = new SizedMap<string>(2000)

function written(language: Language, exact: boolean, at: number): string {
  const key = `${language} ${exact} ${Math.floor(at / (exact ? 60 : 86_400))}`
  const known = texts.get(key)
  if (known !== undefined) return known
  const text = formatOf(language, exact).format(at * 1000)
  texts.set(key, text, 1)
  return text
}

/** Creating one costs more than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(language: Language, exact: boolean): Intl.DateTimeFormat {
  const key = `${language} ${exact}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const minutes = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' } as const
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
    ...(exact && minutes),
  })
  formats.set(key, format)
  return format
}
