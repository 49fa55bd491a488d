import type { Site } from '../../../ui/site.ts'
import { eventNames, nameOfEvent } from '../audit/event-names.ts'

export interface Tally {
  readonly type: string
  readonly name: string
  readonly today: number
  readonly total: number
}

/** Shown even when the count is zero: that matters too. */
const isAlwaysShown = (type: string) =>
  /^(sign_in|authorization_denied)|failed|locked|revoked|reused|replayed/.test(type)

/** Counts per type, those that are always shown first. */
export function tally(
  site: Site<'admin'>,
  counts: readonly { readonly day: number; readonly type: string; readonly events: number }[],
  today: number,
): readonly Tally[] {
  const sum = (type: string, isCounted: (day: number) => boolean) =>
    counts
      .filter((count) => count.type === type && isCounted(count.day))
      .reduce((all, { events }) => all + events, 0)
  const types = new Set([
    ...Object.keys(eventNames(site)).filter(isAlwaysShown),
    ...counts.map(({ type }) => type).toSorted(),
  ])
  return [...types].map((type) => ({
    type,
    name: nameOfEvent(site, type),
    today: sum(type, (day) => day === today),
    total: sum(type, () => true),
  }))
}
