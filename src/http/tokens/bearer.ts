import { type Refusal, refuse, refuseScope } from '../../rules/refusal.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import { combined, type Query } from '../../store/database.ts'
import type { LiveToken } from '../../store/tokens/revoked-access-tokens.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { readAccessToken } from './access-token.ts'

/** An access token that was valid when the request was answered. Only `bearerQuery` creates one. */
export interface LiveAccessToken {
  readonly token: AccessToken
  readonly [live]: true
}
const live = Symbol('live')

/** The query that checks a token, and the other data that it reads. */
type Find<T extends LiveToken> = (db: D1Database, token: AccessToken, now: Seconds) => Query<T | undefined>

/** RFC 6750 §2.1. Undefined when the request has no bearer token at all. */
export function bearerOf(c: Context): string | undefined {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
}

/**
 * Whether the bearer token is valid, and has `scope` (RFC 6750 §3.1). One for another API is refused: otherwise each API that
 * receives a token could use it here (RFC 9068 §4, RFC 9700 §2.3). The read travels in the caller's batch.
 */
export async function bearerQuery<T extends LiveToken>(
  c: Context,
  presented: string,
  scope: string,
  find: Find<T>,
): Promise<Query<(T & LiveAccessToken) | Refusal>> {
  const { issuer } = c.var
  const token = await readAccessToken(c, presented)
  if (token === undefined) return combined({}, () => invalid('Not issued by this server, or expired'))
  return combined(
    { found: find(c.env.DB, token, c.var.now) },
    ({ found }): (T & LiveAccessToken) | Refusal => {
      if (found === undefined) return invalid('The token was revoked')
      if (!token.audience.includes(issuer)) {
        const remedy = `ask for one with resource=${issuer}`
        return refuse('invalid_token', `The access token is for another API; ${remedy}`)
      }
      if (!found.scope.includes(scope)) return refuseScope(scope)
      return { ...found, token, [live]: true }
    },
  )
}

function invalid(reason: string): Refusal {
  return refuse('invalid_token', 'The access token is not valid', reason)
}
