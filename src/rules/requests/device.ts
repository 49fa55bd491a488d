import type { Seconds } from '../../values/time.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { AuthorizationDetail } from './detail-type.ts'
import type { Scope } from './scope.ts'

/** The lifetime of a device code and its user code (RFC 8628 §3.2), and the polling interval. */
export const deviceCodeLifetime: Seconds = 600
export const firstInterval: Seconds = 5
/** RFC 8628 §3.5: added to the interval with each `slow_down`. */
const slowDownBy: Seconds = 5
const longestInterval: Seconds = 60

/** Twenty letters: no vowels, so that no words appear (RFC 8628 §6.1). Eight of them are 34 bits, and guesses are counted. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const letters = 8

/**
 * A user code from random bytes, as shown: `WDJB-MJHT`. Bytes that would make some letters likelier are skipped; undefined when
 * too few are left.
 */
export function userCodeFrom(bytes: Uint8Array): string | undefined {
  const fair = [...bytes].filter((byte) => byte < 256 - (256 % alphabet.length)).slice(0, letters)
  if (fair.length < letters) return undefined
  return shownUserCode(fair.map((byte) => alphabet[byte % alphabet.length] ?? '').join(''))
}

/** The normalised form of typed input, which is hashed. Case, dashes and spaces don't matter. Undefined: it can't be a code. */
export function readUserCode(typed: string): string | undefined {
  const plain = typed.toUpperCase().replaceAll(/[\s\p{Pd}]/gu, '')
  return plain.length === letters && [...plain].every((letter) => alphabet.includes(letter))
    ? shownUserCode(plain)
    : undefined
}

function shownUserCode(plain: string): string {
  return `${plain.slice(0, letters / 2)}-${plain.slice(letters / 2)}`
}

/** A device authorization request, pending or answered. RFC 8628 §3.1. */
export interface DeviceRequest {
  readonly clientId: string
  readonly scope: Scope
  /** Identifiers of APIs; none means the issuer itself. */
  readonly resources: readonly string[]
  /** RFC 9396 §3. */
  readonly details: readonly AuthorizationDetail[]
  readonly createdAt: Seconds
  readonly expiresAt: Seconds
  /** Seconds between two polls. */
  readonly interval: Seconds
  /** Time of the last poll that counted. */
  readonly polledAt: Seconds | undefined
  readonly decision: 'pending' | 'denied' | 'approved'
}

export type PollVerdict =
  | { readonly verdict: 'approved' }
  | {
      readonly verdict: 'refuse'
      readonly refusal: Refusal
      /** The interval from now on, if the poll counts. */
      readonly counted: Seconds | undefined
    }

/**
 * RFC 8628 §3.5, CIBA Core §11. `name`: of the secret that the client polls with. Two polls within a second count as one: golang.org/x/oauth2 sends each twice. Only a device that polls more
 * than twice as often as allowed is slowed down, since some give up at the second time.
 */
export function checkPoll(
  request: DeviceRequest | undefined,
  clientId: string,
  now: Seconds,
  name: string,
): PollVerdict {
  if (request === undefined) return refused('invalid_grant', `${name} is not valid`, `${name} is unknown`)
  if (request.clientId !== clientId)
    return refused('invalid_grant', `${name} is not valid`, `${name} was issued to another client`)
  if (request.decision === 'denied') return refused('access_denied', 'The user denied the request')
  if (request.expiresAt <= now) return refused('expired_token', `${name} has expired; start again`)
  if (request.decision === 'approved') return { verdict: 'approved' }
  const { interval, polledAt } = request
  const elapsed = polledAt === undefined ? interval : now - polledAt
  if (elapsed > 1 && elapsed * 2 < interval) {
    const slower = Math.min(interval + slowDownBy, longestInterval)
    return refused('slow_down', `Wait ${slower} seconds between two requests`, undefined, slower)
  }
  const pending = 'The user has not answered yet'
  return refused('authorization_pending', pending, undefined, elapsed > 1 ? interval : undefined)
}

function refused(
  code: 'invalid_grant' | 'access_denied' | 'expired_token' | 'slow_down' | 'authorization_pending',
  description: string,
  reason: string = description,
  counted?: Seconds,
): PollVerdict {
  return { verdict: 'refuse', refusal: refuse(code, description, reason), counted }
}
