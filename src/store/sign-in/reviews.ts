import type { Seconds } from '../../values/time.ts'
import { combined, integer, optional, type Query, text, type Write } from '../database.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { isDoubtedIdentity } from './identities.ts'
import { endSessions } from './sessions.ts'

/** One way into an account, or one application with consent, to be kept or removed after a password reset. */
export interface ReviewedWay {
  readonly kind: 'passkey' | 'app' | 'identity' | 'client'
  readonly id: string
  /** Undefined for an authenticator app. */
  readonly name: string | undefined
  readonly createdAt: Seconds
  readonly lastUsedAt: Seconds | undefined
  /** Set up shortly before the reset: it does not work until it is kept. */
  readonly isDoubted: boolean
}

/** Limit of applications in the review. Their access has ended; further ones stay in the full list. */
const mostClients = 100

export function listWaysToReview(db: D1Database, userId: string): Query<readonly ReviewedWay[]> {
  const list = (kind: ReviewedWay['kind'], ways: Sql): Query<readonly ReviewedWay[]> => ({
    statement: statement(db, ways),
    read: (rows) =>
      rows.map((row) => ({
        kind,
        id: text(row, 'id'),
        name: optional(text, row, 'name'),
        createdAt: integer(row, 'created_at'),
        lastUsedAt: optional(integer, row, 'last_used_at'),
        isDoubted: row.doubted === 1,
      })),
  })
  return combined(
    {
      passkeys: list(
        'passkey',
        sql`SELECT id, name, created_at, last_used_at, doubted FROM passkeys
          WHERE user_id = ${userId} ORDER BY created_at, id`,
      ),
      app: list(
        'app',
        sql`SELECT made_by AS id, NULL AS name, created_at, NULL AS last_used_at, doubted FROM authenticators
          WHERE user_id = ${userId}`,
      ),
      identities: list(
        'identity',
        sql`SELECT ${identityKey('i')} AS id, n.name || ': ' || i.label AS name, i.created_at, i.last_used_at,
            ${isDoubtedIdentity} AS doubted
          FROM identities i JOIN connections n ON n.id = i.connection_id JOIN users u ON u.id = i.user_id
          WHERE i.user_id = ${userId} ORDER BY i.created_at, i.connection_id, i.subject`,
      ),
      clients: list(
        'client',
        sql`SELECT k.client_id AS id, c.name, k.created_at, NULL AS last_used_at, 0 AS doubted
          FROM consents k JOIN clients c ON c.id = k.client_id
          WHERE k.user_id = ${userId} ORDER BY k.created_at, k.client_id LIMIT ${mostClients}`,
      ),
    },
    ({ passkeys, app, identities, clients }) => [...passkeys, ...app, ...identities, ...clients],
  )
}

/** No id of a connection contains a space. */
const identityKey = (table: 'i' | 'identities') => raw(`${table}.connection_id || ' ' || ${table}.subject`)

export interface ReviewAnswer {
  readonly issuer: string
  readonly userId: string
  readonly attemptId: string
  readonly reference: string
  /** Ids that were shown, of all kinds together: they never collide. */
  readonly kept: readonly string[]
  readonly removed: readonly string[]
}

/** Everything that was shown is kept or removed as answered; newer things are not affected. Of two answers, the first counts. */
export function answerReview(db: D1Database, answer: ReviewAnswer, now: Seconds): readonly Write[] {
  const { userId, attemptId, reference, issuer } = answer
  const awaits = sql`EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId} AND u.review_since IS NOT NULL)`
  const among = (ids: readonly string[]) => sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`
  const [kept, removed] = [among(answer.kept), among(answer.removed)]
  const app = sql`EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = ${userId} AND a.made_by IN ${removed})`
  const began = sql`s.user_id = ${userId} AND ${awaits} AND s.connection_id IN (SELECT i.connection_id FROM identities i
    WHERE i.user_id = ${userId} AND ${identityKey('i')} IN ${removed})`
  const trusted = sql`doubted = 0, trusted_at = min(trusted_at, ${now})`
  const writes = [
    sql`DELETE FROM identities WHERE user_id = ${userId} AND ${identityKey('identities')} IN ${removed} AND ${awaits}`,
    sql`DELETE FROM passkeys WHERE user_id = ${userId} AND id IN ${removed} AND ${awaits}`,
    sql`DELETE FROM recovery_codes WHERE user_id = ${userId} AND ${app} AND ${awaits}`,
    sql`DELETE FROM authenticators WHERE user_id = ${userId} AND made_by IN ${removed} AND ${awaits}`,
    sql`DELETE FROM consents WHERE user_id = ${userId} AND client_id IN ${removed} AND ${awaits}`,
    sql`UPDATE authorizations SET ended_at = ${now}, end_reason = 'consent_removed'
      WHERE user_id = ${userId} AND client_id IN ${removed} AND ended_at IS NULL AND ${awaits}`,
    sql`UPDATE passkeys SET ${trusted} WHERE user_id = ${userId} AND id IN ${kept} AND ${awaits}`,
    sql`UPDATE authenticators SET ${trusted} WHERE user_id = ${userId} AND made_by IN ${kept} AND ${awaits}`,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
      SELECT ${attemptId}, ${now}, 'ways_reviewed', ${reference}, ${userId},
        ${`${answer.kept.length} kept, ${answer.removed.length} removed`} WHERE ${awaits} ON CONFLICT DO NOTHING`,
    sql`UPDATE users SET review_since = NULL WHERE id = ${userId}
      AND EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ${attemptId} AND e.at = ${now})`,
  ].map((text) => statement(db, text))
  return [...endSessions(db, { condition: began, issuer, now }), ...writes]
}
