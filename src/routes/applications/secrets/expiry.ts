import type { Seconds } from '../../../values/time.ts'

const day: Seconds = 86_400

/** The lifetimes of a new secret, as the form names them. Undefined: until it is deleted. */
const lifetimes: Readonly<Record<string, Seconds | undefined>> = {
  never: undefined,
  '90-days': 90 * day,
  '1-year': 365 * day,
}

export interface SecretExpiry {
  readonly expiresAt: Seconds | undefined
}

/** Undefined for an option that the form does not offer. Without a choice it never expires. */
export function parseExpiry(pairs: URLSearchParams, now: Seconds): SecretExpiry | undefined {
  const chosen = pairs.get('expires') ?? 'never'
  if (!Object.hasOwn(lifetimes, chosen)) return undefined
  const lifetime = lifetimes[chosen]
  return { expiresAt: lifetime === undefined ? undefined : now + lifetime }
}
