import type { SecretHash } from '../../values/secret.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'
import { isRefusal, type Refusal, refuse, shownInError } from '../refusal.ts'
import { parseScope, type Scope } from '../requests/scope.ts'
import type { RefreshFamily } from './authorization.ts'

export type RefreshVerdict =
  /** The current one: rotate it. */
  | { readonly verdict: 'rotate' }
  /** Replaced just now: a parallel or repeated request, which gets the same successor. */
  | { readonly verdict: 'repeat'; readonly salt: string }
  /** Replaced long ago: two parties have tokens of this family (RFC 9700 §4.14.2). */
  | { readonly verdict: 'reused' }
  | { readonly verdict: 'refuse'; readonly refusal: Refusal }

/** RFC 6749 §6, RFC 9700 §4.14. `presented` belongs to this family: its mark was checked. */
export function checkRefresh(
  family: RefreshFamily,
  presented: SecretHash<'refresh'>,
  clientId: string,
  lifetimes: Lifetimes,
  now: Seconds,
): RefreshVerdict {
  if (family.clientId !== clientId) return refused('The refresh token was issued to another client')
  if (family.endedAt !== undefined) return refused('The authorization has ended')
  if (presented.sha256 === family.current.sha256) {
    return family.expiresAt <= now ? refused('The refresh token has expired') : { verdict: 'rotate' }
  }
  const isPrevious = presented.sha256 === family.previous?.sha256
  if (isPrevious && now - family.rotatedAt <= lifetimes.refreshGrace)
    return { verdict: 'repeat', salt: family.salt }
  return { verdict: 'reused' }
}

/** One answer to the client for every reason, so that it can't probe. */
function refused(reason: string): RefreshVerdict {
  return { verdict: 'refuse', refusal: refuse('invalid_grant', 'The refresh token is not valid', reason) }
}

/** RFC 6749 §6: the same scope or a narrower one. */
export function narrowScope(held: Scope, asked: string | undefined): Scope | Refusal {
  if (asked === undefined) return held
  const scope = parseScope(asked)
  if (isRefusal(scope)) return scope
  const wider = scope.find((name) => !held.includes(name))
  return wider === undefined
    ? scope
    : refuse(
        'invalid_scope',
        `The scope exceeds the granted scope: ${shownInError(wider)}`,
        'The scope exceeds the granted scope',
      )
}
