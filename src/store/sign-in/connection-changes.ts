import type { Connection } from '../../rules/sign-in/connection.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, type Query, text, type Write } from '../database.ts'
import { type Act, isNoted } from '../guards.ts'
import { and, raw, type Sql, sql, statement } from '../sql.ts'
import { formatSettings } from './connection-settings.ts'
import { endSessions } from './sessions.ts'

/** A domain of e-mail addresses whose people are led to a connection. */
export interface HomeDomain {
  readonly domain: string
  /** Whether they sign in with nothing else. */
  readonly enforced: boolean
}

export type NewConnection = Omit<Connection, 'position' | 'createdAt' | 'updatedAt' | 'suspendedAt'>

/** Of the whole server. Each may have `mostDomains` domains. */
export const mostConnections = 50
export const mostDomains = 100

/** Before a new one is inserted: its id is free, there is room, and its domains are nobody else's. */
export function mayInsert(id: string, domains: readonly HomeDomain[]): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM connections WHERE id = ${id})
    AND (SELECT count(*) FROM connections) < ${mostConnections} AND ${domainsAreFree(id, domains)}`
}

/** After its event. The last one in the order. */
export function insertConnection(
  db: D1Database,
  act: Act,
  connection: NewConnection,
  domains: readonly HomeDomain[],
  now: Seconds,
): readonly Write[] {
  const { id, kind, name, issuer, clientId, sealedSecret, settings } = connection
  const noted = isNoted(act, now)
  return [
    statement(
      db,
      sql`INSERT INTO connections (id, kind, name, position, issuer, client_id, sealed_secret, settings, created_at, updated_at)
        SELECT ${id}, ${kind}, ${name}, (SELECT ifnull(max(position), -1) + 1 FROM connections), ${issuer ?? null}, ${clientId},
          ${sealedSecret ?? null}, ${formatSettings(settings)}, ${now}, ${now}
        WHERE ${noted} ON CONFLICT DO NOTHING`,
    ),
    ...putDomains(db, id, domains, noted),
  ]
}

export type ConnectionEdit = Pick<Connection, 'id' | 'name' | 'clientId' | 'settings'>

/** The version that the administrator saw is the current one. */
export function isVersion(id: string, seenAt: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM connections WHERE id = ${id} AND updated_at = ${seenAt})`
}

export function hasNoIdentities(id: string): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM identities WHERE connection_id = ${id})`
}

export function domainsAreFree(id: string, domains: readonly HomeDomain[]): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM connection_domains d JOIN json_each(${namesOf(domains)}) l ON l.value = d.domain
    WHERE d.connection_id <> ${id})`
}

/**
 * After its event. Without a secret of its own, the stored one goes. `domains` undefined: they stay. The new version is the last
 * write: executed again, it does not undo a newer change.
 */
export function updateConnection(
  db: D1Database,
  act: Act,
  { id, name, clientId, settings }: ConnectionEdit,
  domains: readonly HomeDomain[] | undefined,
  seenAt: Seconds,
  now: Seconds,
): readonly Write[] {
  const noted = and(isNoted(act, now), isVersion(id, seenAt))
  const secret = raw(settings.auth.method === 'private_key_jwt' ? 'NULL' : 'sealed_secret')
  return [
    ...(domains === undefined ? [] : putDomains(db, id, domains, noted)),
    statement(
      db,
      sql`UPDATE connections SET name = ${name}, client_id = ${clientId}, settings = ${formatSettings(settings)},
          sealed_secret = ${secret}, updated_at = ${versionAfter(seenAt, now)} WHERE id = ${id} AND ${noted}`,
    ),
  ]
}

/** The time of the next version: it differs from the one before, even within a second. */
function versionAfter(seenAt: Seconds, now: Seconds): Seconds {
  return Math.max(seenAt + 1, now)
}

function namesOf(domains: readonly HomeDomain[]): string {
  return JSON.stringify(domains.map(({ domain }) => domain))
}

function putDomains(db: D1Database, id: string, domains: readonly HomeDomain[], only: Sql): readonly Write[] {
  const list = JSON.stringify(domains.map(({ domain, enforced }) => [domain, enforced ? 1 : 0]))
  return [
    statement(
      db,
      sql`DELETE FROM connection_domains WHERE connection_id = ${id} AND ${only}
        AND domain NOT IN (SELECT value FROM json_each(${namesOf(domains)}))`,
    ),
    statement(
      db,
      sql`INSERT INTO connection_domains (domain, connection_id, enforced)
        SELECT value ->> 0, ${id}, value ->> 1 FROM json_each(${list}) WHERE ${only} LIMIT ${mostDomains}
        ON CONFLICT (domain) DO UPDATE SET enforced = excluded.enforced WHERE connection_id = excluded.connection_id`,
    ),
  ]
}

