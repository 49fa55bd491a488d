import { keptTables } from './backup-tables.ts'

const title = '-- Latchkey backup'

/** SQL, a statement a line: what `wrangler d1 export` writes, behind a head that says which schema it was. */
export function headOfBackup(migration: string): string {
  const deletions = keptTables.toReversed().map((table) => `DELETE FROM ${table};\n`)
  return `${title} of ${migration}\nPRAGMA defer_foreign_keys=TRUE;\n${deletions.join('')}`
}

/** The migration that its database had last; undefined when it is no backup. */
export function migrationOfBackup(text: string): string | undefined {
  return new RegExp(`^${title} of (\\S+)\n`).exec(text)?.[1]
}

export function insertion(table: string, row: Readonly<Record<string, unknown>>): string {
  const columns = Object.keys(row).map((name) => `"${name}"`)
  return `INSERT INTO "${table}" (${columns}) VALUES(${Object.values(row).map(literal)});\n`
}

/** D1 answers nothing but these from our tables. */
function literal(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  return `'${String(value).replaceAll("'", "''")}'`
}

/** A semicolon ends a statement, unless it stands in a text or a comment. */
export function splitBackup(text: string): readonly string[] {
  const parts = text.match(/(?:--.*|'(?:[^']|'')*'|"[^"]*"|[^;])+/g) ?? []
  return parts.map((part) => part.replaceAll(/^\s*--.*$/gm, '').trim()).filter((part) => part !== '')
}
