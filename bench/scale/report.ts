import { table } from '../report.ts'
import { type Ratio, rounded } from '../statistics.ts'
import type { Sizes } from './fill.ts'
import type { Purge } from './purge.ts'

export interface ScaleResults {
  readonly takenAt: string
  readonly machine: string
  readonly sizes: { readonly small: Sizes; readonly large: Sizes }
  /** Sizes of the database files. */
  readonly bytes: { readonly small: number; readonly large: number }
  readonly flows: readonly {
    readonly name: string
    readonly rowsRead: { readonly small: number; readonly large: number }
    /** CPU time in the large one, as a multiple of the small one. */
    readonly cpu: Ratio
  }[]
  readonly purge: Purge
}

/** The mean number of rows may differ by this, since some work is only done sometimes. */
const sampled = 2
/** The maximum cost of a flow in the large database, as a multiple of the small one. */
const target = 1.15
const loginsPerDay = 5_000_000
/** The maximum duration of the scheduled handler, and its interval, in seconds. */
const [longestRun, runEvery] = [600, 900]

export function reportScale({ takenAt, machine, sizes, bytes, flows, purge }: ScaleResults): string {
  const described = ({ users, applications, logins, events }: Sizes) =>
    [`${users} users`, `${applications} applications`, `${logins} logins`, `${events} events`]
      .map((text) => text.replace(/\d+/, (digits) => Number(digits).toLocaleString('en')))
      .join(', ')
  const megabytes = (size: number) => `${(size / 1e6).toFixed(0)} MB`
  const rows = flows.map(({ name, rowsRead, cpu }) => [
    name,
    rounded(rowsRead.small),
    rounded(rowsRead.large),
    `${rounded(cpu.median)} (${rounded(cpu.low)}–${rounded(cpu.high)})`,
    rounded(target),
    cpu.median <= target && rowsRead.large <= rowsRead.small + sampled ? 'reached' : 'OVER',
  ])
  const perSecond = purge.purged / purge.seconds
  const needed = (loginsPerDay / 86_400) * (runEvery / longestRun)
  return [
    `Taken ${takenAt}: ${machine}.`,
    `Small: ${described(sizes.small)}; ${megabytes(bytes.small)}.`,
    `Large: ${described(sizes.large)}; ${megabytes(bytes.large)}.`,
    '',
    table(['flow', 'rows read, small', 'rows read, large', 'CPU, large by small', 'target', ''], rows),
    '',
    `Purge beside live traffic: ${purge.purged} logins in ${purge.seconds.toFixed(1)} s, ${rounded(perSecond)} a second; ` +
      `${loginsPerDay.toLocaleString('en')} a day, in runs of ${longestRun} s every ${runEvery} s, are ${rounded(needed)} a second ` +
      `(${perSecond >= needed ? 'reached' : 'OVER'}).`,
    `A code flow takes ${rounded(purge.quiet.p50)} ms (p99 ${rounded(purge.quiet.p99)}) before, and ` +
      `${rounded(purge.meanwhile.p50)} (p99 ${rounded(purge.meanwhile.p99)}) meanwhile; ${purge.meanwhile.failures} were not answered.`,
    `A run when nothing can go reads ${purge.idle.rowsRead} rows and writes ${purge.idle.rowsWritten}.`,
  ].join('\n')
}
