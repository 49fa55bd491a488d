import type { Seconds } from '../../values/time.ts'

/** Days since 1970 in UTC: activity is counted by the day. */
export function dayOf(now: Seconds): number {
  return Math.floor(now / 86_400)
}

/** Days, including today, for which the activity of a client at the token endpoint is kept. */
export const activityDays = 14

/** Tokens were issued; any other outcome is the code of an error. */
export const issued = 'issued'

/**
 * The number of requests that the next write counts for: the first hundred of a day are counted one by one, then one in ten,
 * then one in a hundred. A million requests cause some hundreds of writes, and the count is right to about a tenth.
 */
export function countStep(counted: number): number {
  let step = 1
  while (counted >= 100 * step) step *= 10
  return step
}
