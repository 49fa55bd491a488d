import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fail } from './failure.ts'
import { root } from './project.ts'

/** Makes what is missing of schema.sql. Otherwise it writes nothing, so that a server at work is not disturbed. */
export async function makeTables(db: D1Database, state: string): Promise<void> {
  const { results } = await db.prepare(definitionsQuery).all<Definition>()
  const { changed, missing } = compareWithSchema(results)
  if (changed.length > 0) {
    const names = changed.join(', ')
    fail(`The local database is of another version (${names}). To start with an empty one, delete ${state}`)
  }
  if (missing.length > 0) await db.prepare(readSchema()).run()
}

export interface Definition {
  readonly name: string
  readonly sql: string
}

export const definitionsQuery = 'SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL'

/** What of schema.sql a database has in another form, and what it lacks. */
export function compareWithSchema(definitions: readonly Definition[]) {
  const found = new Map(definitions.map(({ name, sql }) => [name, essence(sql)]))
  const wanted = [...definitionsIn(readSchema())]
  return {
    // `IF NOT EXISTS` is no help when a table has another column now: the server would only fail later.
    changed: wanted.flatMap(([name, text]) => (found.has(name) && found.get(name) !== text ? [name] : [])),
    missing: wanted.flatMap(([name]) => (found.has(name) ? [] : [name])),
  }
}

function readSchema(): string {
  return readFileSync(path.join(root, 'schema.sql'), 'utf8')
}

/** Name to statement, as far as its meaning goes. Each statement starts a line, and nothing inside of one does. */
function definitionsIn(schema: string): Map<string, string> {
  const statements = schema.split(/^(?=[A-Z]+ )/m).filter((text) => text.startsWith('CREATE '))
  return new Map(statements.map((text) => [/IF NOT EXISTS (\w+)/.exec(text)?.[1] ?? '', essence(text)]))
}

/** Without comments, layout, and what SQLite itself leaves out when it keeps a statement. */
function essence(text: string): string {
  const [code] = text.replaceAll(/--.*$/gm, '').replace('IF NOT EXISTS', '').split(/;\s*$/)
  return (code ?? '').replaceAll(/\s+/g, ' ').trim()
}
