import { parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import type { Seconds } from '../../values/time.ts'
import { first, type Query, text, texts } from '../database.ts'
import { sql, statement } from '../sql.ts'
import { isAfterEndings } from './endings.ts'

/** The scopes and APIs that a valid authorization allows its client now. */
export interface Authorized {
  readonly scope: Scope
  /** Identifiers of APIs; empty: the issuer itself. */
  readonly resources: readonly string[]
}

/** An authorization as a token without a scope and a `jti` of its own names it: an ID token. */
interface Named {
  readonly authorizationId: string
  readonly clientId: string
  readonly issuedAt: Seconds
}

/** Undefined when it has ended or expired, its user or client was suspended or deleted, or everything was ended since. */
export function findAuthorized(
  db: D1Database,
  { authorizationId, clientId, issuedAt }: Named,
  now: Seconds,
): Query<Authorized | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT a.scope, a.resources, c.scope AS allowed FROM authorizations a
          JOIN clients c ON c.id = a.client_id AND c.suspended_at IS NULL
          JOIN users u ON u.id = a.user_id AND u.suspended_at IS NULL
        WHERE a.id = ${authorizationId} AND a.client_id = ${clientId} AND a.ended_at IS NULL AND a.expires_at > ${now}
          AND ${isAfterEndings(issuedAt)}`,
    ),
    read: first((row) => {
      const allowed = parseScopeNames(text(row, 'allowed'))
      const scope = parseScopeNames(text(row, 'scope')).filter((name) => allowed.includes(name))
      return { scope, resources: texts(row, 'resources') }
    }),
  }
}
