import type { Lifetimes, Seconds } from '../../values/time.ts'
import { type Query, read } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** Rows deleted at once, while a person waits for the end of an application or an account. */
const chunk = 1000

/** Rows deleted at once by the schedule: fewer, since each has five indexes, and others wait for the database meanwhile. */
const scheduledChunk = 400

/** Statements of one call of each of the functions below. */
export const queriesOfForgetting = 3

/**
 * Deletes authorizations, named by a query for their ids. The audit log keeps a summary of their rows: the number, by the day
 * on which they were issued, the client and the user. In one batch, in this order: executed twice, it counts once.
 */
function forget(db: D1Database, ids: Sql, now: Seconds) {
  const noted: Query<void> = {
    statement: statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, client_id, detail)
        SELECT printf('%08x', ${now}) || lower(hex(randomblob(8))), ${now}, 'authorizations_issued', '', user_id, client_id,
          date(created_at, 'unixepoch') || ': ' || count(*)
        FROM authorizations WHERE id IN (${ids}) GROUP BY user_id, client_id, created_at / 86400`,
    ),
    read: () => {},
  }
  return {
    noted,
    gone: counting(db, sql`DELETE FROM authorizations WHERE id IN (${ids}) RETURNING 1 AS gone`),
  }
}

function counting(db: D1Database, changing: Sql): Query<number> {
  return { statement: statement(db, changing), read: (rows) => rows.length }
}

/**
 * Deletes authorizations whose refresh token has expired, or whose code nobody redeemed. Each row has a time when it is looked
 * at: then it is deleted, or, while it is still valid, gets a later time, so that no run reads it before. A redeemed one also lasts
 * as long as its session, since the application must be notified of its end (OIDC Back-Channel Logout §2.5). Returns whether there
 * may be more.
 */
export async function forgetOver(db: D1Database, lifetimes: Lifetimes, now: Seconds): Promise<boolean> {
  const idle = lifetimes.sessionIdle
  const due = sql`SELECT id, sid, expires_at, redeemed_at FROM authorizations WHERE kept_until <= ${now}
    ORDER BY kept_until, id LIMIT ${scheduledChunk}`
  const lasts = sql`(o.expires_at > ${now} OR o.redeemed_at IS NOT NULL AND EXISTS (SELECT 1 FROM sessions s
    WHERE s.sid = o.sid AND s.expires_at > ${now} AND s.last_seen_at > ${now - idle}))`
  const putOff = sql`UPDATE authorizations SET kept_until = max(expires_at,
      ifnull((SELECT max(min(s.expires_at, s.last_seen_at + ${idle})) FROM sessions s WHERE s.sid = authorizations.sid), 0))
    WHERE id IN (SELECT o.id FROM (${due}) o WHERE ${lasts}) RETURNING 1 AS put_off`
  const ids = sql`SELECT o.id FROM (${due}) o WHERE NOT ${lasts}`
  const { later, gone } = await read(db, { later: counting(db, putOff), ...forget(db, ids, now) })
  return later + gone >= scheduledChunk
}

/** The authorizations of one person and client, except the `most` most recently used. Codes that nobody redeemed go first. */
export async function forgetBeyond(
  db: D1Database,
  { userId, clientId }: { readonly userId: string; readonly clientId: string },
  most: number,
  now: Seconds,
): Promise<void> {
  const ids = sql`SELECT id FROM authorizations WHERE user_id = ${userId} AND client_id = ${clientId}
    ORDER BY redeemed_at IS NULL AND code_expires_at <= ${now}, max(created_at, ifnull(rotated_at, 0)) DESC, id DESC
    LIMIT ${chunk} OFFSET ${most}`
  await read(db, forget(db, ids, now))
}

/** The parent of the authorizations to delete: an application, or a person with their applications. */
export type ForgottenWith = { readonly clientId: string } | { readonly userId: string }

/** Ids, each found through an index; for a person first their own, then those of others at their applications. */
function idsOf(of: ForgottenWith, most: number): readonly [Sql, ...Sql[]] {
  if ('clientId' in of)
    return [sql`SELECT id FROM authorizations WHERE client_id = ${of.clientId} LIMIT ${most}`]
  return [
    sql`SELECT id FROM authorizations WHERE user_id = ${of.userId} LIMIT ${most}`,
    sql`SELECT a.id FROM clients c JOIN authorizations a ON a.client_id = c.id
      WHERE c.owner_id = ${of.userId} LIMIT ${most}`,
  ]
}

/** Whether there are few enough for one statement. */
export function authorizationsOf(db: D1Database, of: ForgottenWith): Query<boolean> {
  const isFew = idsOf(of, chunk + 1)
    .map((ids) => sql`(SELECT count(*) FROM (${ids})) <= ${chunk}`)
    .reduce((all, one) => sql`${all} AND ${one}`)
  return {
    statement: statement(db, sql`SELECT 1 AS few WHERE ${isFew}`),
    read: (rows) => rows.length > 0,
  }
}

/** Deletes some of them, if that is allowed. Returns whether there may be more. */
export async function forgetThese(
  db: D1Database,
  of: ForgottenWith,
  allowed: Sql,
  now: Seconds,
): Promise<boolean> {
  for (const ids of idsOf(of, chunk)) {
    const { gone } = await read(db, forget(db, sql`SELECT id FROM (${ids}) WHERE ${allowed}`, now))
    if (gone === chunk) return true
  }
  return false
}
