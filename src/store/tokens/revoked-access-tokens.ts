import { parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, type Row, text, type Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** From now on this token is not good, whatever it says. */
export function revokeAccessToken(db: D1Database, token: Pick<AccessToken, 'id' | 'expiresAt'>): Write {
  return statement(
    db,
    sql`INSERT INTO revoked_access_tokens (jti, expires_at) VALUES (${token.id}, ${token.expiresAt})
      ON CONFLICT DO NOTHING`,
  )
}

/** Who a living token is for. */
export interface LiveToken {
  /** Undefined when the client acts for nobody else, and when it may not know who the user is elsewhere (OIDC Core §8.1). */
  readonly username: string | undefined
  /** Of its scope, that which its client may still have. */
  readonly scope: Scope
  /** Whether an API that it is for lets the application that asks check its tokens. */
  readonly isNamed: boolean
}

/**
 * Whether a token that we issued, and that has not expired, is still good: it was not revoked, its client and its user are
 * there and not suspended, and its authorization has not ended, nor has everything since. One read, by primary keys alone.
 * `askedBy`: the id of the application that asks.
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
  return sql`CASE WHEN u.id = ${token.subject} THEN u.username END AS known_as, c.scope AS allowed, ${isNamed} AS is_named`
}

/** The client `c`, authorization `a` and user `u` of a token, while it is good; of one that is for nobody, `a` and `u` are NULL. */
export function livesIn(token: AccessToken, now: Seconds): Sql {
  const authorization = token.authorizationId ?? null
  const { authorizedClientId } = token
  // One that was exchanged is for another application than the person authorized, and lives with both.
  const lives =
    authorizedClientId === undefined
      ? sql`true`
      : sql`EXISTS (SELECT 1 FROM clients o WHERE o.id = ${authorizedClientId} AND o.suspended_at IS NULL)`
  return sql`clients c
    LEFT JOIN authorizations a ON a.id = ${authorization} AND a.client_id = ${authorizedClientId ?? token.clientId} AND a.ended_at IS NULL AND a.expires_at > ${now}
    LEFT JOIN users u ON u.id = a.user_id AND u.suspended_at IS NULL
    WHERE c.id = ${token.clientId} AND c.suspended_at IS NULL AND (${authorization} IS NULL OR u.id IS NOT NULL) AND ${lives}
      AND NOT EXISTS (SELECT 1 FROM revoked_access_tokens WHERE jti = ${token.id})
      AND NOT EXISTS (SELECT 1 FROM endings WHERE at >= ${token.issuedAt})`
}

export function readLiveToken(token: AccessToken, row: Row): LiveToken {
  const allowed = parseScopeNames(text(row, 'allowed'))
  return {
    username: optional(text, row, 'known_as'),
    scope: token.scope.filter((name) => allowed.includes(name)),
    isNamed: integer(row, 'is_named') === 1,
  }
}
