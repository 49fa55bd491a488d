import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Page, type Query, type Row, text, type Write } from '../database.ts'
import { type Act, actorIs, isNoted, mayAdminister } from '../guards.ts'
import { type Chosen, listed } from '../list.ts'
import { type Sql, sql, statement } from '../sql.ts'

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

/** Scopes without an API, in alphabetical order. */
export function listStandaloneScopes(db: D1Database, chosen: Chosen<'name'>): Query<Page<RegisteredScope>> {
  const listing = {
    columns: sql`name, description, resource, restricted`,
    from: sql`scopes`,
    where: sql`resource IS NULL`,
    order: { key: sql`name`, type: 'text' },
  } as const
  return listed(db, listing, chosen, readRegisteredScope)
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