/** The provider has a secret to replace. */
export function hasProviderSecret(id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM connections WHERE id = ${id}
    AND ifnull(settings ->> '$.auth.method', '') <> 'private_key_jwt')`
}

/** After its event. */
export function replaceSecret(
  db: D1Database,
  act: Act,
  id: string,
  sealedSecret: string,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE connections SET sealed_secret = ${sealedSecret}, updated_at = max(updated_at + 1, ${now})
      WHERE id = ${id} AND ${isNoted(act, now)} AND sealed_secret IS NOT ${sealedSecret}`,
  )
}

/** After its event. `suspendedAt` undefined: resumed. */
export function setConnectionSuspended(
  db: D1Database,
  act: Act,
  id: string,
  suspendedAt: Seconds | undefined,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE connections SET suspended_at = ${suspendedAt ?? null}, updated_at = max(updated_at + 1, ${now})
      WHERE id = ${id} AND ${isSuspended(suspendedAt === undefined)} AND ${isNoted(act, now)}`,
  )
}

/** Condition of a row of `connections`. */
function isSuspended(suspended: boolean): Sql {
  return raw(suspended ? 'suspended_at IS NOT NULL' : 'suspended_at IS NULL')
}

/** Suspending one that is suspended changes nothing. */
export function canChangeTo(id: string, suspended: boolean): Sql {
  return sql`EXISTS (SELECT 1 FROM connections WHERE id = ${id} AND ${isSuspended(!suspended)})`
}

/** After its event. All ids, the first button's first. */
export function orderConnections(db: D1Database, act: Act, wanted: readonly string[], now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE connections SET position = l.key FROM json_each(${JSON.stringify(wanted)}) l
      WHERE l.value = connections.id AND ${isNoted(act, now)}`,
  )
}

/** The order is the one that the administrator saw. */
export function isOrder(ids: readonly string[]): Sql {
  return sql`(SELECT json_group_array(id) FROM (SELECT id FROM connections ORDER BY position, id)) = ${JSON.stringify(ids)}`
}

export function hasConnection(id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM connections WHERE id = ${id})`
}

/** After its event. The people who came in through it are signed out; its identities and domains go with it (ON DELETE CASCADE). */
export function deleteConnection(
  db: D1Database,
  act: Act,
  id: string,
  issuer: string,
  now: Seconds,
): readonly Write[] {
  const noted = isNoted(act, now)
  return [
    ...endSessions(db, { condition: sql`s.connection_id = ${id} AND ${noted}`, issuer, now }),
    statement(db, sql`DELETE FROM connections WHERE id = ${id} AND ${noted}`),
  ]
}

/** In the order of their names. */
export function listDomains(db: D1Database, connectionId: string): Query<readonly HomeDomain[]> {
  return {
    statement: statement(
      db,
      sql`SELECT domain, enforced FROM connection_domains WHERE connection_id = ${connectionId} ORDER BY domain`,
    ),
    read: (rows) =>
      rows.map((row) => ({ domain: text(row, 'domain'), enforced: integer(row, 'enforced') === 1 })),
  }
}

/** Those of these domains that belong to another connection. */
export function findTakenDomains(
  db: D1Database,
  connectionId: string,
  domains: readonly HomeDomain[],
): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT d.domain FROM json_each(${namesOf(domains)}) l JOIN connection_domains d ON d.domain = l.value
        WHERE d.connection_id <> ${connectionId} ORDER BY d.domain`,
    ),
    read: (rows) => rows.map((row) => text(row, 'domain')),
  }
}

/** The people who sign in with a connection. Counts end at `mostCounted`. */
export interface ConnectionPeople {
  readonly people: number
  /** Those without a password, a passkey or another provider. */
  readonly withoutOther: number
}

export const mostCounted = 1000

export function countPeople(db: D1Database, connectionId: string): Query<ConnectionPeople> {
  const own = sql`SELECT DISTINCT i.user_id FROM identities i WHERE i.connection_id = ${connectionId}`
  const limit = raw(`LIMIT ${mostCounted + 1}`)
  return {
    statement: statement(
      db,
      sql`SELECT (SELECT count(*) FROM (${own} ${limit})) AS people,
        (SELECT count(*) FROM (SELECT 1 FROM (${own}) p JOIN users u ON u.id = p.user_id AND u.password_hash = ''
          WHERE NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id)
            AND NOT EXISTS (SELECT 1 FROM identities o JOIN connections n ON n.id = o.connection_id AND n.suspended_at IS NULL
              WHERE o.user_id = u.id AND o.connection_id <> ${connectionId})
          ${limit})) AS without_other`,
    ),
    read: ([row = {}]) => ({
      people: integer(row, 'people'),
      withoutOther: integer(row, 'without_other'),
    }),
  }
}
