import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../project.ts'

export interface Migration {
  /** The file name, as D1 records it in `d1_migrations`. */
  readonly name: string
  readonly statements: readonly string[]
}

/** The files of migrations/, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = readdirSync(path.join(root, 'migrations')).filter((name) => name.endsWith('.sql'))
  return Promise.all(
    names.sort().map(async (name) => ({ name, statements: await readStatements(`migrations/${name}`) })),
  )
}

/** The statements of an SQL file of the project, split as wrangler does. */
export async function readStatements(file: string): Promise<readonly string[]> {
  // Imported late, since it takes a second.
  const { unstable_splitSqlQuery } = await import('wrangler')
  return unstable_splitSqlQuery(readFileSync(path.join(root, file), 'utf8'))
}
