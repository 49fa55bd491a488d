import type { CodeChallenge } from '../../rules/requests/pkce.ts'
import { formatScope, parseScopeNames } from '../../rules/requests/scope.ts'
import type { CodeGrant, RefreshFamily } from '../../rules/tokens/authorization.ts'
import { confirmationOf } from '../../rules/tokens/confirmation.ts'
import type { CodeHash, PresentedCode, SecretHash } from '../../values/secret.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'
import {
  hasChanged,
  holds,
  integer,
  optional,
  type Query,
  type Row,
  text,
  texts,
  type Write,
} from '../database.ts'
import { detailsColumn, readDetails } from '../requests/detail-type.ts'
import type { Use } from '../sign-in/used-challenges.ts'
import { always, raw, type Sql, sql, statement } from '../sql.ts'
import { formatOpenidColumn, parseOpenidGrant } from './openid-grant.ts'
import { useUp } from './used-proofs.ts'

/**
 * One approved request, with its code. Does nothing when the user was deleted or suspended, the client was deleted, or when the
 * consent was revoked or the session ended in the meantime. A client that is suspended at this moment gets a useless code:
 * `claimCode` checks again. `keptUntil`: when the purge looks at it. `+` makes SQLite look up the
 * one session by its `sid`, instead of every session of the person.
 */
export function insertAuthorization(
  db: D1Database,
  grant: CodeGrant,
  code: CodeHash,
  keptUntil: Seconds,
  now: Seconds,
  only: Sql = always,
): Write {
  const { sid } = grant.openid.context
  return statement(
    db,
    sql`INSERT INTO authorizations (id, client_id, user_id, scope, resources, auth_time, sid, openid, created_at, code_hash,
          code_challenge, redirect_uri, redirect_uri_sent, code_expires_at, expires_at, kept_until, dpop_jkt,
          authorization_details)
        SELECT ${grant.authorizationId}, k.client_id, k.user_id, ${formatScope(grant.scope)}, ${JSON.stringify(grant.resources)},
          ${grant.authTime}, ${sid}, ${formatOpenidColumn(grant.openid)}, ${now}, ${code.sha256},
          ${grant.codeChallenge?.s256 ?? null}, ${grant.redirectUri}, ${grant.redirectUriSent ? 1 : 0}, ${grant.codeExpiresAt},
          ${grant.codeExpiresAt}, ${keptUntil}, ${grant.dpopJkt ?? null},
          ${detailsColumn(grant.details)}
        FROM consents k JOIN users u ON u.id = k.user_id AND u.suspended_at IS NULL
        WHERE k.client_id = ${grant.clientId} AND k.user_id = ${grant.userId}
          AND EXISTS (SELECT 1 FROM sessions s WHERE s.sid = ${sid} AND +s.user_id = k.user_id) AND ${only}
        ON CONFLICT DO NOTHING`,
  )
}

/** Whether an authorization was written. */
export function hasAuthorization(db: D1Database, id: string): Query<boolean> {
  return holds(db, isAuthorized(id))
}

