import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fail } from './failure.ts'
import { root } from './project.ts'

/** Makes what is missing of schema.sql. Otherwise it writes nothing, so that a server at work is not disturbed. */
export async function makeTables(db: D1Database, state: string): Promise<void> {
  const schema = readFileSync(path.join(root, 'schema.sql'), 'utf8')
  const found = await readDefinitions(db)
  const wanted = definitionsIn(schema)
  // `IF NOT EXISTS` is no help when a table has another column now: the server would only fail later.
  const changed = [...wanted].filter(([name, text]) => found.has(name) && found.get(name) !== text)
  if (changed.length > 0) {
    const names = changed.map(([name]) => name).join(', ')
    fail(`The local database is of another version (${names}). To start with an empty one, delete ${state}`)
  }
  if ([...wanted.keys()].some((name) => !found.has(name))) await db.prepare(schema).run()
}

/** Name to statement, as far as its meaning goes. Each statement starts a line, and nothing inside of one does. */
function definitionsIn(schema: string): Map<string, string> {
  const statements = schema.split(/^(?=[A-Z]+ )/m).filter((text) => text.startsWith('CREATE '))
  return new Map(statements.map((text) => [/IF NOT EXISTS (\w+)/.exec(text)?.[1] ?? '', essence(text)]))
}

async function readDefinitions(db: D1Database): Promise<Map<string, string>> {
  const query = db.prepare('SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL')
  const { results } = await query.all<{ name: string; sql: string }>()
  return new Map(results.map(({ name, sql }) => [name, essence(sql)]))
}

/** Without comments, layout, and what SQLite itself leaves out when it keeps a statement. */
function essence(text: string): string {
  const [code] = text.replaceAll(/--.*$/gm, '').replace('IF NOT EXISTS', '').split(/;\s*$/)
  return (code ?? '').replaceAll(/\s+/g, ' ').trim()
}
