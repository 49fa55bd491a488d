import { accessTokenTyps, type Resource } from '../../rules/requests/resource.ts'
import { spellingsOf } from '../../rules/requests/resource-identifier.ts'
import type { Scope } from '../../rules/requests/scope.ts'
import { signingAlgorithms } from '../../rules/server/signing-keys.ts'
import { combined, integer, oneOf, optional, type Query, type Row, rowsOf, text, texts } from '../database.ts'
import { raw, sql, statement } from '../sql.ts'
import { existingScope } from './scopes.ts'

const columns = `r.identifier, r.name, r.access_token_lifetime, r.access_token_alg, r.access_token_typ,
  (SELECT json_group_array(s.name) FROM scopes s WHERE s.resource = r.identifier) AS scope`

/**
 * The registered APIs with one of the identifiers, in any spelling. Case is ignored, even that of the path: `isSameIdentifier`
 * decides which of them an identifier means.
 */
export function findResources(db: D1Database, identifiers: readonly string[]): Query<readonly Resource[]> {
  // Most requests name none.
  if (identifiers.length === 0) return combined({}, () => [])
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

/** An API as a JSON object, with the names in `columns`. */
const asObject = `json_object('identifier', l.identifier, 'name', l.name, 'access_token_lifetime', l.access_token_lifetime,
  'access_token_alg', l.access_token_alg, 'access_token_typ', l.access_token_typ, 'scope', l.scope || '')`

/** The API of the scope `s`, as a list of at most one. */
export const apiOfScope = raw(`(SELECT json_group_array(${asObject})
  FROM (SELECT ${columns} FROM resources r WHERE r.identifier = s.resource) l)`)

/** The part of an authorization that still exists. */
export interface Living {
  readonly resources: readonly Resource[]
  readonly scope: Scope
  /** Types of its authorization details. */
  readonly detailTypes: readonly string[]
}

/** For the authorization `a`, each list in one column. */
export const livingColumns = `${existingScope} AS living_scope,
  (SELECT json_group_array(${asObject})
    FROM (SELECT ${columns} FROM json_each(a.resources) n JOIN resources r ON r.identifier = n.value) l) AS living_resources,
  CASE WHEN a.authorization_details IS NULL THEN '[]' ELSE (SELECT json_group_array(t.type) FROM json_each(a.authorization_details) d
    JOIN authorization_details_types t ON t.type = d.value ->> 'type') END AS living_types`

export function readLiving(row: Row): Living {
  return {
    scope: texts(row, 'living_scope'),
    resources: readResources(rowsOf(row, 'living_resources')),
    detailTypes: texts(row, 'living_types'),
  }
}

export function readResources(rows: readonly Row[]): readonly Resource[] {
  return rows.map((row) => ({
    identifier: text(row, 'identifier'),
    name: text(row, 'name'),
    accessTokenLifetime: optional(integer, row, 'access_token_lifetime'),
    accessTokenAlg: oneOf(signingAlgorithms, row, 'access_token_alg'),
    accessTokenTyp: oneOf(accessTokenTyps, row, 'access_token_typ'),
    scope: texts(row, 'scope'),
  }))
}
