import type { SecretHash } from '../protocol/secret.ts'
import type { Lifetimes, Seconds } from '../protocol/time.ts'
import { first, integer, type Query, type Row, text, texts, type Write } from './database.ts'
import { readUser, type User } from './users.ts'

/** Somebody is signed in. Only a live session of an existing user is ever read. */
export interface Session {
  readonly user: User
  /** As clients are told it. */
  readonly sid: string
  readonly amr: readonly string[]
  readonly authenticatedAt: Seconds
  readonly lastSeenAt: Seconds
}

export function findSession(
  db: D1Database,
  id: SecretHash<'session'>,
  lifetimes: Lifetimes,
  now: Seconds,
): Query<Session | undefined> {
  return {
    statement: db
      .prepare(
        `SELECT u.id, u.username, u.email, u.role, u.created_at, s.sid, s.amr, s.authenticated_at, s.last_seen_at
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.id_hash = ? AND s.expires_at > ? AND s.last_seen_at > ? AND u.suspended_at IS NULL`,
      )
      .bind(id.sha256, now, now - lifetimes.sessionIdle),
    read: first(readSession),
  }
}

function readSession(row: Row): Session {
  return {
    user: readUser(row),
    sid: text(row, 'sid'),
    amr: texts(row, 'amr'),
    authenticatedAt: integer(row, 'authenticated_at'),
    lastSeenAt: integer(row, 'last_seen_at'),
  }
}

export interface NewSession {
  readonly id: SecretHash<'session'>
  readonly userId: string
  readonly amr: readonly string[]
  /** For a first sign-in in this browser. */
  readonly sid: string
  /** The session that was there before: when it is of the same person, they stay the same session for clients. */
  readonly earlier: SecretHash<'session'> | undefined
}

/** Before the earlier session is ended, in the same batch. */
export function insertSession(
  db: D1Database,
  session: NewSession,
  lifetimes: Lifetimes,
  now: Seconds,
): Write {
  const { id, userId, amr, sid, earlier } = session
  return db
    .prepare(
      `INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at)
       SELECT ?1, u.id, ifnull((SELECT sid FROM sessions WHERE id_hash = ?4 AND user_id = u.id), ?3), ?5, ?6, ?6, ?7
       FROM users u WHERE u.id = ?2 AND u.suspended_at IS NULL ON CONFLICT DO NOTHING`,
    )
    .bind(
      id.sha256,
      userId,
      sid,
      earlier?.sha256 ?? null,
      JSON.stringify(amr),
      now,
      now + lifetimes.sessionAbsolute,
    )
}

export function touchSession(db: D1Database, id: SecretHash<'session'>, now: Seconds): Write {
  return db
    .prepare('UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id_hash = ?')
    .bind(now, id.sha256)
}

/**
 * Ends a session and what rests on it: each application that was used in it is told (OIDC Back-Channel Logout §2.5), and
 * refresh tokens of OpenID Connect without `offline_access` end (§2.7). `unlessOf`: a person who only signs in again is not
 * signed out.
 */
export function endSession(
  db: D1Database,
  id: SecretHash<'session'>,
  issuer: string,
  now: Seconds,
  unlessOf: string = '',
): readonly Write[] {
  return [
    db
      .prepare(
        `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, next_attempt_at)
         SELECT lower(hex(randomblob(16))), a.client_id, s.user_id, s.sid, ?, ?, 0, ?
         FROM sessions s JOIN authorizations a ON a.sid = s.sid JOIN clients c ON c.id = a.client_id
         WHERE s.id_hash = ? AND s.user_id <> ? AND json_extract(c.openid, '$.backchannel_logout_uri') IS NOT NULL
         GROUP BY a.client_id ON CONFLICT DO NOTHING`,
      )
      .bind(issuer, now, now, id.sha256, unlessOf),
    db
      .prepare(
        `UPDATE authorizations SET ended_at = ?, end_reason = 'signed_out'
         WHERE sid = (SELECT sid FROM sessions WHERE id_hash = ? AND user_id <> ?) AND ended_at IS NULL
           AND instr(' ' || scope || ' ', ' openid ') > 0 AND instr(' ' || scope || ' ', ' offline_access ') = 0`,
      )
      .bind(now, id.sha256, unlessOf),
    db.prepare('DELETE FROM sessions WHERE id_hash = ?').bind(id.sha256),
  ]
}
