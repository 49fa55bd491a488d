import type { Groups } from '../../rules/people/groups.ts'
import type { Role } from '../../rules/people/role.ts'
import { parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import type { Seconds } from '../../values/time.ts'
import {
  first,
  integer,
  optional,
  type Page,
  pageOf,
  type Query,
  type Row,
  text,
  texts,
  type Write,
} from '../database.ts'
import {
  type Act,
  actorIs,
  actorMay,
  isAdministrator,
  isFirstTime,
  isNotedNow,
  mayAdminister,
} from '../guards.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { type Sql, sql } from '../sql.ts'
import { type EndReason, endAuthorizations } from '../tokens/authorizations.ts'
import { readUser, type User } from './users.ts'

/** A user as administrators see one. */
export interface UserStanding {
  readonly user: User
  readonly suspendedAt: Seconds | undefined
  readonly emailVerifiedAt: Seconds | undefined
  readonly groups: Groups
  /** That live, counted no further than a hundred. */
  readonly sessions: number
}

export function findUserStanding(db: D1Database, id: string, now: Seconds): Query<UserStanding | undefined> {
  return {
    statement: db
      .prepare(
        `SELECT u.id, u.username, u.email, u.role, u.created_at, u.suspended_at, u.email_verified_at, u.groups,
           (SELECT COUNT(*) FROM (SELECT 1 FROM sessions s WHERE s.user_id = u.id AND s.expires_at > ? LIMIT 100)) AS sessions
         FROM users u WHERE u.id = ?`,
      )
      .bind(now, id),
    read: first((row) => ({
      user: readUser(row),
      suspendedAt: optional(integer, row, 'suspended_at'),
      emailVerifiedAt: optional(integer, row, 'email_verified_at'),
      groups: texts(row, 'groups'),
      sessions: integer(row, 'sessions'),
    })),
  }
}

/**
 * Whoever acts is an administrator, not suspended, and somebody else: so one always stays, also when two turn on each other
 * at the same moment.
 */
const mayActOnUser = `id <> ?2 AND ${mayAdminister}`

/** While suspended there is no sign-in, no session, and no token of theirs is good. `since` undefined: not any more. */
export function suspendUser(db: D1Database, act: Act, userId: string, since: Seconds | undefined): Write {
  return db
    .prepare(
      `UPDATE users SET suspended_at = iif(?4 IS NULL, NULL, ifnull(suspended_at, ?4)) WHERE id = ?1 AND ${mayActOnUser}`,
    )
    .bind(userId, act.actorId, act.attemptId, since ?? null)
}

/** For the event after it. */
export function isSuspended(suspended: boolean): Sql {
  return {
    text: '?1 <> ?2 AND EXISTS (SELECT 1 FROM users t WHERE t.id = ?1 AND (t.suspended_at IS NOT NULL) = ?8)',
    values: [suspended ? 1 : 0],
  }
}

export function updateRole(db: D1Database, act: Act, userId: string, role: Role): Write {
  return db
    .prepare(`UPDATE users SET role = ?4 WHERE id = ?1 AND ${mayActOnUser}`)
    .bind(userId, act.actorId, act.attemptId, role)
}

/** For the event after it. */
export function hasRole(role: Role): Sql {
  return {
    text: '?1 <> ?2 AND EXISTS (SELECT 1 FROM users t WHERE t.id = ?1 AND t.role = ?8)',
    values: [role],
  }
}

/** Before its event. Those that begin later are not part of it. */
export function endSessionsOf(
  db: D1Database,
  act: Act,
  userId: string,
  issuer: string,
  now: Seconds,
): readonly Write[] {
  const condition = sql`s.user_id = ${userId} AND ${actorIs(act, 'end')} AND ${isEndableBy(act, userId)}
    AND ${isFirstTime(act)}`
  return endSessions(db, { condition, issuer, now })
}

/**
 * All sessions and authorizations of somebody else, before the event of what an administrator does to them: control of the
 * account changes hands, and what was attached before it must not stay (ASVS 5.0 §7.4.2).
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

/** As `mayEndOf` of rules/people/role.ts. */
function isEndableBy(act: Act, userId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM users t WHERE t.id = ${userId}
    AND (t.role <> 'administrator' OR ${actorIs(act, 'administer')}))`
}

/** For the event after it: the user ?1 is there, and not above who acts. */
export const isEndable: Sql = {
  text: `EXISTS (SELECT 1 FROM users t WHERE t.id = ?1 AND (t.role <> 'administrator' OR ${isAdministrator}))`,
  values: [],
}

/** What a user has allowed a client. */
export interface ClientAccess {
  readonly clientId: string
  readonly name: string
  readonly scope: Scope
  readonly grantedAt: Seconds
  /** When an authorization last gave it a token. */
  readonly lastUsedAt: Seconds | undefined
}

const access = `SELECT k.client_id, c.name, k.scope, k.granted_at,
    (SELECT max(max(a.created_at, ifnull(a.rotated_at, 0))) FROM authorizations a
      WHERE a.user_id = k.user_id AND a.client_id = k.client_id) AS used_at
  FROM consents k JOIN clients c ON c.id = k.client_id`

function readAccess(row: Row): ClientAccess {
  return {
    clientId: text(row, 'client_id'),
    name: text(row, 'name'),
    scope: parseScopeNames(text(row, 'scope')),
    grantedAt: integer(row, 'granted_at'),
    lastUsedAt: optional(integer, row, 'used_at'),
  }
}

/** In the order of client ids, those after `after`. */
export function listAccess(
  db: D1Database,
  userId: string,
  after: string,
  size: number,
): Query<Page<ClientAccess>> {
  return {
    statement: db
      .prepare(`${access} WHERE k.user_id = ? AND k.client_id > ? ORDER BY k.client_id LIMIT ?`)
      .bind(userId, after, size + 1),
    read: pageOf(size, readAccess, ({ clientId }) => clientId),
  }
}

export function findAccess(
  db: D1Database,
  userId: string,
  clientId: string,
): Query<ClientAccess | undefined> {
  return {
    statement: db.prepare(`${access} WHERE k.user_id = ? AND k.client_id = ?`).bind(userId, clientId),
    read: first(readAccess),
  }
}

/** For the event before the end: the user ?8 has allowed the client ?1 something, and is not above who acts. */
export function hasAccess(userId: string): Sql {
  return {
    text: `EXISTS (SELECT 1 FROM consents k WHERE k.client_id = ?1 AND k.user_id = ?8) AND EXISTS (SELECT 1 FROM users t
      WHERE t.id = ?8 AND (t.role <> 'administrator' OR ${isAdministrator}))`,
    values: [userId],
  }
}

/** After its event. What the user allowed the client, and every token that followed from it. */
export function endAccess(
  db: D1Database,
  act: Act,
  userId: string,
  clientId: string,
  now: Seconds,
): readonly Write[] {
  const who = [clientId, act.actorId, act.attemptId, now, userId] as const
  const guard = `client_id = ?1 AND user_id = ?5 AND ${actorMay('end')} AND ${isNotedNow}`
  return [
    db.prepare(`DELETE FROM consents WHERE ${guard}`).bind(...who),
    db
      .prepare(
        `UPDATE authorizations SET ended_at = ?4, end_reason = 'ended_by_administrator' WHERE ${guard} AND ended_at IS NULL`,
      )
      .bind(...who),
  ]
}
