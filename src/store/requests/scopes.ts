import type { ScopeDefinition } from '../../rules/requests/scope.ts'
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
  type Write,
} from '../database.ts'
import { type Act, actorIs, isNoted, mayAdminister } from '../guards.ts'
import { type Sql, sql, statement, tableOf } from '../sql.ts'

/**
 * The scopes with these names, in their order. Unknown names are left out. D1 returns them only if they are not the ones that
 * this isolate has read already: their version costs one row, and each scope another one.
 */
export function findScopes(db: D1Database, names: readonly string[]): Query<readonly ScopeDefinition[]> {
  const before = kept.get(db)
  const known = before === undefined ? [] : names.flatMap((name) => before.scopes.get(name) ?? [])
  const version = known.length === names.length ? (before?.version ?? '') : ''
  return {
    statement: statement(
      db,
      sql`SELECT s.name, s.description, s.resource, (SELECT version FROM scope_versions WHERE id = 1) AS version
        FROM ${tableOf(names)} n LEFT JOIN scopes s ON s.name = n.value
        WHERE NOT EXISTS (SELECT 1 FROM scope_versions WHERE id = 1 AND version = ${version})`,
    ),
    read: (rows) => {
      if (rows.length === 0) return known
      const found = rows.filter(({ name }) => name !== null).map(readScope)
      keep(db, found, optional(text, rows[0] ?? {}, 'version'))
      return found
    },
  }
}

interface KeptScopes {
  readonly version: string
  readonly scopes: Map<string, ScopeDefinition>
}

/** The scopes that this isolate has read. Per binding: two databases never mix. */
const kept = new WeakMap<D1Database, KeptScopes>()

/** Number of scopes that an isolate remembers. */
const mostScopes = 1000

function keep(db: D1Database, found: readonly ScopeDefinition[], version: string | undefined): void {
  if (version === undefined) return
  const before = kept.get(db)
  const isSame = before?.version === version && before.scopes.size + found.length <= mostScopes
  const scopes = isSame ? before.scopes : new Map<string, ScopeDefinition>()
  for (const scope of found.slice(0, mostScopes)) scopes.set(scope.name, scope)
  kept.set(db, { version, scopes })
}

export function readScope(row: Row): ScopeDefinition {
  return {
    name: text(row, 'name'),
    description: text(row, 'description'),
    resource: optional(text, row, 'resource'),
  }
}

/** With the people who may allow it to an application. */
export interface RegisteredScope extends ScopeDefinition {
  /** Only administrators may allow it. */
  readonly restricted: boolean
}

/** In the order of names. */
export function listAllScopes(db: D1Database, most: number): Query<readonly RegisteredScope[]> {
  return {
    statement: statement(
      db,
      sql`SELECT name, description, resource, restricted FROM scopes WHERE name > '' ORDER BY name LIMIT ${most}`,
    ),
    read: (rows) => rows.map(readRegisteredScope),
  }
}

export function readRegisteredScope(row: Row): RegisteredScope {
  return { ...readScope(row), restricted: integer(row, 'restricted') === 1 }
}

/** Scopes without an API, in alphabetical order after `after`. */
export function listStandaloneScopes(
  db: D1Database,
  after: string,
  size: number,
): Query<Page<RegisteredScope>> {
  return {
    statement: statement(
      db,
      sql`SELECT name, description, resource, restricted FROM scopes
        WHERE resource IS NULL AND name > ${after} ORDER BY name LIMIT ${size + 1}`,
    ),
    read: pageOf(size, readRegisteredScope, ({ name }) => name),
  }
}

export function findStandaloneScope(db: D1Database, name: string): Query<RegisteredScope | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT name, description, resource, restricted FROM scopes WHERE name = ${name} AND resource IS NULL`,
    ),
    read: first(readRegisteredScope),
  }
}

/** A scope of an API stays unchanged. */
export function putStandaloneScope(
  db: D1Database,
  act: Act,
  { name, description, restricted }: Omit<RegisteredScope, 'resource'>,
): Write {
  return statement(
    db,
    sql`INSERT INTO scopes (name, description, restricted) SELECT ${name}, ${description}, ${restricted ? 1 : 0}
      WHERE ${mayAdminister(act)}
      ON CONFLICT (name) DO UPDATE SET description = excluded.description, restricted = excluded.restricted
        WHERE scopes.resource IS NULL`,
  )
}

/** For the event before a deletion. */
export function hasStandaloneScope(name: string): Sql {
  return sql`EXISTS (SELECT 1 FROM scopes WHERE name = ${name} AND resource IS NULL)`
}

/** After its event. */
export function deleteStandaloneScope(
  db: D1Database,
  act: Act,
  name: string,
  now: Seconds,
): readonly Write[] {
  const noted = sql`${actorIs(act, 'administer')} AND ${isNoted(act, now)}`
  return [
    noteScopeDeletion(db, noted, now),
    statement(db, sql`DELETE FROM scopes WHERE name = ${name} AND resource IS NULL AND ${noted}`),
  ]
}

/** In the batch of each deletion: from now on `existingScope` checks earlier authorizations. */
export function noteScopeDeletion(db: D1Database, only: Sql, now: Seconds): Write {
  return statement(
    db,
    sql`INSERT INTO scope_deletions (id, at) SELECT 1, ${now} WHERE ${only}
      ON CONFLICT (id) DO UPDATE SET at = max(at, excluded.at)`,
  )
}

/** Seconds. An authorization may have read the scopes before a deletion, and be written after it, with clock skew. */
const deletionMargin = 600

/**
 * The existing names in the scope of the authorization `a`, as a JSON list. A scope name contains neither quote nor backslash
 * (RFC 6749 §3.3), so that the list becomes JSON by replacing its spaces. When nothing was deleted since, they all exist: each
 * scope of an authorization did when it was made, and looking it up costs two rows read. The time of the last deletion costs none
 * while it is 0, through the index.
 */
export const existingScope = `CASE
  WHEN a.created_at > ifnull((SELECT d.at + ${deletionMargin} FROM scope_deletions d WHERE (d.at > 0) = 1), 0)
    THEN '["' || replace(a.scope, ' ', '","') || '"]'
  ELSE (SELECT json_group_array(s.name) FROM json_each('["' || replace(a.scope, ' ', '","') || '"]') n
    JOIN scopes s ON s.name = n.value) END`
