import type { Seconds } from '../../values/time.ts'
import { bad, type Finding, good, warning } from './finding.ts'

/** Size of the database on a day since 1970, and its limit. */
export interface DatabaseSize {
  readonly day: number
  readonly bytes: number
  readonly most: number
}

/** Days over which growth is measured. */
export const sizeDays = 30
const day: Seconds = 86_400

/** The share of the limit that causes a warning. */
const warnAt = 0.8
const badAt = 0.95
const soon: Seconds = 60 * day

/**
 * Time until it is full, at the rate from the first size to the last. Undefined when it does not grow, or when there is too
 * little data.
 */
function fullIn(sizes: readonly DatabaseSize[]): Seconds | undefined {
  const [first] = sizes
  const last = sizes.at(-1)
  if (first === undefined || last === undefined || last.day === first.day) return undefined
  const grown = last.bytes - first.bytes
  if (grown <= 0) return undefined
  return Math.max(0, Math.floor(((last.most - last.bytes) * (last.day - first.day) * day) / grown))
}

/** How full the database is, and when it will be full. Then every write fails: no sign-in, no code, no refresh. */
export function checkDatabase(sizes: readonly DatabaseSize[]): Finding {
  const last = sizes.at(-1)
  if (last === undefined) return good('database', 'databaseUnknown')
  const values = { size: inMegabytes(last.bytes), most: inMegabytes(last.most) }
  const share = last.bytes / last.most
  const lasting = fullIn(sizes)
  const found = lasting === undefined ? 'databaseSize' : 'databaseGrows'
  const facts = { ...values, percent: Math.round(share * 100), ...(lasting === undefined ? {} : { lasting }) }
  if (share >= badAt) return bad('database', found, 'makeRoom', facts)
  return share >= warnAt || (lasting !== undefined && lasting < soon)
    ? warning('database', found, 'makeRoom', facts)
    : good('database', found, facts)
}

function inMegabytes(bytes: number): string {
  return `${bytes < 10_000_000 ? (bytes / 1_000_000).toFixed(1) : Math.round(bytes / 1_000_000)} MB`
}
