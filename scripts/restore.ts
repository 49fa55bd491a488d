// `npm run restore -- --input backups/latchkey.sql`: a backup into an empty database, local or with `--remote`.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { migrationOfBackup, splitBackup } from './backup-file.ts'
import { readOptions } from './backup-options.ts'
import { fail } from './failure.ts'
import { patiently, withLocal } from './local-database.ts'
import { readMigrations } from './migrations.ts'
import { root } from './project.ts'
import { act, query } from './remote.ts'
import { planRemoteMigrations } from './remote-migrations.ts'

const usage = 'npm run restore -- --input backups/latchkey.sql [--remote] [--dry-run]'
const options = readOptions({ input: { type: 'string' } }, usage)
if (options.input === undefined) fail(`Say which backup: ${usage}`)
const file = path.resolve(process.env.INIT_CWD ?? root, options.input)
if (!existsSync(file)) fail(`${file} is not there.`)
const text = readFileSync(file, 'utf8')
const executing = ['d1', 'execute', 'DB', '--remote', '--yes', '--file', file]
const emptiness = 'SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM clients) AS n'

const migrations = readMigrations()
const migration = migrationOfBackup(text)
if (migration === undefined) fail(`${file} is not a backup of Latchkey.`)
if (!migrations.some(({ name }) => name === migration)) {
  fail(`${file} is of a later version (${migration}): update the code.`)
}

if (options['dry-run']) {
  console.log(describe())
} else {
  await (options.remote ? restoreRemote() : restoreLocal())
  console.log(`
Restored from ${file}, of ${migration}. Everybody signs in again.

  What was revoked, changed or removed after the backup is as it was before. To end every token that is out there:
  npm run end-everything${options.remote ? ' -- --remote' : ''}

  Are the keys opened by the KEY_ENCRYPTION_SECRET of this server? npm run doctor${options.remote ? ' -- --remote --issuer …' : ''}
`)
}

async function restoreLocal(): Promise<void> {
  await withLocal(options['persist-to'], async ({ db }) => {
    refuseUnlessEmpty(await db.prepare(emptiness).first<number>('n'))
    await patiently(() => db.batch(splitBackup(text).map((statement) => db.prepare(statement))))
  })
}

async function restoreRemote(): Promise<void> {
  if (planRemoteMigrations(migrations).length > 0)
    fail('Stopped: the database lacks tables. Run npm run deploy first.')
  refuseUnlessEmpty(query<{ n: number }>('See whether the database is empty', emptiness)[0]?.n)
  act('Restore; if that fails, nothing of it is there', executing)
}

function refuseUnlessEmpty(rows: number | null | undefined): void {
  if (rows !== 0) {
    fail(
      `Stopped: the database is not empty: ${rows ?? 'unknown'} users and applications. A backup goes into a new one: see docs/backup.md. Nothing was changed.`,
    )
  }
}

function describe(): string {
  const steps = options.remote
    ? `  1. See whether the database has the tables   wrangler d1 execute DB --remote --json --command …
  2. See whether it is empty                   ${emptiness}
  3. Restore, all or nothing                   wrangler ${executing.join(' ')}`
    : `  1. See whether the local database is empty   ${emptiness}
  2. Restore, in one transaction`
  return `What \`npm run restore\` does with ${file}, of ${migration}:\n\n${steps}\n`
}
