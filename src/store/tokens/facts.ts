import type { ClaimsSubject } from '../../rules/openid/user-claims.ts'
import type { CodeGrant, RefreshFamily } from '../../rules/tokens/authorization.ts'
import type { PresentedCode } from '../../values/secret.ts'
import { first, optional, type Query, text } from '../database.ts'
import { claimsColumns, readClaimsSubject } from '../people/profiles.ts'
import { type Living, livingColumns, readLiving } from '../requests/resources.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { isOf, readCodeGrant, readRefreshFamily } from './authorizations.ts'
import { claimedUser } from './openid-grant.ts'

/** Everything that a token request needs from an authorization's row, in one statement. */
interface Facts {
  /** The part of the authorization that still exists. */
  readonly living: Living
}

export interface CodeFacts extends Facts {
  /** Undefined when the ID token contained none of its claims at the time of the authorization. */
  readonly person: ClaimsSubject | undefined
  /** Until the code is redeemed, the same as in KV: for when KV misses. Afterwards the row has no nonce, challenge and redirect URI. */
  readonly grant: CodeGrant
  /** The attempt that redeemed the code with the same verifier, so that a replay is noticed. Undefined: nobody has, or older code did. */
  readonly spentBy: string | undefined
}

export interface RefreshFacts extends Facts {
  readonly person: ClaimsSubject
  readonly family: RefreshFamily
}

/** Undefined: nobody got this code, it was redeemed with another verifier, or its row is purged. */
export function findCodeFacts(db: D1Database, code: PresentedCode): Query<CodeFacts | undefined> {
  const columns = sql`a.code_challenge, a.redirect_uri, a.redirect_uri_sent, a.code_expires_at,
    CASE WHEN a.code_hash = ${code.used} THEN a.redeemed_by END AS spent_by`
  return {
    statement: findFacts(
      db,
      columns,
      sql`LEFT JOIN users u ON u.id = ${raw(claimedUser)} WHERE ${isOf(code)}`,
    ),
    read: first((row) => ({
      living: readLiving(row),
      person: row.username === null ? undefined : readClaimsSubject(row),
      grant: readCodeGrant(row),
      spentBy: optional(text, row, 'spent_by'),
    })),
  }
}

/** Undefined also while its user is suspended. */
export function findRefreshFacts(db: D1Database, authorizationId: string): Query<RefreshFacts | undefined> {
  const columns = sql`a.refresh_hash, a.previous_refresh_hash, a.refresh_salt, a.refresh_mark_key, a.rotated_at, a.expires_at,
    a.ended_at`
  return {
    statement: findFacts(
      db,
      columns,
      sql`JOIN users u ON u.id = a.user_id
        WHERE a.id = ${authorizationId} AND a.refresh_hash IS NOT NULL AND u.suspended_at IS NULL`,
    ),
    read: first((row) => ({
      living: readLiving(row),
      person: readClaimsSubject(row),
      family: readRefreshFamily(row),
    })),
  }
}

/** `joined`: the user `u`, and the condition. */
function findFacts(db: D1Database, columns: Sql, joined: Sql): D1PreparedStatement {
  return statement(
    db,
    sql`SELECT a.id, a.client_id, a.user_id, a.scope, a.resources, a.auth_time, a.sid, a.openid, a.dpop_jkt, a.x5t_s256,
          a.authorization_details, ${columns}, ${claimsColumns},
          ${raw(livingColumns)}
        FROM authorizations a ${joined}`,
  )
}
