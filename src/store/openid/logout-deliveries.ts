import type { Sector } from '../../rules/openid/subject.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, optional, type Page, type Query, type Row, text, type Write } from '../database.ts'
import { byTime, type Chosen, listed } from '../list.ts'
import { sql, statement } from '../sql.ts'
import { parseOpenidGrant } from '../tokens/openid-grant.ts'

/** A pending notice: the content of a logout token, and its receiver. */
export interface LogoutDelivery {
  readonly id: string
  readonly clientId: string
  readonly userId: string
  readonly sid: string
  readonly issuer: string
  /** The sector of the client when it was last authorized in the session; undefined when that was deleted, or not stored. */
  readonly sector: Sector | undefined
}

/** Notices taken at once. Each failure doubles the wait, from a minute; after ten it is given up. */
export const mostAtOnce = 20
const mostAttempts = 10

/**
 * Takes the due notices, the newest first: receivers that are down don't delay a new sign-out. The next attempt is scheduled
 * before this one is made: a run that dies loses nothing.
 */
export function claimDeliveries(db: D1Database, runId: string, most: number, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE logout_deliveries SET claimed_by = ${runId}, attempts = attempts + 1,
        next_attempt_at = CASE WHEN attempts + 1 < ${mostAttempts} THEN ${now} + (60 << attempts) END
      WHERE id IN (SELECT id FROM logout_deliveries WHERE next_attempt_at <= ${now}
        ORDER BY next_attempt_at DESC LIMIT ${most})`,
  )
}

export function findClaimedDeliveries(db: D1Database, runId: string): Query<readonly LogoutDelivery[]> {
  return {
    statement: statement(
      db,
      sql`SELECT d.id, d.client_id, d.user_id, d.sid, d.issuer,
          (SELECT openid FROM (SELECT a.openid, max(a.created_at) FROM authorizations a
            WHERE a.sid = d.sid AND a.client_id = d.client_id)) AS openid
        FROM logout_deliveries d WHERE d.claimed_by = ${runId} AND d.delivered_at IS NULL`,
    ),
    read: (rows) => rows.map(readDelivery),
  }
}

export function noteDelivered(db: D1Database, id: string, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE logout_deliveries SET delivered_at = ${now}, next_attempt_at = NULL, last_error = NULL
      WHERE id = ${id}`,
  )
}

/** Why a notice did not arrive: the failure of the call, or `server`, which could not create the notice. */
const deliveryFailures = ['address', 'unreachable', 'timeout', 'answer', 'server'] as const
export type DeliveryFailure = (typeof deliveryFailures)[number]

export function noteDeliveryFailure(db: D1Database, id: string, failure: DeliveryFailure): Write {
  return statement(db, sql`UPDATE logout_deliveries SET last_error = ${failure} WHERE id = ${id}`)
}

/** A notice as administrators see it. */
export interface ListedDelivery {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly createdAt: Seconds
  readonly attempts: number
  /** Undefined: delivered, or given up. */
  readonly nextAttemptAt: Seconds | undefined
  readonly deliveredAt: Seconds | undefined
  readonly lastError: string | undefined
}

/** Notices to all clients. */
export function listDeliveries(db: D1Database, chosen: Chosen<'time'>): Query<Page<ListedDelivery>> {
  const listing = {
    columns: sql`d.id, d.client_id, c.name, d.created_at, d.attempts, d.next_attempt_at, d.delivered_at, d.last_error`,
    from: sql`logout_deliveries d JOIN clients c ON c.id = d.client_id`,
    counted: sql`logout_deliveries d`,
    order: byTime(sql`d.created_at`, sql`d.id`),
  }
  return listed(db, listing, chosen, (row) => ({
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    clientName: text(row, 'name'),
    ...readProgress(row),
  }))
}

/** Notices of a client that were tried and did not arrive, newest first. */
export function listUndelivered(
  db: D1Database,
  clientId: string,
  most: number,
): Query<readonly Omit<ListedDelivery, 'id' | 'clientId' | 'clientName'>[]> {
  return {
    statement: statement(
      db,
      sql`SELECT created_at, attempts, next_attempt_at, delivered_at, last_error FROM logout_deliveries
          WHERE client_id = ${clientId} AND last_error IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT ${most}`,
    ),
    read: (rows) => rows.map(readProgress),
  }
}

/** The number of pending notices, and of those given up since then; counted up to `most`. */
export function countDeliveries(
  db: D1Database,
  since: Seconds,
  most: number,
): Query<{ readonly waiting: number; readonly givenUp: number }> {
  return {
    statement: statement(
      db,
      sql`SELECT
          (SELECT count(*) FROM (SELECT 1 FROM logout_deliveries WHERE next_attempt_at > 0 LIMIT ${most})) AS waiting,
          (SELECT count(*) FROM (SELECT 1 FROM logout_deliveries
            WHERE next_attempt_at IS NULL AND delivered_at IS NULL AND created_at >= ${since} LIMIT ${most})) AS given_up`,
    ),
    read: ([row = {}]) => ({ waiting: integer(row, 'waiting'), givenUp: integer(row, 'given_up') }),
  }
}

function readProgress(row: Row) {
  return {
    createdAt: integer(row, 'created_at'),
    attempts: integer(row, 'attempts'),
    nextAttemptAt: optional(integer, row, 'next_attempt_at'),
    deliveredAt: optional(integer, row, 'delivered_at'),
    lastError: optional(text, row, 'last_error'),
  }
}

function readDelivery(row: Row): LogoutDelivery {
  const openid = optional(text, row, 'openid')
  return {
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    userId: text(row, 'user_id'),
    sid: text(row, 'sid'),
    issuer: text(row, 'issuer'),
    sector: openid === undefined ? undefined : parseOpenidGrant(openid).sector,
  }
}
