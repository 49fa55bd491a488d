import type { Seconds } from '../../values/time.ts'

/** Days since 1970 in UTC: what is counted is counted by the day. */
export function dayOf(now: Seconds): number {
  return Math.floor(now / 86_400)
}

/** For so many days, today is one of them, what a client did at the token endpoint is kept. */
export const activityDays = 14

/** Tokens were issued; any other outcome is the code of an error. */
export const issued = 'issued'

/**
 * For how many the next one counts: a hundred a day are counted one by one, then one in ten is noted, one in a hundred. So whoever
 * sends a million requests makes some hundreds of writes, and the count is right to about a tenth.
 */
export function countStep(counted: number): number {
  let step = 1
  while (counted >= 100 * step) step *= 10
  return step
}