/** The same, for the writes after it in its batch. */
export function isAuthorized(id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM authorizations WHERE id = ${id})`
}

/** For a row of authorizations: whether it belongs to this code. Rows that older code redeemed keep the hash. IN would read more rows. */
export function isOf({ hash, used }: PresentedCode): Sql {
  return sql`code_hash = ifnull((SELECT code_hash FROM authorizations WHERE code_hash = ${used}), ${hash.sha256})`
}

/** For an authorization's row: while its user or its client is suspended, nothing is issued from it. */
export const isNotSuspended =
  raw(`EXISTS (SELECT 1 FROM clients c, users u WHERE c.id = client_id AND u.id = user_id
  AND c.suspended_at IS NULL AND u.suspended_at IS NULL)`)

/**
 * Compare and swap: only while `presented` is the current secret. The salt must derive `next` from it, so that it identifies
 * the attempt: executed twice, it succeeds twice. Returns whether it succeeded; not when another request was first, or has used
 * the proof.
 */
export function rotateRefreshToken(
  db: D1Database,
  authorizationId: string,
  presented: SecretHash<'refresh'>,
  next: { readonly hash: SecretHash<'refresh'>; readonly salt: string },
  lifetimes: Lifetimes,
  now: Seconds,
  use: Use | undefined,
): Query<boolean> {
  const { set, only } = useUp(use)
  return hasChanged(
    statement(
      db,
      sql`UPDATE authorizations SET previous_refresh_hash = ${presented.sha256}, refresh_hash = ${next.hash.sha256},
          refresh_salt = ${next.salt}, rotated_at = ${now},
          expires_at = min(${now + lifetimes.refreshIdle}, redeemed_at + ${lifetimes.refreshAbsolute})${set}
        WHERE id = ${authorizationId} AND refresh_hash IN (${presented.sha256}, ${next.hash.sha256}) AND ended_at IS NULL
          AND expires_at > ${now} AND ${isNotSuspended}${only}`,
    ),
  )
}

/**
 * The same for a refresh token that does not rotate: it stays the current one, and is kept longer. Returns whether it still was
 * the current one, and its proof unused.
 */
export function extendRefreshToken(
  db: D1Database,
  authorizationId: string,
  presented: SecretHash<'refresh'>,
  lifetimes: Lifetimes,
  now: Seconds,
  use: Use | undefined,
): Query<boolean> {
  const { set, only } = useUp(use)
  return hasChanged(
    statement(
      db,
      sql`UPDATE authorizations
        SET expires_at = min(${now + lifetimes.refreshIdle}, redeemed_at + ${lifetimes.refreshAbsolute})${set}
        WHERE id = ${authorizationId} AND refresh_hash = ${presented.sha256} AND ended_at IS NULL
          AND expires_at > ${now} AND ${isNotSuspended}${only}`,
    ),
  )
}

export type EndReason =
  | 'code_replayed'
  | 'refresh_token_reused'
  | 'revoked_by_client'
  | 'consent_removed'
  | 'password_changed'
  /** Its client is no longer allowed any granted scope. */
  | 'nothing_left'
  | 'password_reset'
  /** The owner of the person's address proved it for the first time, and may be somebody else. */
  | 'first_proof'
  | 'factors_reset'
  | 'user_suspended'
  /** It was based on another server that is no longer trusted. */
  | 'server_not_trusted'

/** Ends one authorization and every token issued from it. An ended one keeps its first reason. */
export function endAuthorization(
  db: D1Database,
  authorizationId: string,
  reason: EndReason,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE authorizations SET ended_at = ${now}, end_reason = ${reason}
      WHERE id = ${authorizationId} AND ended_at IS NULL`,
  )
}

/** Ends those that match a condition. */
export function endAuthorizations(db: D1Database, condition: Sql, reason: EndReason, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE authorizations SET ended_at = ${now}, end_reason = ${reason} WHERE ${condition} AND ended_at IS NULL`,
  )
}

function readCodeChallenge(s256: string | undefined): CodeChallenge | undefined {
  return s256 === undefined ? undefined : { s256 }
}

function readCommon(row: Row) {
  return {
    authorizationId: text(row, 'id'),
    clientId: text(row, 'client_id'),
    userId: text(row, 'user_id'),
    scope: parseScopeNames(text(row, 'scope')),
    resources: texts(row, 'resources'),
    details: readDetails(row),
    authTime: integer(row, 'auth_time'),
    openid: parseOpenidGrant(text(row, 'openid'), text(row, 'sid')),
  }
}

export function readCodeGrant(row: Row): CodeGrant {
  return {
    ...readCommon(row),
    codeChallenge: readCodeChallenge(optional(text, row, 'code_challenge')),
    dpopJkt: optional(text, row, 'dpop_jkt'),
    redirectUri: text(row, 'redirect_uri'),
    redirectUriSent: integer(row, 'redirect_uri_sent') === 1,
    codeExpiresAt: integer(row, 'code_expires_at'),
  }
}

export function readRefreshFamily(row: Row): RefreshFamily {
  const previous = optional(text, row, 'previous_refresh_hash')
  return {
    ...readCommon(row),
    username: text(row, 'username'),
    current: { kind: 'refresh', sha256: text(row, 'refresh_hash') },
    previous: previous === undefined ? undefined : { kind: 'refresh', sha256: previous },
    salt: text(row, 'refresh_salt'),
    markKey: text(row, 'refresh_mark_key'),
    confirmation: confirmationOf(optional(text, row, 'dpop_jkt'), optional(text, row, 'x5t_s256')),
    rotatedAt: integer(row, 'rotated_at'),
    expiresAt: integer(row, 'expires_at'),
    endedAt: optional(integer, row, 'ended_at'),
  }
}
