import { parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import { actorsOf } from '../../rules/tokens/exchange.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, type Row, text, texts, type Write } from '../database.ts'
import { always, commaSeparated, type Sql, sql, statement, tableOf } from '../sql.ts'
import { isAfterEndings } from './endings.ts'

/** From now on this token is invalid, whatever its content. */
export function revokeAccessToken(db: D1Database, token: Pick<AccessToken, 'id' | 'expiresAt'>): Write {
  return statement(
    db,
    sql`INSERT INTO revoked_access_tokens (jti, expires_at) VALUES (${token.id}, ${token.expiresAt})
      ON CONFLICT DO NOTHING`,
  )
}

/** The user and the client of a valid token. */
export interface LiveToken {
  /** Undefined when the client acts for itself, and when it may not know the user's identity elsewhere (OIDC Core §8.1). */
  readonly username: string | undefined
  /** The part of its scope that its client, and each application in its chain, may still have. */
  readonly scope: Scope
  /** Whether an API in its audience allows the requesting application to introspect its tokens. */
  readonly isNamed: boolean
}

/**
 * Whether a token that we issued, and that has not expired, is still valid: neither it nor a token in its chain was revoked,
 * its client and its user exist and are not suspended, and neither its authorization nor everything was ended. One read, by
 * primary keys only. `askedBy`: the id of the requesting application.
 */
export function findLiveToken(
  db: D1Database,
  token: AccessToken,
  now: Seconds,
  askedBy: string | undefined = undefined,
): Query<LiveToken | undefined> {
  const isNamed =
    askedBy === undefined
      ? sql`0`
      : sql`EXISTS (SELECT 1 FROM json_each(${JSON.stringify(token.audience)}) n JOIN api_introspectors i
              ON i.resource = n.value AND i.client_id = ${askedBy})`
  return {
    statement: statement(db, sql`SELECT ${liveColumns(token, isNamed)} FROM ${livesIn(token, now)}`),
    read: first((row) => readLiveToken(token, row)),
  }
}

/** For `livesIn`. */
export function liveColumns(token: AccessToken, isNamed: Sql = sql`0`): Sql {
  const before = applicationsBefore(token)
  const allowedBefore =
    before.length === 0
      ? sql`'[]'`
      : sql`(SELECT json_group_array(o.scope) FROM ${tableOf(before)} n JOIN clients o ON o.id = n.value)`
  return sql`CASE WHEN u.id = ${token.subject} THEN u.username END AS known_as, c.scope AS allowed,
    ${allowedBefore} AS allowed_before, ${isNamed} AS is_named`
}

/** For an exchanged token: the application that the person authorized, and the actors, except its client. */
function applicationsBefore({
  clientId,
  authorizedClientId = clientId,
  actor,
}: AccessToken): readonly string[] {
  const ids = new Set([authorizedClientId, ...actorsOf(actor)])
  ids.delete(clientId)
  return [...ids]
}

/**
 * Further conditions for an exchanged token: each application in its chain exists and is not suspended, and the API still
 * allows its client to exchange tokens.
 */
function exchangeLives(token: AccessToken): Sql {
  if (token.authorizedClientId === undefined) return always
  const before = applicationsBefore(token)
  const [audience = ''] = token.audience
  return sql`EXISTS (SELECT 1 FROM api_exchangers e WHERE e.resource = ${audience} AND e.client_id = ${token.clientId})
    AND (SELECT COUNT(*) FROM ${tableOf(before)} n JOIN clients o ON o.id = n.value AND o.suspended_at IS NULL) = ${before.length}`
}

/** The client `c`, authorization `a` and user `u` of a token, while it is valid; without a user, `a` and `u` are NULL. */
export function livesIn(token: AccessToken, now: Seconds): Sql {
  const authorization = token.authorizationId ?? null
  return sql`clients c
    LEFT JOIN authorizations a ON a.id = ${authorization} AND a.client_id = ${token.authorizedClientId ?? token.clientId} AND a.ended_at IS NULL AND a.expires_at > ${now}
    LEFT JOIN users u ON u.id = a.user_id AND u.suspended_at IS NULL
    WHERE c.id = ${token.clientId} AND c.suspended_at IS NULL AND (${authorization} IS NULL OR u.id IS NOT NULL) AND ${exchangeLives(token)}
      AND NOT EXISTS (SELECT 1 FROM revoked_access_tokens WHERE jti IN (${commaSeparated([token.id, ...(token.madeOf ?? [])])}))
      AND ${isAfterEndings(token.issuedAt)}`
}

export function readLiveToken(token: AccessToken, row: Row): LiveToken {
  const allowed = [text(row, 'allowed'), ...texts(row, 'allowed_before')].map(parseScopeNames)
  return {
    username: optional(text, row, 'known_as'),
    scope: token.scope.filter((name) => allowed.every((scope) => scope.includes(name))),
    isNamed: integer(row, 'is_named') === 1,
  }
}
