import type { Consent } from '../protocol/next-step.ts'
import { formatScope, parseScopeNames } from '../protocol/scope.ts'
import type { SecretHash } from '../protocol/secret.ts'
import type { Seconds } from '../protocol/time.ts'
import { first, type Query, text, type Write } from './database.ts'

/** The consent of whoever this session is of: known before the session is, so both are read in one batch. */
export function findConsentOfSession(
  db: D1Database,
  session: SecretHash<'session'>,
  clientId: string,
): Query<Consent | undefined> {
  return {
    statement: db
      .prepare(
        `SELECT k.scope, k.redirect_host, k.client_name FROM sessions s
         JOIN consents k ON k.user_id = s.user_id AND k.client_id = ? WHERE s.id_hash = ?`,
      )
      .bind(clientId, session.sha256),
    read: first((row) => ({
      scope: parseScopeNames(text(row, 'scope')),
      redirectHost: text(row, 'redirect_host'),
      clientName: text(row, 'client_name'),
    })),
  }
}

/** The consent takes the place of an earlier one; nothing happens when user or client is gone. */
export function putConsent(
  db: D1Database,
  userId: string,
  clientId: string,
  consent: Consent,
  now: Seconds,
): Write {
  return db
    .prepare(
      `INSERT INTO consents (user_id, client_id, scope, redirect_host, client_name, granted_at)
       SELECT u.id, c.id, ?, ?, ?, ? FROM users u, clients c WHERE u.id = ? AND c.id = ?
       ON CONFLICT (user_id, client_id) DO UPDATE SET scope = excluded.scope, redirect_host = excluded.redirect_host,
         client_name = excluded.client_name, granted_at = excluded.granted_at`,
    )
    .bind(formatScope(consent.scope), consent.redirectHost, consent.clientName, now, userId, clientId)
}

/** What the user allows no longer. Its authorizations are ended in the same batch. */
export function deleteConsent(db: D1Database, userId: string, clientId: string): Write {
  return db.prepare('DELETE FROM consents WHERE user_id = ? AND client_id = ?').bind(userId, clientId)
}
