import { csvLine } from '../../src/values/csv.ts'
import type { LeftOut } from './records.ts'

const examples = 5

/** The rows that are not imported, by reason, with examples. */
export function reportOf(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return 'Nothing was left out.'
  const reasons = Map.groupBy(leftOut, ({ why }) => why)
  const lines = [...reasons]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([why, about]) => {
      const names = about.slice(0, examples).map(({ what }) => JSON.stringify(what))
      const more = about.length > examples ? `, and ${about.length - examples} more` : ''
      return `  ${about.length} × ${why}\n      ${names.join(', ')}${more}`
    })
  return `Left out or changed:\n\n${lines.join('\n')}`
}

/** The complete list, for a spreadsheet. */
export function reportCsv(leftOut: readonly LeftOut[]): string {
  return csvLine(['what', 'why']) + leftOut.map(({ what, why }) => csvLine([what, why])).join('')
}
