import type { Groups } from '../../rules/people/groups.ts'
import type { Role } from '../../rules/people/role.ts'
import { parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import type { Seconds } from '../../values/time.ts'
import {
  first,
  integer,
  optional,
  type Page,
  type Query,
  type Row,
  text,
  texts,
  type Write,
} from '../database.ts'
import { type Act, actorIs, isFirstTime, isNoted, mayAdminister } from '../guards.ts'
import { byTime, type Chosen, listed } from '../list.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { type Sql, sql, statement, tableOf } from '../sql.ts'
import { type EndReason, endAuthorizations } from '../tokens/authorizations.ts'
import { neverSignedIn, readUser, type User } from './users.ts'

/** A user, as administrators see one. */
export interface UserStanding {
  readonly user: User
  readonly suspendedAt: Seconds | undefined
  readonly emailVerifiedAt: Seconds | undefined
  readonly groups: Groups
  readonly neverSignedIn: boolean
  /** Live ones, counted up to a hundred. */
  readonly sessions: number
}

export function findUserStanding(db: D1Database, id: string, now: Seconds): Query<UserStanding | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, u.email, u.role, u.created_at, u.suspended_at, u.email_verified_at, u.groups,
          (${neverSignedIn}) AS is_unused,
          (SELECT COUNT(*) FROM (SELECT 1 FROM sessions s
            WHERE s.user_id = u.id AND s.expires_at > ${now} LIMIT 100)) AS sessions
        FROM users u WHERE u.id = ${id}`,
    ),
    read: first((row) => ({
      user: readUser(row),
      suspendedAt: optional(integer, row, 'suspended_at'),
      emailVerifiedAt: optional(integer, row, 'email_verified_at'),
      groups: texts(row, 'groups'),
      neverSignedIn: integer(row, 'is_unused') === 1,
      sessions: integer(row, 'sessions'),
    })),
  }
}

/**
 * The actor is an administrator, not suspended, and not the user: so one always remains, even when two act on each other at the
 * same moment.
 */
function mayActOnUser(act: Act): Sql {
  return sql`id <> ${act.actorId} AND ${mayAdminister(act)}`
}

/** While suspended there is no sign-in, no session, and none of their tokens is valid. `since` undefined lifts the suspension. */
export function suspendUser(db: D1Database, act: Act, userId: string, since: Seconds | undefined): Write {
  return statement(
    db,
    sql`UPDATE users SET suspended_at = ${since === undefined ? null : sql`ifnull(suspended_at, ${since})`}
      WHERE id = ${userId} AND ${mayActOnUser(act)}`,
  )
}

/** For the event after it. */
export function isSuspended(act: Act, userId: string, suspended: boolean): Sql {
  return sql`${userId} <> ${act.actorId} AND EXISTS (SELECT 1 FROM users t
    WHERE t.id = ${userId} AND (t.suspended_at IS NOT NULL) = ${suspended ? 1 : 0})`
}

export function updateRole(db: D1Database, act: Act, userId: string, role: Role): Write {
  return statement(db, sql`UPDATE users SET role = ${role} WHERE id = ${userId} AND ${mayActOnUser(act)}`)
}

/** For the event after it. */
export function hasRole(act: Act, userId: string, role: Role): Sql {
  return sql`${userId} <> ${act.actorId}
    AND EXISTS (SELECT 1 FROM users t WHERE t.id = ${userId} AND t.role = ${role})`
}

/** Before its event. Later sessions are not affected. */
export function endSessionsOf(
  db: D1Database,
  act: Act,
  userId: string,
  issuer: string,
  now: Seconds,
): readonly Write[] {
  const condition = sql`s.user_id = ${userId} AND ${actorIs(act, 'end')} AND ${isEndable(act, userId)}
    AND ${isFirstTime(act)}`
  return endSessions(db, { condition, issuer, now })
}

/** For the event before the end: the user, who is not above the actor, has one of these sessions. */
export function hasSessions(act: Act, userId: string, sids: readonly string[]): Sql {
  return sql`EXISTS (SELECT 1 FROM sessions s WHERE ${areOf(userId, sids)}) AND ${isEndable(act, userId)}`
}

/** After its event. Sessions of other people are not affected. */
export function endNamedSessions(
  db: D1Database,
  act: Act,
  user: { readonly id: string; readonly sids: readonly string[] },
  issuer: string,
  now: Seconds,
): readonly Write[] {
  return endSessions(db, {
    condition: sql`${areOf(user.id, user.sids)} AND ${isNoted(act, now)}`,
    issuer,
    now,
  })
}

const areOf = (userId: string, sids: readonly string[]) =>
  sql`s.sid IN (SELECT value FROM ${tableOf(sids)}) AND s.user_id = ${userId}`

/**
 * All sessions and authorizations of another person, before the event of an administrator's act: control of the account changes
 * hands, so existing access must end (ASVS 5.0 §7.4.2).
 */
export function endAllAccessOf(
  db: D1Database,
  act: Act,
  userId: string,
  reason: EndReason,
  issuer: string,
  now: Seconds,
): readonly Write[] {
  const may = sql`${userId} <> ${act.actorId} AND ${actorIs(act, 'administer')} AND ${isFirstTime(act)}`
  return [
    ...endSessions(db, { condition: sql`s.user_id = ${userId} AND ${may}`, issuer, now }),
    endAuthorizations(db, sql`user_id = ${userId} AND ${may}`, reason, now),
  ]
}

/** The user exists, and is not above the actor: as `mayEndOf` of rules/people/role.ts. */
export function isEndable(act: Act, userId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM users t WHERE t.id = ${userId}
    AND (t.role <> 'administrator' OR ${actorIs(act, 'administer')}))`
}

