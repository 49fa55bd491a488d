import type { Resource } from '../../rules/requests/resource.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import { SizedMap } from '../../values/sized-map.ts'
import { optional, type Query, type Row, read, rowsOf, text } from '../database.ts'
import { raw, sql, statement, tableOf } from '../sql.ts'
import { apiOfScope, readResources } from './resources.ts'
import { readScope } from './scopes.ts'

/** The existing scopes, and the APIs that they belong to. */
export interface ScopesWithApis {
  readonly scopes: readonly ScopeDefinition[]
  readonly apis: readonly Resource[]
}

interface KnownScope {
  readonly scope: ScopeDefinition
  readonly apis: readonly Resource[]
}

/** The scopes with these names, in their order. Unknown names are left out. */
export function findScopes(db: D1Database, names: readonly string[]): Query<readonly ScopeDefinition[]> {
  return findKnown(db, names, (known) => known.map(({ scope }) => scope))
}

/** The same, with each API once. */
export function findScopesWithApis(db: D1Database, names: readonly string[]): Query<ScopesWithApis> {
  return findKnown(db, names, withApis)
}

/** The version of the scopes, as a column of another statement: one row read. */
export const scopesVersion = raw('(SELECT version FROM scope_versions WHERE id = 1)')

/**
 * The scopes and their APIs as they were when this request read their version. Read only if this isolate does not remember them
 * at that version.
 */
export async function scopesWithApisAt(
  db: D1Database,
  names: readonly string[],
  version: string | undefined,
): Promise<ScopesWithApis> {
  const known = keptScopes(db, names)
  if (known !== undefined && known.version === version) return withApis(known.scopes)
  return (await read(db, { found: findScopesWithApis(db, names) })).found
}

function withApis(known: readonly KnownScope[]): ScopesWithApis {
  const apis = known.flatMap((one) => one.apis)
  return {
    scopes: known.map(({ scope }) => scope),
    apis: [...new Map(apis.map((one) => [one.identifier, one])).values()],
  }
}

/**
 * D1 returns the scopes only if they are not the ones that this isolate has read already: their version costs one row, and each
 * scope another one. Triggers change the version with every change of a scope or its API.
 */
function findKnown<T>(
  db: D1Database,
  names: readonly string[],
  result: (known: readonly KnownScope[]) => T,
): Query<T> {
  const { version, scopes: known } = keptScopes(db, names) ?? { version: '', scopes: [] }
  return {
    statement: statement(
      db,
      sql`SELECT s.name, s.description, s.resource, ${apiOfScope} AS api,
          ${scopesVersion} AS version
        FROM ${tableOf(names)} n LEFT JOIN scopes s ON s.name = n.value
        WHERE NOT EXISTS (SELECT 1 FROM scope_versions WHERE id = 1 AND version = ${version})`,
    ),
    read: (rows) => {
      if (rows.length === 0) return result(known)
      const found = rows.filter(({ name }) => name !== null).map(readKnown)
      keep(db, names, found, optional(text, rows[0] ?? {}, 'version'))
      return result(found)
    },
  }
}

function readKnown(row: Row): KnownScope {
  return { scope: readScope(row), apis: readResources(rowsOf(row, 'api')) }
}

interface KeptScopes {
  readonly version: string
  readonly scopes: Map<string, KnownScope>
  /** Names that no scope has. Anybody can ask for them, so they are limited by their characters, and push out no scope. */
  readonly unknown: SizedMap<readonly []>
}

/** The scopes that this isolate has read. Per binding: two databases never mix. */
const kept = new WeakMap<D1Database, KeptScopes>()

/** Number of scopes that an isolate remembers. */
const mostScopes = 1000

/** These scopes, if this isolate remembers for each name its scope, or that there is none. */
function keptScopes(db: D1Database, names: readonly string[]) {
  const before = kept.get(db)
  if (before === undefined) return undefined
  const known = names.map((name) => before.scopes.get(name) ?? before.unknown.get(name))
  return known.includes(undefined)
    ? undefined
    : { version: before.version, scopes: known.flatMap((one) => one ?? []) }
}

function keep(
  db: D1Database,
  names: readonly string[],
  found: readonly KnownScope[],
  version: string | undefined,
): void {
  if (version === undefined) return
  const before = kept.get(db)
  const isSame = before?.version === version && before.scopes.size + found.length <= mostScopes
  const { scopes, unknown } = isSame
    ? before
    : { scopes: new Map<string, KnownScope>(), unknown: new SizedMap<readonly []>(10_000) }
  for (const one of found.slice(0, mostScopes)) scopes.set(one.scope.name, one)
  for (const name of names) if (!scopes.has(name)) unknown.set(name, [], name.length)
  kept.set(db, { version, scopes, unknown })
}
