import type { Seconds } from '../../values/time.ts'
import { type Query, read, type Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** Limit of unused clients, in total. Beyond it each new one replaces the oldest, so that nobody can keep others from registering. */
const mostUnused = 10_000

/** Clients that one registration checks for `isKept`, and those that it may replace. */
const settledAtOnce = 3
const checkedToReplace = 20

/** The oldest clients that may still be unused. */
function oldest(most: number): Sql {
  return sql`SELECT r.client_id FROM client_registrations r WHERE r.settled = 0 ORDER BY r.created_at LIMIT ${most}`
}

/** Somebody uses the client, allowed it something, or trusts it. */
const isKept = sql`EXISTS (SELECT 1 FROM clients c WHERE c.id = client_id AND (c.last_used_at IS NOT NULL
  OR c.trust <> 'unverified' OR EXISTS (SELECT 1 FROM consents k WHERE k.client_id = c.id)
  OR EXISTS (SELECT 1 FROM authorizations a WHERE a.client_id = c.id)))`

/**
 * Room for one client more if `wanted`: at the limit, the two oldest unused clients are deleted, so that a number beyond it
 * shrinks. Clients that are kept no longer count, and the next registrations find others.
 */
export function replaceOldest(wanted: Sql): readonly Sql[] {
  const isFull = sql`(SELECT COUNT(*) FROM (SELECT 1 FROM client_registrations r WHERE r.settled = 0 LIMIT ${mostUnused})) = ${mostUnused}`
  return [
    sql`UPDATE client_registrations SET settled = 1 WHERE client_id IN (${oldest(settledAtOnce)}) AND ${isKept}`,
    sql`DELETE FROM clients WHERE id IN (SELECT client_id FROM (${oldest(checkedToReplace)}) WHERE NOT ${isKept} LIMIT 2)
        AND ${isFull} AND ${wanted}`,
  ]
}

/** An administrator approved it: it is not unused in its first week. `approved`: for each row. */
export function settleApproved(db: D1Database, approved: Sql): Write {
  return statement(
    db,
    sql`UPDATE client_registrations SET settled = 1 WHERE ${approved} AND settled = 0
        AND EXISTS (SELECT 1 FROM clients c WHERE c.id = client_id AND c.approval IS NULL)`,
  )
}

/** How long an unused client stays. */
const unusedFor: Seconds = 7 * 86_400

/** How long a client that registered or published itself stays after its last use. */
const disusedFor: Seconds = 90 * 86_400

/** Rows per run. */
const chunk = 500

/** The number of changed rows. */
function counting(db: D1Database, change: Sql): Query<number> {
  return { statement: statement(db, sql`${change} RETURNING 1 AS changed`), read: (rows) => rows.length }
}

/**
 * Deletes clients that registered themselves and were unused in their first week, or are beyond the limit; the others are not
 * checked again. True when there may be more.
 */
export async function settleRegistrations(db: D1Database, now: Seconds): Promise<boolean> {
  const beyond = sql`(SELECT b.created_at FROM client_registrations b WHERE b.settled = 0
    AND b.created_at > ${now - unusedFor} ORDER BY b.created_at DESC LIMIT 1 OFFSET ${mostUnused})`
  const due = sql`SELECT r.client_id FROM client_registrations r
    WHERE r.settled = 0 AND r.created_at <= max(${now - unusedFor}, ifnull(${beyond}, 0)) ORDER BY r.created_at LIMIT ${chunk}`
  const { kept, unused } = await read(db, {
    kept: counting(
      db,
      sql`UPDATE client_registrations SET settled = 1 WHERE client_id IN (${due}) AND ${isKept}`,
    ),
    // Those that are kept are no longer due. Others, which were not checked yet, are due in their place.
    unused: counting(
      db,
      sql`DELETE FROM clients WHERE id IN (${due})
        AND NOT EXISTS (SELECT 1 FROM client_registrations WHERE client_id = clients.id AND ${isKept})`,
    ),
  })
  return kept + unused >= chunk
}

/**
 * Deletes clients that registered or published themselves, that nobody has used for a long time, and that nobody gives access
 * to. They can come back as they came; what an administrator decided about one stays. True when there may be more.
 */
export async function deleteDisused(db: D1Database, now: Seconds): Promise<boolean> {
  const lastUse = sql`ifnull(c.last_used_at, c.created_at)`
  const { disused } = await read(db, {
    disused: counting(
      db,
      sql`DELETE FROM clients WHERE id IN (SELECT c.id FROM clients c
          WHERE c.registered_by <> 'person' AND c.suspended_at IS NULL AND c.trust = 'unverified'
            AND ${lastUse} <= ${now - disusedFor} AND (c.registered_by = 'itself' OR c.openid ->> 'scope_is_chosen' IS NULL)
            AND NOT EXISTS (SELECT 1 FROM authorizations a WHERE a.client_id = c.id)
          ORDER BY ${lastUse} LIMIT ${chunk})`,
    ),
  })
  return disused >= chunk
}
