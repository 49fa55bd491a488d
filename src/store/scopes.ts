import type { ScopeDefinition } from '../protocol/scope.ts'
import { optional, type Query, type Row, text } from './database.ts'

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
