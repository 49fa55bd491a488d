import { createHmac } from 'node:crypto'
import { isEqual } from '../values/equal.ts'
import type { Secret } from '../values/secret.ts'
import { randomText } from './secret.ts'

/**
 * A refresh token is `lkr_` + authorization id (22) + secret (43) + mark (16).
 *
 * The id finds the one row of the family. The mark is a MAC of the secret under a key of that row: it distinguishes an old
 * token of the family, whose replay means theft, from a made-up one, with which a stranger who knows the id could revoke the
 * family.
 */
export interface RefreshToken {
  readonly authorizationId: string
  readonly secret: Secret<'refresh'>
  readonly mark: string
}

const shape = /^lkr_([A-Za-z0-9_-]{22})([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{16})$/

export function parseRefreshToken(presented: string): RefreshToken | undefined {
  const [, authorizationId, plain, mark] = shape.exec(presented) ?? []
  if (authorizationId === undefined || plain === undefined || mark === undefined) return undefined
  return { authorizationId, secret: { kind: 'refresh', plain }, mark }
}

export function formatRefreshToken(
  authorizationId: string,
  secret: Secret<'refresh'>,
  markKey: string,
): string {
  return `lkr_${authorizationId}${secret.plain}${markOf(secret, markKey)}`
}

export function isOfFamily(token: RefreshToken, markKey: string): boolean {
  return isEqual(token.mark, markOf(token.secret, markKey))
}

export function firstRefreshSecret(): Secret<'refresh'> {
  return { kind: 'refresh', plain: randomText(32) }
}

/** HMAC-SHA-256(presented secret, salt): the same for every repetition, and impossible to compute with only one of the two. */
export function successorOf(presented: Secret<'refresh'>, salt: string): Secret<'refresh'> {
  return { kind: 'refresh', plain: createHmac('sha256', presented.plain).update(salt).digest('base64url') }
}

/** 96 bits, which nobody guesses. A wrong guess has no effect. */
function markOf(secret: Secret<'refresh'>, markKey: string): string {
  return createHmac('sha256', markKey).update(secret.plain).digest('base64url').slice(0, 16)
}
