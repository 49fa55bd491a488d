import type { Resource } from '../../rules/requests/resource.ts'
import { spellingsOf } from '../../rules/requests/resource-identifier.ts'
import type { CodeHash } from '../../values/secret.ts'
import { integer, optional, type Query, type Row, text, texts } from '../database.ts'
import { raw, sql, statement } from '../sql.ts'

const columns = `r.identifier, r.name, r.access_token_lifetime,
  (SELECT json_group_array(s.name) FROM scopes s WHERE s.resource = r.identifier) AS scope`

/**
 * Those that are registered by one of the identifiers, however it is spelled. Case is ignored, also that of the path: which of
 * them an identifier means is for `isSameIdentifier` to say.
 */
export function findResources(db: D1Database, identifiers: readonly string[]): Query<readonly Resource[]> {
  const spellings = JSON.stringify([...new Set(identifiers.flatMap(spellingsOf))])
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(columns)} FROM json_each(${spellings}) n
          JOIN resources r ON r.identifier COLLATE NOCASE = n.value`,
    ),
    read: readResources,
  }
}

/** Those that these scopes belong to. */
export function findResourcesOfScopes(db: D1Database, names: readonly string[]): Query<readonly Resource[]> {
  return {
    statement: db
      .prepare(
        `SELECT ${columns} FROM resources r WHERE r.identifier IN
           (SELECT o.resource FROM json_each(?) n JOIN scopes o ON o.name = n.value)`,
      )
      .bind(JSON.stringify(names)),
    read: readResources,
  }
}

/** Those that an authorization is for, by its code or its id, as far as they still exist. */
export function findResourcesOfCode(db: D1Database, code: CodeHash): Query<readonly Resource[]> {
  return {
    statement: db.prepare(ofAuthorization('a.code_hash = ?')).bind(code.sha256),
    read: readResources,
  }
}

export function findResourcesOfAuthorization(db: D1Database, id: string): Query<readonly Resource[]> {
  return { statement: db.prepare(ofAuthorization('a.id = ?')).bind(id), read: readResources }
}

function ofAuthorization(which: string): string {
  return `SELECT ${columns} FROM authorizations a, json_each(a.resources) n JOIN resources r ON r.identifier = n.value
    WHERE ${which}`
}

function readResources(rows: readonly Row[]): readonly Resource[] {
  return rows.map((row) => ({
    identifier: text(row, 'identifier'),
    name: text(row, 'name'),
    accessTokenLifetime: optional(integer, row, 'access_token_lifetime'),
    scope: texts(row, 'scope'),
  }))
}
