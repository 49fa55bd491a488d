import type { SecretHash } from '../../values/secret.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'
import { integer, optional, type Page, type Query, type Row, text, type Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { byTime, type Chosen, listed } from '../list.ts'
import { type Sql, sql, statement, tableOf } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'
import { type EndingSessions, endSessions } from './sessions.ts'

/** A session as its owner sees it in a list. */
export interface ListedSession {
  /** Its id. Applications know it too; it gives no access. */
  readonly sid: string
  readonly userAgent: string | undefined
  readonly authenticatedAt: Seconds
  readonly lastSeenAt: Seconds
  /** The name of the provider by which they came in, if they did and it still exists. */
  readonly provider: string | undefined
}

const columns = sql`sid, user_agent, authenticated_at, last_seen_at,
  (SELECT n.name FROM connections n WHERE n.id = connection_id) AS provider`

/** The live ones, most recently seen first. */
export function listSessions(
  db: D1Database,
  who: Whose,
  lifetimes: Lifetimes,
  now: Seconds,
  most: number,
): Query<readonly ListedSession[]> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns} FROM sessions WHERE ${areLive(who, lifetimes, now)}
        ORDER BY last_seen_at DESC, id_hash DESC LIMIT ${most}`,
    ),
    read: (rows) => rows.map(readListed),
  }
}

/** The same, page by page. */
export function listSessionsOn(
  db: D1Database,
  who: Whose,
  lifetimes: Lifetimes,
  now: Seconds,
  chosen: Chosen<'seen'>,
): Query<Page<ListedSession>> {
  // The index of a table without row ids ends in its primary key.
  const order = byTime(sql`last_seen_at`, sql`id_hash`)
  const where = areLive(who, lifetimes, now)
  return listed(db, { columns, from: sql`sessions`, where, order }, chosen, readListed)
}

function areLive(who: Whose, lifetimes: Lifetimes, now: Seconds): Sql {
  return sql`user_id = ${whose(who)} AND last_seen_at > ${now - lifetimes.sessionIdle} AND expires_at > ${now}`
}

function readListed(row: Row): ListedSession {
  return {
    sid: text(row, 'sid'),
    userAgent: optional(text, row, 'user_agent'),
    authenticatedAt: integer(row, 'authenticated_at'),
    lastSeenAt: integer(row, 'last_seen_at'),
    provider: optional(text, row, 'provider'),
  }
}

/** The number of live sessions, counted up to `most`. */
export function countSessions(
  db: D1Database,
  who: Whose,
  lifetimes: Lifetimes,
  now: Seconds,
  most: number,
): Query<number> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS found FROM sessions WHERE ${areLive(who, lifetimes, now)} LIMIT ${most}`,
    ),
    read: (rows) => rows.length,
  }
}

/** The attempt, and the person whose sessions it ends: it takes effect once. */
export interface SessionEnding {
  readonly userId: string
  readonly attemptId: string
  readonly reference: string
  readonly issuer: string
  readonly now: Seconds
}

/** Sessions of the user in one browser, with one event, which names it. Those of another person are not affected. */
export function endOwnSessions(
  db: D1Database,
  ending: SessionEnding,
  sids: readonly string[],
): readonly Write[] {
  const { userId, attemptId, reference, issuer, now } = ending
  const isMeant = sql`s.sid IN (SELECT value FROM ${tableOf(sids)}) AND s.user_id = ${userId}`
  const noted = statement(
    db,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
      SELECT ${attemptId}, ${now}, 'session_ended', ${reference}, user_id, user_agent FROM sessions s
      WHERE ${isMeant} LIMIT 1 ON CONFLICT DO NOTHING`,
  )
  return [noted, ...endSessions(db, { condition: isMeant, issuer, now })]
}

/** All sessions of the user except the current one. Those that begin after the event are not affected. */
export function endOtherSessions(
  db: D1Database,
  { userId, attemptId, issuer, now }: SessionEnding,
  current: SecretHash<'session'>,
): readonly Write[] {
  const condition = sql`s.user_id = ${userId} AND s.id_hash <> ${current.sha256} AND ${isFirstTime({ attemptId })}`
  return endSessions(db, { condition, issuer, now })
}

/** The sessions that a provider's notice concerns. */
export interface EndedAtProvider {
  readonly connectionId: string
  readonly subject: string | undefined
  readonly sid: string | undefined
}

/**
 * Condition on `s`. With a `sid`: sessions that began with this `sid` of the provider, or without any. Otherwise all sessions that
 * the person began with this provider. Never one of another person.
 */
function concerns({ connectionId, subject, sid }: EndedAtProvider): Sql {
  const person = sql`(SELECT i.user_id FROM identities i
    WHERE i.connection_id = ${connectionId} AND i.subject = ${subject ?? null})`
  const isTheirs = sql`s.user_id = ${person}`
  const named =
    sid === undefined
      ? isTheirs
      : sql`((s.provider_sid = ${sid} AND ifnull(${isTheirs}, true)) OR (s.provider_sid IS NULL AND ${isTheirs}))`
  return sql`s.connection_id = ${connectionId} AND ${named}`
}

export interface EndingEvent {
  readonly id: string
  readonly reference: string
  /** The name of the provider. */
  readonly detail: string
}

/** The event of a notice, with the name of the provider; then the end of those sessions, and of everything based on them. */
export function endAtProvider(
  db: D1Database,
  ended: EndedAtProvider,
  event: EndingEvent,
  { condition, issuer, now }: EndingSessions,
): readonly Write[] {
  const all = sql`${concerns(ended)} AND ${condition}`
  const { id, reference, detail } = event
  return [
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
        SELECT ${id}, ${now}, 'signed_out_by_provider', ${reference}, s.user_id, ${detail} FROM sessions s
        WHERE ${all} LIMIT 1 ON CONFLICT DO NOTHING`,
    ),
    ...endSessions(db, { condition: all, issuer, now }),
  ]
}
