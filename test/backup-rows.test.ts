import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import { cutStatement, insertion, longestStatement, rowOf, splitBackup } from '../scripts/backup/file.ts'
import { type KeptTable, keptTables, keysOf } from '../scripts/backup/tables.ts'
import { dropEverything } from './database.ts'
import { applySchema } from './server.ts'

const { DB } = env

beforeEach(async () => {
  await dropEverything(DB)
  await applySchema()
  for (const table of keptTables.toReversed()) await DB.prepare(`DELETE FROM ${table}`).run()
})

interface Column {
  readonly name: string
  readonly type: string
  readonly pk: number
}

/** Columns restricted to a few words, from the schema itself. */
async function columnsOf(table: KeptTable) {
  const { results } = await DB.prepare(`SELECT name, type, pk FROM pragma_table_info('${table}')`).all<
    Column & Record<string, unknown>
  >()
  const schema = await DB.prepare('SELECT sql FROM sqlite_master WHERE name = ?')
    .bind(table)
    .first<string>('sql')
  const { results: foreign } = await DB.prepare(
    `SELECT "from" AS name FROM pragma_foreign_key_list('${table}')`,
  ).all()
  const words = new Map(
    [...(schema ?? '').matchAll(/CHECK \((\w+) IN \('([^']*)'/g)].map(([, name, word]) => [name, word]),
  )
  const numbers = new Map(
    [...(schema ?? '').matchAll(/CHECK \((\w+) = (\d+)\)/g)].map(([, name, number]) => [
      name,
      Number(number),
    ]),
  )
  return results.map(({ name, type, pk }) => ({
    name,
    type,
    isKey: pk > 0,
    isForeign: foreign.some((key) => key.name === name),
    fixed: words.get(name) ?? numbers.get(name),
  }))
}

/** The hardest characters to write: quotes, SQL syntax, characters of four bytes, and line ends. */
const hard = `'"; -- 😀é\n/* \\ \0`.replace('\0', '')
const filled = (length: number) => hard.repeat(Math.ceil(length / hard.length)).slice(0, length)

/** A row with a text of this length in each column that is not a key, or in only one of them. */
async function rowWith(table: KeptTable, length: number, alone?: string) {
  const columns = await columnsOf(table)
  return Object.fromEntries(
    columns.map(({ name, type, isKey, isForeign, fixed }) => {
      if (fixed !== undefined) return [name, fixed]
      if (type === 'INTEGER') return [name, 1]
      // Every referenced row has this name.
      if (isForeign || isKey || /^(username_key|credential_id|code_hash|kid)$/.test(name)) return [name, 'it']
      return [name, alone === undefined || alone === name ? filled(length) : 'x']
    }),
  )
}

/** The row after a backup and a restore. */
async function throughBackup(table: KeptTable, row: Record<string, unknown>) {
  const text = `PRAGMA defer_foreign_keys=TRUE;\n${insertion(table, row)}`
  const statements = splitBackup(text)
  expect(statements.filter((statement) => Buffer.byteLength(statement) > longestStatement)).toEqual([])
  // The referenced rows don't matter here.
  const parents = await parentsOf(table)
  await DB.batch([...statements, ...parents].map((statement) => DB.prepare(statement)))
  const where = keysOf[table].map((key) => `${key} = ?`).join(' AND ')
  return DB.prepare(`SELECT * FROM ${table} WHERE ${where}`)
    .bind(...keysOf[table].map((key) => row[key]))
    .first()
}

async function parentsOf(table: KeptTable): Promise<readonly string[]> {
  const { results } = await DB.prepare(
    `SELECT DISTINCT "table" AS name FROM pragma_foreign_key_list('${table}')`,
  ).all<{ name: KeptTable }>()
  const statements: string[] = []
  for (const { name } of results) {
    statements.push(...(await parentsOf(name)), insertion(name, await rowWith(name, 1)).replace(/;\n$/, ''))
  }
  return [...new Set(statements)]
}

describe('the largest row of each table', () => {
  it('has the keys of the schema', async () => {
    for (const table of keptTables) {
      const keys = (await columnsOf(table)).filter(({ isKey }) => isKey).map(({ name }) => name)
      expect([table, keys.toSorted()]).toEqual([table, keysOf[table].toSorted()])
    }
  })

  it.each(keptTables)('survives a backup, with every field full: %s', async (table) => {
    const row = await rowWith(table, 30_000)
    expect(await throughBackup(table, row)).toEqual(row)
  })

  it.each(keptTables)('survives a backup, with one very long text: %s', async (table) => {
    // A proof is short, and a trigger reads it when it is written after its row.
    const columns = (await columnsOf(table)).filter(
      ({ name, type, isKey }) => type === 'TEXT' && !isKey && name !== 'proof',
    )
    for (const { name } of columns) {
      await DB.prepare(`DELETE FROM ${table}`).run()
      const row = await rowWith(table, 200_000, name)
      expect(await throughBackup(table, row)).toEqual(row)
      for (const parent of keptTables.toReversed()) await DB.prepare(`DELETE FROM ${parent}`).run()
    }
  })
})

describe('an export made by another tool', () => {
  it.each(keptTables)('is cut the same way: %s', async (table) => {
    const row = await rowWith(table, 30_000)
    const names = Object.keys(row).map((name) => `"${name}"`)
    const values = Object.values(row).map((value) =>
      typeof value === 'number' ? value : `'${String(value).replaceAll("'", "''")}'`,
    )
    const statement = `INSERT INTO "${table}" (${names}) VALUES(${values})`
    expect(cutStatement(statement)).toEqual(splitBackup(insertion(table, row)))
  })

  it('is unchanged where it is short, or not a plain row', () => {
    for (const statement of [
      `INSERT INTO "users" ("id") VALUES('a')`,
      `INSERT INTO "users" ("id") VALUES(replace('${'a'.repeat(60_000)}','a','b'))`,
      `INSERT INTO "elsewhere" ("id") VALUES('${'a'.repeat(60_000)}')`,
    ])
      expect(cutStatement(statement)).toEqual([statement])
  })
})

it('a row is named without its secrets', () => {
  expect(rowOf(`INSERT INTO "clients" ("id","name") VALUES('abc','N, x')`)).toBe(`a row of clients, id 'abc'`)
  expect(rowOf(`INSERT INTO "client_secrets" ("secret_hash","client_id") VALUES('hash','c')`)).toBe(
    'a row of client_secrets',
  )
  expect(rowOf(`UPDATE "clients" SET "jwks"="jwks"||'x' WHERE "id"='abc'`)).toBe('a row of clients')
})
