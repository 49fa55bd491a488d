import type { Migration } from './migrations.ts'

/** One table or index, as in `sqlite_master`. */
export interface Definition {
  readonly name: string
  readonly sql: string
}

export const definitionsQuery = 'SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid'
export const appliedQuery = 'SELECT name FROM d1_migrations ORDER BY id'

export interface MigrationPlan {
  /** Recorded there, and unknown here: the database is of newer code. */
  readonly unknown: readonly string[]
  /** Not recorded, and different: created before the first release, when nothing was recorded. */
  readonly unreleased: readonly string[]
  readonly pending: readonly Migration[]
}

/** The steps for a database. If D1 records no migration, `applied` is empty. */
export function planMigrations(
  definitions: readonly Definition[],
  applied: readonly string[],
  migrations: readonly Migration[],
): MigrationPlan {
  const first = migrations[0]
  return {
    unknown: applied.filter((name) => !migrations.some((migration) => migration.name === name)),
    unreleased: applied.length > 0 || first === undefined ? [] : changedSince(definitions, first),
    pending: migrations.filter(({ name }) => !applied.includes(name)),
  }
}

/** `IF NOT EXISTS` does not help when a table has another column: the server would only fail later. */
function changedSince(definitions: readonly Definition[], first: Migration): readonly string[] {
  const wanted = definitionsIn(first)
  return definitions.flatMap(({ name, sql }) => {
    const text = wanted.get(name)
    return text === undefined || text === essence(sql) ? [] : [name]
  })
}

/** Name to statement, in a comparable form. */
export function definitionsIn(migration: Migration): ReadonlyMap<string, string> {
  const created = migration.statements.filter((text) => essence(text).startsWith('CREATE '))
  return new Map(created.map((text) => [/IF NOT EXISTS (\w+)/.exec(text)?.[1] ?? '', essence(text)]))
}

/** Without comments, layout, and parts that SQLite itself leaves out when it stores a statement. */
function essence(text: string): string {
  return text.replaceAll(/--.*$/gm, '').replace('IF NOT EXISTS', '').replaceAll(/\s+/g, ' ').trim()
}
