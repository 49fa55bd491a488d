import type { Seconds } from '../../values/time.ts'
import type { ProviderAttempt } from '../sign-in/provider-attempt.ts'

/** The maximum clock skew. */
const tolerance: Seconds = 10

/** The time of a sign-in at a provider. `isFresh`: a maximum age was required, and the provider kept to it. */
export interface SignInTime {
  readonly authenticatedAt: Seconds
  readonly isFresh: boolean
  /** It was required, and the provider said nothing about it. */
  readonly isUnsaid: boolean
}

/**
 * OIDC Core §3.1.3.7: a provider that was told a maximum age says when the person signed in. Undefined when that was longer ago
 * than allowed. One that says nothing has proven nothing, so that the sign-in counts from now, but is not fresh.
 */
export function signInTime(
  authTime: unknown,
  { maxAge, startedAt }: Pick<ProviderAttempt, 'maxAge' | 'startedAt'>,
  now: Seconds,
): SignInTime | undefined {
  // Not a number of seconds that anybody can mean: it says nothing.
  if (typeof authTime !== 'number' || !(authTime >= 0))
    return { authenticatedAt: now, isFresh: false, isUnsaid: maxAge !== undefined }
  const said = Math.min(Math.floor(authTime), now)
  if (maxAge === undefined) return { authenticatedAt: said, isFresh: false, isUnsaid: false }
  if (said < startedAt - maxAge - tolerance) return undefined
  // Within the skew of the clocks it is one after our question.
  return { authenticatedAt: maxAge === 0 ? Math.max(said, startedAt) : said, isFresh: true, isUnsaid: false }
}
