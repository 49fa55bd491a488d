import { accessTokenTyps, type Resource } from '../../rules/requests/resource.ts'
import { spellingsOf } from '../../rules/requests/resource-identifier.ts'
import { signingAlgorithms } from '../../rules/server/signing-keys.ts'
import type { Seconds } from '../../values/time.ts'
import {
  first,
  integer,
  oneOf,
  optional,
  type Page,
  type Query,
  type Row,
  text,
  type Write,
} from '../database.ts'
import { type Act, actorIs, isNoted, mayAdminister } from '../guards.ts'
import { type Chosen, listed, type Order } from '../list.ts'
import { type Sql, sql, statement } from '../sql.ts'
import { noteScopeDeletion, type RegisteredScope, readRegisteredScope } from './scopes.ts'

/** An API as administrators register it (RFC 8707), without its scopes. */
export type RegisteredApi = Omit<Resource, 'scope'>

export interface ApiScope {
  readonly name: string
  readonly description: string
  readonly restricted: boolean
}

const columns = sql`identifier, name, access_token_lifetime, access_token_alg, access_token_typ`

function readApi(row: Row): RegisteredApi {
  return {
    identifier: text(row, 'identifier'),
    name: text(row, 'name'),
    accessTokenLifetime: optional(integer, row, 'access_token_lifetime'),
    accessTokenAlg: oneOf(signingAlgorithms, row, 'access_token_alg'),
    accessTokenTyp: oneOf(accessTokenTyps, row, 'access_token_typ'),
  }
}

/** The orders of the list of APIs. */
export const apiSorts = ['name', 'identifier'] as const

const orders: Readonly<Record<(typeof apiSorts)[number], Order>> = {
  name: { key: sql`lower(name)`, type: 'text', id: sql`identifier` },
  identifier: { key: sql`identifier`, type: 'text' },
}

export function listApis(db: D1Database, chosen: Chosen<keyof typeof orders>): Query<Page<RegisteredApi>> {
  return listed(db, { columns, from: sql`resources`, order: orders[chosen.sort.by] }, chosen, readApi)
}

export function findApi(db: D1Database, identifier: string): Query<RegisteredApi | undefined> {
  return {
    statement: statement(db, sql`SELECT ${columns} FROM resources WHERE identifier = ${identifier}`),
    read: first(readApi),
  }
}

export function listScopesOfApi(db: D1Database, identifier: string): Query<readonly RegisteredScope[]> {
  return {
    statement: statement(
      db,
      sql`SELECT name, description, resource, restricted FROM scopes WHERE resource = ${identifier}
        ORDER BY name LIMIT 500`,
    ),
    read: (rows) => rows.map(readRegisteredScope),
  }
}

/**
 * The API with exactly these scopes. A scope that belongs elsewhere stays there. A new API is not added beside one that differs
 * only in spelling: `resource` would mean both.
 */
export function putApi(
  db: D1Database,
  act: Act,
  api: RegisteredApi,
  scopes: readonly ApiScope[],
  now: Seconds,
): readonly Write[] {
  const { identifier, name, accessTokenLifetime, accessTokenAlg, accessTokenTyp } = api
  const spellings = JSON.stringify(spellingsOf(identifier))
  const json = JSON.stringify(
    scopes.map(({ restricted, ...scope }) => ({ ...scope, restricted: Number(restricted) })),
  )
  return [
    statement(
      db,
      sql`INSERT INTO resources (identifier, name, access_token_lifetime, created_at, access_token_alg, access_token_typ)
        SELECT ${identifier}, ${name}, ${accessTokenLifetime ?? null}, ${now}, ${accessTokenAlg}, ${accessTokenTyp}
        WHERE ${mayAdminister(act)}
          AND (EXISTS (SELECT 1 FROM resources WHERE identifier = ${identifier})
            OR NOT EXISTS (SELECT 1 FROM json_each(${spellings}) n
              JOIN resources r ON r.identifier COLLATE NOCASE = n.value))
        ON CONFLICT (identifier) DO UPDATE SET name = excluded.name,
          access_token_lifetime = excluded.access_token_lifetime,
          access_token_alg = excluded.access_token_alg, access_token_typ = excluded.access_token_typ`,
    ),
    noteScopeDeletion(
      db,
      sql`${mayAdminister(act)} AND EXISTS (SELECT 1 FROM scopes s WHERE s.resource = ${identifier}
        AND s.name NOT IN (SELECT value ->> 'name' FROM json_each(${json})))`,
      now,
    ),
    statement(
      db,
      sql`DELETE FROM scopes WHERE resource = ${identifier} AND ${mayAdminister(act)}
        AND name NOT IN (SELECT value ->> 'name' FROM json_each(${json}))`,
    ),
    statement(
      db,
      sql`INSERT INTO scopes (name, description, resource, restricted)
        SELECT value ->> 'name', value ->> 'description', ${identifier}, value ->> 'restricted'
        FROM json_each(${json}) WHERE ${mayAdminister(act)}
          AND EXISTS (SELECT 1 FROM resources WHERE identifier = ${identifier})
        ON CONFLICT (name) DO UPDATE SET description = excluded.description, restricted = excluded.restricted
          WHERE scopes.resource = excluded.resource`,
    ),
  ]
}

/** For the event before a deletion, or after a change. */
export function hasApi(identifier: string): Sql {
  return sql`EXISTS (SELECT 1 FROM resources WHERE identifier = ${identifier})`
}

/** After its event. Deletes its scopes too (ON DELETE CASCADE). */
export function deleteApi(db: D1Database, act: Act, identifier: string, now: Seconds): readonly Write[] {
  const noted = sql`${actorIs(act, 'administer')} AND ${isNoted(act, now)}`
  return [
    noteScopeDeletion(db, noted, now),
    statement(db, sql`DELETE FROM resources WHERE identifier = ${identifier} AND ${noted}`),
  ]
}