/** A user's consent to a client. */
export interface ClientAccess {
  readonly clientId: string
  readonly name: string
  readonly scope: Scope
  readonly grantedAt: Seconds
  /** The last time an authorization gave it a token. */
  readonly lastUsedAt: Seconds | undefined
}

const accessColumns = sql`k.client_id, c.name, k.scope, k.granted_at,
  (SELECT max(ifnull(a.rotated_at, a.redeemed_at)) FROM authorizations a
    WHERE a.user_id = k.user_id AND a.client_id = k.client_id) AS used_at`

const access = sql`consents k JOIN clients c ON c.id = k.client_id`

function readAccess(row: Row): ClientAccess {
  return {
    clientId: text(row, 'client_id'),
    name: text(row, 'name'),
    scope: parseScopeNames(text(row, 'scope')),
    grantedAt: integer(row, 'granted_at'),
    lastUsedAt: optional(integer, row, 'used_at'),
  }
}

/** The applications with access to the data of a person, in the order in which they were first allowed. */
export function listAccess(
  db: D1Database,
  userId: string,
  chosen: Chosen<'granted'>,
): Query<Page<ClientAccess>> {
  const listing = {
    columns: accessColumns,
    from: access,
    counted: sql`consents k`,
    where: sql`k.user_id = ${userId}`,
    order: byTime(sql`k.created_at`, sql`k.client_id`),
  }
  return listed(db, listing, chosen, readAccess)
}

export function findAccess(
  db: D1Database,
  userId: string,
  clientId: string,
): Query<ClientAccess | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${accessColumns} FROM ${access} WHERE k.user_id = ${userId} AND k.client_id = ${clientId}`,
    ),
    read: first(readAccess),
  }
}

/** For the event before the end: the user has allowed the client something, and is not above the actor. */
export function hasAccess(act: Act, userId: string, clientId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM consents k WHERE k.client_id = ${clientId} AND k.user_id = ${userId})
    AND ${isEndable(act, userId)}`
}

/** After its event. The consent of the user to the client, and every token based on it. */
export function endAccess(
  db: D1Database,
  act: Act,
  userId: string,
  clientId: string,
  now: Seconds,
): readonly Write[] {
  const isTheirs = sql`client_id = ${clientId} AND user_id = ${userId}`
  const guard = sql`${actorIs(act, 'end')} AND ${isNoted(act, now)}`
  return [
    statement(db, sql`DELETE FROM consents WHERE ${isTheirs} AND ${guard}`),
    statement(
      db,
      sql`UPDATE authorizations SET ended_at = ${now}, end_reason = 'ended_by_administrator'
        WHERE ${isTheirs} AND ${guard} AND ended_at IS NULL`,
    ),
  ]
}
