import {
  appliedQuery,
  type Definition,
  definitionsIn,
  definitionsQuery,
  type MigrationPlan,
  planMigrations,
} from './migration-plan.ts'
import type { Migration } from './migrations.ts'

/** The same table as `wrangler d1 migrations apply` creates: that command and this code are interchangeable. */
const migrationsTable = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/**
 * Applies the missing migrations to a database, each in one transaction with its record: interrupted, it continues the next
 * time. If there is nothing to do it only reads, so that a running server is not disturbed. Nothing is changed if the plan
 * contains something `unknown`.
 */
export async function migrate(db: D1Database, migrations: readonly Migration[]): Promise<MigrationPlan> {
  const { results: definitions } = await db.prepare(definitionsQuery).all<Definition>()
  const plan = planMigrations(definitions, await listApplied(db, definitions), migrations)
  if (plan.unknown.length > 0) return plan
  for (const migration of plan.pending) {
    const isUnreleased = plan.unreleased.length > 0 && migration === plan.pending[0]
    const statements = isUnreleased ? await carryOver(db, definitions, migration) : migration.statements
    await applyOnce(db, migration.name, statements)
  }
  return plan
}

async function listApplied(db: D1Database, definitions: readonly Definition[]): Promise<readonly string[]> {
  if (!definitions.some(({ name }) => name === 'd1_migrations')) return []
  const { results } = await db.prepare(appliedQuery).all<{ name: string }>()
  return results.map(({ name }) => name)
}

async function applyOnce(db: D1Database, name: string, statements: readonly string[]): Promise<void> {
  const record = db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name)
  try {
    await db.batch([migrationsTable, ...statements].map((text) => db.prepare(text)).concat(record))
  } catch (error) {
    // Another process was faster, or only the answer was lost.
    const { results } = await db.prepare(definitionsQuery).all<Definition>()
    if (!(await listApplied(db, results)).includes(name)) throw error
  }
}

/**
 * Converts the tables from before the first release, and keeps every row. D1 can't turn foreign keys off, and dropping a table
 * deletes its references: so all tables are copied, dropped and filled again, in one transaction.
 */
async function carryOver(
  db: D1Database,
  definitions: readonly Definition[],
  first: Migration,
): Promise<readonly string[]> {
  const wanted = [...definitionsIn(first)].flatMap(([name, text]) =>
    text.startsWith('CREATE TABLE') ? [name] : [],
  )
  // In the order of creation: none refers to a later one.
  const old = definitions.flatMap(({ name }) => (wanted.includes(name) ? [name] : []))
  const described = await db.batch<{ name: string }>(
    old.map((name) => db.prepare(`PRAGMA table_info(${name})`)),
  )
  const columns = new Map(
    old.map((name, index) => [name, described[index]?.results.map((column) => column.name).join(', ')]),
  )
  return [
    ...old.map((name) => `CREATE TABLE before_${name} AS SELECT * FROM ${name}`),
    ...old.toReversed().map((name) => `DROP TABLE ${name}`),
    ...first.statements,
    ...wanted
      .filter((name) => columns.has(name))
      .flatMap((name) => [
        `DELETE FROM ${name}`,
        `INSERT INTO ${name} (${columns.get(name)}) SELECT * FROM before_${name}`,
        `DROP TABLE before_${name}`,
      ]),
  ]
}
