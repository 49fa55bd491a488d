import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './project.ts'

export interface Migration {
  /** The file name, as D1 records it in `d1_migrations`. */
  readonly name: string
  readonly sql: string
}

/** The files of migrations/, in order. */
export function readMigrations(): readonly Migration[] {
  const folder = path.join(root, 'migrations')
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  return names.sort().map((name) => ({ name, sql: readFileSync(path.join(folder, name), 'utf8') }))
}

/** Each statement starts a line with its verb, and nothing inside of one does. */
export function statementsOf({ sql }: Migration): readonly string[] {
  const statements = sql.replaceAll(/--.*$/gm, '').split(/^(?=(?:CREATE|ALTER|INSERT|UPDATE|DELETE|DROP) )/m)
  return statements.map((text) => text.trim().replace(/;$/, '')).filter((text) => text !== '')
}
