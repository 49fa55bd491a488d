import { type KeptTable, keptTables, keysOf } from './tables.ts'

const title = '-- Latchkey backup'

/** D1 refuses a longer statement (https://developers.cloudflare.com/d1/platform/limits/), in bytes. */
export const longestStatement = 100_000

/** A statement is split long before that. */
const aim = 50_000
/** In UTF-16 units: at most three bytes each, and each of them may be a quote, which is written twice. */
const piece = 10_000

/** SQL, one statement per line: the output of `wrangler d1 export`, after a header with the schema version. */
export function headOfBackup(migration: string): string {
  // Search terms are built again from the first person on.
  const deletions = ['term_fills', ...keptTables.toReversed()].map((table) => `DELETE FROM ${table};\n`)
  return `${title} of ${migration}\nPRAGMA defer_foreign_keys=TRUE;\n${deletions.join('')}`
}

/** The last migration of its database; undefined when it is not a backup. */
export function migrationOfBackup(text: string): string | undefined {
  return new RegExp(`^${title} of (\\S+)\n`).exec(text)?.[1]
}

/** A row, in one statement or, if that would be too long, in several. */
export function insertion(table: string, row: Readonly<Record<string, unknown>>): string {
  const values = Object.values(row).map(literal)
  return inPieces(table, Object.keys(row), values)
    .map((statement) => `${statement};\n`)
    .join('')
}

/** D1 returns only these types from our tables. */
function literal(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  return quote(String(value))
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The longest texts are inserted empty, and then appended in pieces. No key and no unique column is that long. */
function inPieces(table: string, columns: readonly string[], values: readonly string[]): readonly string[] {
  const keys: readonly string[] = isKept(table) ? keysOf[table] : []
  const left = new Set<number>()
  const insert = () =>
    `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`)}) VALUES(${values.map((value, i) => (left.has(i) ? "''" : value))})`
  const longestFirst = values
    .map((value, i) => ({ i, length: value.length }))
    .filter(({ i }) => values[i]?.startsWith("'") && !keys.includes(columns[i] ?? ''))
    .sort((a, b) => b.length - a.length)
  for (const { i } of longestFirst) {
    if (Buffer.byteLength(insert()) <= aim) break
    left.add(i)
  }
  const where = keys.map((key) => `"${key}"=${values[columns.indexOf(key)]}`).join(' AND ')
  const additions = [...left].flatMap((i) => {
    const text = (values[i] ?? "''").slice(1, -1).replaceAll("''", "'")
    const name = `"${columns[i]}"`
    return cut(text).map((part) => `UPDATE "${table}" SET ${name}=${name}||${quote(part)} WHERE ${where}`)
  })
  return [insert(), ...additions]
}

function isKept(table: string): table is KeptTable {
  return Object.hasOwn(keysOf, table)
}

/** Never between the two halves of one character. */
function cut(text: string): readonly string[] {
  const parts: string[] = []
  for (let from = 0; from < text.length; ) {
    const code = text.charCodeAt(from + piece - 1)
    const to = from + piece - (code >= 0xd800 && code <= 0xdbff ? 1 : 0)
    parts.push(text.slice(from, to))
    from = to
  }
  return parts
}

/** The same for a statement written by another tool. One that is not a plain row, or is short enough, stays unchanged. */
export function cutStatement(statement: string): readonly string[] {
  if (Buffer.byteLength(statement) <= aim) return [statement]
  const [, table = '', names = '', rest = ''] =
    /^INSERT INTO "(\w+)" \(([\w", ]*)\) VALUES ?\(([\s\S]*)\)$/.exec(statement) ?? []
  const columns = names.split(',').map((name) => name.trim().replaceAll('"', ''))
  const values = splitAt(rest, ',').map((value) => value.trim())
  const isPlain = values.every((value) => /^(NULL|-?[\d.e+-]+)$/i.test(value) || /^'[\s\S]*'$/.test(value))
  return isKept(table) && isPlain && values.length === columns.length
    ? inPieces(table, columns, values)
    : [statement]
}

/** The statements of a backup, each short enough for D1. */
export function splitBackup(text: string): readonly string[] {
  // Only before a statement: a line in a text may begin like that too.
  const parts = splitAt(text, ';').map((part) => part.replace(/^(?:\s*--[^\n]*(?:\n|$))+/, '').trim())
  return parts.filter((part) => part !== '')
}

/** The parts between these separators, except inside a text, a name or a comment. */
function splitAt(text: string, sign: string): readonly string[] {
  const parts: string[] = []
  let from = 0
  const tokens = new RegExp(`'[^']*'|"[^"]*"|--.*|\\${sign}`, 'g')
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token !== sign) continue
    parts.push(text.slice(from, index))
    from = index + 1
  }
  return [...parts, text.slice(from)]
}

/** Names the row of a statement, for finding it. Hashes are not shown. */
export function rowOf(statement: string): string {
  const [, table = ''] = /^(?:INSERT INTO|UPDATE) "(\w+)"/.exec(statement) ?? []
  if (!isKept(table)) return statement.slice(0, 60)
  const [, names = '', rest = ''] =
    /^INSERT INTO "\w+" \(([\w", ]*)\) VALUES ?\(([\s\S]*)\)$/.exec(statement) ?? []
  const columns = names.split(',').map((name) => name.trim().replaceAll('"', ''))
  const values = splitAt(rest, ',')
  const shown = keysOf[table].flatMap((key) => {
    const value = values[columns.indexOf(key)]
    return value === undefined || key.endsWith('_hash') ? [] : [`${key} ${value.trim().slice(0, 60)}`]
  })
  return [`a row of ${table}`, ...shown].join(', ')
}
