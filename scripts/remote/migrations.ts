import {
  appliedQuery,
  type Definition,
  definitionsQuery,
  planMigrations,
} from '../database/migration-plan.ts'
import type { Migration } from '../database/migrations.ts'
import { fail } from '../failure.ts'
import { query } from './cloudflare.ts'

/** The missing migrations of the database in production. Ends the script if they can't be applied. */
export function planRemoteMigrations(migrations: readonly Migration[]): readonly Migration[] {
  const definitions = query<Definition>('List the tables', definitionsQuery)
  const isRecorded = definitions.some(({ name }) => name === 'd1_migrations')
  const applied = isRecorded ? query<{ name: string }>('List the applied migrations', appliedQuery) : []
  const { unknown, unreleased, pending } = planMigrations(
    definitions,
    applied.map(({ name }) => name),
    migrations,
  )
  if (unknown.length > 0) {
    fail(
      `Stopped: the database is of a later version (${unknown.join(', ')}): update the code. Nothing was changed.`,
    )
  }
  if (unreleased.length > 0) {
    fail(
      `Stopped: the database is from before the first release (${unreleased.join(', ')}). Back it up, delete it, deploy, and restore: see docs/backup.md. Nothing was changed.`,
    )
  }
  return pending
}
