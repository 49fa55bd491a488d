import type { Site } from '../../../ui/site.ts'
import { eventNames, nameOfEvent } from '../audit/event-names.ts'

export interface Tally {
  readonly type: string
  readonly name: string
  readonly today: number
  readonly total: number
  /** The last 14 days, the oldest first. */
  readonly days: readonly number[]
}

/** Shown before the others. */
const isFirst = (type: string) =>
  /^(sign_in|authorization_denied)|failed|locked|revoked|reused|replayed/.test(type)

/** Counts per type of what happened. */
export function tally(
  site: Site<'admin'>,
  counts: readonly { readonly day: number; readonly type: string; readonly events: number }[],
  today: number,
): readonly Tally[] {
  const sum = (type: string, isCounted: (day: number) => boolean) =>
    counts
      .filter((count) => count.type === type && isCounted(count.day))
      .reduce((all, { events }) => all + events, 0)
  const happened = new Set(counts.map(({ type }) => type).toSorted())
  const first = Object.keys(eventNames(site)).filter((type) => isFirst(type) && happened.has(type))
  return [...new Set([...first, ...happened])].map((type) => ({
    type,
    name: nameOfEvent(site, type),
    today: sum(type, (day) => day === today),
    total: sum(type, () => true),
    days: Array.from({ length: 14 }, (_, i) => sum(type, (day) => day === today - 13 + i)),
  }))
}
