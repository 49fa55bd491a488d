import { expect } from 'vitest'

type Row = Record<string, unknown>

interface Table {
  readonly name: string
  readonly [what: string]: unknown
}

async function listTables(db: D1Database): Promise<readonly { name: string; sql: string }[]> {
  const { results } = await db
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid`)
    .all<{ name: string; sql: string }>()
  // The rest belongs to SQLite and D1.
  return results.filter(({ name }) => !/^(_cf_|sqlite_|d1_)/.test(name))
}

/** The readable properties of every table, except the order of columns, which a migration can't choose. */
export async function describeSchema(db: D1Database): Promise<readonly Table[]> {
  const tables = await listTables(db)
  expect(tables.length).toBeGreaterThan(0)
  const kinds = await pragma(db, 'table_list')
  return Promise.all(
    tables.map(async ({ name, sql }) => {
      const columns = await pragma(db, `table_xinfo(${name})`)
      const keys = await pragma(db, `foreign_key_list(${name})`)
      const kind = kinds.find((row) => row.name === name)
      return {
        name,
        strict: kind?.strict,
        withoutRowid: kind?.wr,
        columns: sorted(columns.map(({ cid: _, ...column }) => column)),
        foreignKeys: sorted(keys.map(({ id: _, ...key }) => key)),
        checks: [...sql.matchAll(/CHECK \((?:[^()]|\([^()]*\))*\)/g)].map(([text]) => text).sort(),
        indexes: await describeIndexes(db, name),
        triggers: await describeTriggers(db, name),
      }
    }),
  ).then((described) => described.sort((a, b) => (a.name < b.name ? -1 : 1)))
}

async function describeTriggers(db: D1Database, table: string): Promise<readonly string[]> {
  const { results } = await db
    .prepare(`SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY name`)
    .bind(table)
    .all<{ sql: string }>()
  return results.map(({ sql }) => sql.replaceAll(/\s+/g, ' '))
}

async function describeIndexes(db: D1Database, table: string) {
  const { results } = await db
    .prepare('SELECT name, sql FROM sqlite_master WHERE type = ? AND tbl_name = ?')
    .bind('index', table)
    .all<{ name: string; sql: string | null }>()
  const indexes = await pragma(db, `index_list(${table})`)
  return sorted(
    await Promise.all(
      indexes.map(async ({ seq: _, ...index }) => {
        const columns = await pragma(db, `index_xinfo(${index.name})`)
        const text = results.find(({ name }) => name === index.name)?.sql
        return {
          ...index,
          text: text?.replaceAll(/\s+/g, ' '),
          columns: columns.filter(({ key }) => key === 1).map(({ cid: _, ...column }) => column),
        }
      }),
    ),
  )
}

async function pragma(db: D1Database, what: string): Promise<readonly Row[]> {
  return (await db.prepare(`PRAGMA ${what}`).all<Row>()).results
}

function sorted<T>(rows: readonly T[]): readonly T[] {
  return [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Every row of a table, in a fixed order. */
export async function rowsOf(db: D1Database, table: string): Promise<readonly Row[]> {
  return sorted((await db.prepare(`SELECT * FROM ${table}`).all<Row>()).results)
}

/** Later tables first: dropping one deletes what refers to it. */
export async function dropEverything(db: D1Database): Promise<void> {
  const tables = await listTables(db)
  const names = ['d1_migrations', ...tables.map(({ name }) => name)].toReversed()
  await db.batch(names.map((name) => db.prepare(`DROP TABLE IF EXISTS ${name}`)))
}

/** Rows of all tables except these, by table: for requests that must change nothing. Without seals, which are added later. */
export async function everything(
  db: D1Database,
  but: readonly string[],
): Promise<Readonly<Record<string, readonly Row[]>>> {
  const names = (await listTables(db)).map(({ name }) => name).filter((name) => !but.includes(name))
  const answers = await db.batch<Row>(names.map((name) => db.prepare(`SELECT * FROM ${name}`)))
  const withoutSeal = ({ number: _, seal: __, ...row }: Row) => row
  return Object.fromEntries(names.map((name, i) => [name, (answers[i]?.results ?? []).map(withoutSeal)]))
}
