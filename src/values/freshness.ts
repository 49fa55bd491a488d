import type { Seconds } from './time.ts'

/**
 * How long an answer may be used again by its own headers (RFC 9111 §4.2), in seconds from `now`: `max-age`, or `Expires`, less
 * its `Age`. Undefined when they say nothing. 0 when it must be asked for each time.
 */
export function freshnessOf(headers: Headers, now: Seconds): Seconds | undefined {
  const control = headers.get('cache-control') ?? ''
  if (/\bno-(store|cache)\b/i.test(control)) return 0
  const age = wholeSeconds(headers.get('age') ?? '') ?? 0
  const told = /\bmax-age\s*=\s*"?(\d+)/i.exec(control)?.[1]
  const lifetime = told === undefined ? untilExpiry(headers, now) : wholeSeconds(told)
  return lifetime === undefined ? undefined : Math.max(lifetime - age, 0)
}

/** An invalid date, most often "0", is in the past (RFC 9111 §5.3). */
function untilExpiry(headers: Headers, now: Seconds): Seconds | undefined {
  const expires = headers.get('expires')
  if (expires === null) return undefined
  const at = secondsOf(expires)
  return at === undefined ? 0 : at - (secondsOf(headers.get('date') ?? '') ?? now)
}

function secondsOf(date: string): Seconds | undefined {
  const at = Date.parse(date)
  return Number.isNaN(at) || !/[a-z]/i.test(date) ? undefined : Math.floor(at / 1000)
}

/** Bounded: more is as good as for ever. */
function wholeSeconds(digits: string): Seconds | undefined {
  return /^\d+$/.test(digits) ? Number(digits.slice(0, 10)) : undefined
}
