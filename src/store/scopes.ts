import type { ScopeDefinition } from '../protocol/scope.ts'
import { integer, optional, type Query, type Row, text } from './database.ts'

/** Those of the names that exist. */
export function findScopes(db: D1Database, names: readonly string[]): Query<readonly ScopeDefinition[]> {
  return {
    statement: db
      .prepare(
        'SELECT s.name, s.description, s.resource FROM json_each(?) n JOIN scopes s ON s.name = n.value',
      )
      .bind(JSON.stringify(names)),
    read: (rows) => rows.map(readScope),
  }
}

function readScope(row: Row): ScopeDefinition {
  return {
    name: text(row, 'name'),
    description: text(row, 'description'),
    resource: optional(text, row, 'resource'),
  }
}

/** With who may allow it to an application. */
export interface RegisteredScope extends ScopeDefinition {
  /** Administrators alone. */
  readonly restricted: boolean
}

/** In the order of names. */
export function listAllScopes(db: D1Database, most: number): Query<readonly RegisteredScope[]> {
  return {
    statement: db
      .prepare(
        `SELECT name, description, resource, restricted FROM scopes WHERE name > '' ORDER BY name LIMIT ?`,
      )
      .bind(most),
    read: (rows) => rows.map(readRegisteredScope),
  }
}

export function readRegisteredScope(row: Row): RegisteredScope {
  return { ...readScope(row), restricted: integer(row, 'restricted') === 1 }
}
