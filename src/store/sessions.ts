import type { SecretHash } from '../protocol/secret.ts'
import type { Lifetimes, Seconds } from '../protocol/time.ts'
import { first, integer, type Query, type Row, type Write } from './database.ts'
import { readUser, type User } from './users.ts'

/** Somebody is signed in. Only a live session of an existing user is ever read. */
export interface Session {
  readonly user: User
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
        `SELECT u.id, u.username, u.email, u.role, u.created_at, s.authenticated_at, s.last_seen_at
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
    authenticatedAt: integer(row, 'authenticated_at'),
    lastSeenAt: integer(row, 'last_seen_at'),
  }
}

export function insertSession(
  db: D1Database,
  id: SecretHash<'session'>,
  userId: string,
  lifetimes: Lifetimes,
  now: Seconds,
): Write {
  return db
    .prepare(
      `INSERT INTO sessions (id_hash, user_id, authenticated_at, last_seen_at, expires_at)
       VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    .bind(id.sha256, userId, now, now, now + lifetimes.sessionAbsolute)
}

export function touchSession(db: D1Database, id: SecretHash<'session'>, now: Seconds): Write {
  return db
    .prepare('UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id_hash = ?')
    .bind(now, id.sha256)
}

export function deleteSession(db: D1Database, id: SecretHash<'session'>): Write {
  return db.prepare('DELETE FROM sessions WHERE id_hash = ?').bind(id.sha256)
}
