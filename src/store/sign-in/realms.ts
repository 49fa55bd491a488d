import { domainOf } from '../../rules/people/domain.ts'
import { connectionKinds } from '../../rules/sign-in/connection.ts'
import { first, holds, integer, oneOf, type Query, type Row, rowsOf, text } from '../database.ts'
import { always, raw, type Sql, sql, statement } from '../sql.ts'
import type { ConnectionButton } from './connections.ts'

/** The provider at which the people of an e-mail domain sign in. */
export interface Realm {
  readonly connection: ConnectionButton
  /** They sign in with nothing else. */
  readonly isEnforced: boolean
}

/** `domain` as `parseDomain` returns it. A suspended provider has no domains. */
export function findRealm(db: D1Database, domain: string): Query<Realm | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT n.id, n.kind, n.name, d.enforced FROM connection_domains d
        JOIN connections n ON n.id = d.connection_id AND n.suspended_at IS NULL WHERE d.domain = ${domain}`,
    ),
    read: first((row) => ({ connection: readButton(row), isEnforced: integer(row, 'enforced') === 1 })),
  }
}

/** Whether there is any domain: then the sign-in page offers a way by one's address. */
export function hasRealms(db: D1Database): Query<boolean> {
  return hasDomains(db, always)
}

/** Whether there is any domain whose people sign in with its provider alone. */
export function hasEnforcedRealms(db: D1Database): Query<boolean> {
  return hasDomains(db, sql`d.enforced = 1`)
}

function hasDomains(db: D1Database, only: Sql): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS found FROM connections WHERE suspended_at IS NULL
        AND EXISTS (SELECT 1 FROM connection_domains d WHERE d.connection_id = connections.id AND ${only}) LIMIT 1`,
    ),
    read: (rows) => rows.length > 0,
  }
}

/** Every enforced domain, with the name of its provider: for an import. */
export function listEnforcedRealms(db: D1Database): Query<ReadonlyMap<string, string>> {
  return {
    statement: statement(
      db,
      sql`SELECT d.domain, n.name FROM connection_domains d
        JOIN connections n ON n.id = d.connection_id AND n.suspended_at IS NULL WHERE d.enforced = 1`,
    ),
    read: (rows) => new Map(rows.map((row) => [text(row, 'domain'), text(row, 'name')])),
  }
}

/** Whether the user can sign in without a provider. */
const hasLocalWay = (u: Sql) =>
  sql`(${u}.password_hash <> '' OR EXISTS (SELECT 1 FROM passkeys w WHERE w.user_id = ${u}.id))`

/**
 * Whether the user is the administrator who keeps a way in that no provider decides about, whatever domains are enforced: the one
 * who was first. An outage of the provider, or a mistake in its settings, must not lock everybody out.
 */
const isKeeper = (u: Sql) => sql`(${u}.role = 'administrator' AND ${hasLocalWay(u)} AND NOT EXISTS (
  SELECT 1 FROM users k WHERE k.role = 'administrator' AND k.suspended_at IS NULL AND ${hasLocalWay(raw('k'))}
    AND (k.created_at, k.id) < (${u}.created_at, ${u}.id)))`

/** The enforced domain `d` of the user `u`, and its connection `n`. An address counts whether it is confirmed or not. */
const enforced = (u: Sql) => sql`connection_domains d JOIN connections n ON n.id = d.connection_id
  AND n.suspended_at IS NULL
  WHERE d.domain = lower(substr(${u}.email, instr(${u}.email, '@') + 1)) AND d.enforced = 1
    AND NOT ${isKeeper(u)}`

/** The provider by which the person has to sign in, if there is one. */
export function findElsewhere(db: D1Database, userId: string): Query<ConnectionButton | undefined> {
  return {
    statement: statement(db, sql`SELECT ${elsewhereOf('u')} FROM users u WHERE u.id = ${userId}`),
    read: (rows) => (rows[0] === undefined ? undefined : readElsewhere(rows[0])),
  }
}

/** Whether the person has an identity at the connection. */
export function hasIdentityAt(db: D1Database, userId: string, connectionId: string): Query<boolean> {
  return holds(
    db,
    sql`EXISTS (SELECT 1 FROM identities WHERE user_id = ${userId} AND connection_id = ${connectionId})`,
  )
}

type Users = 'u' | 'users'

/** A column `elsewhere`: the provider by which the user has to sign in. `readElsewhere` reads it. */
export function elsewhereOf(users: Users): Sql {
  return sql`(SELECT json_array(json_object('id', n.id, 'kind', n.kind, 'name', n.name))
    FROM ${enforced(raw(users))}) AS elsewhere`
}

/** Undefined: they may sign in with a password or a passkey. */
export function readElsewhere(row: Row): ConnectionButton | undefined {
  return row.elsewhere === null ? undefined : rowsOf(row, 'elsewhere').map(readButton)[0]
}

/** Whether the user `u` may sign in with this connection; the empty text: with a password or a passkey. */
export function mayEnterBy(connectionId: Sql): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM ${enforced(raw('u'))} AND n.id <> ${connectionId})`
}

/** Whether people with this address sign in with the connection alone. */
export function isEnforcedFor(email: string, connectionId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM connection_domains d JOIN connections n ON n.id = d.connection_id
    AND n.suspended_at IS NULL
    WHERE d.domain = ${domainOf(email) ?? ''} AND d.enforced = 1 AND n.id = ${connectionId})`
}

/** Whether the connection may confirm this address of the user: neither their present domain nor the new one belongs to another. */
export function mayMoveTo(userId: string, email: string, connectionId: string): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM connection_domains d JOIN connections n ON n.id = d.connection_id
      AND n.suspended_at IS NULL
      WHERE d.domain = ${domainOf(email) ?? ''} AND d.enforced = 1 AND n.id <> ${connectionId})
    AND EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId} AND ${mayEnterBy(sql`${connectionId}`)})`
}

function readButton(row: Row): ConnectionButton {
  return { id: text(row, 'id'), kind: oneOf(connectionKinds, row, 'kind'), name: text(row, 'name') }
}
