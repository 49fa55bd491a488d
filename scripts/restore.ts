// `npm run restore -- --input backups/latchkey.sql`: restores a backup into an empty database, local or with `--remote`.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cutStatement, longestStatement, migrationOfBackup, rowOf, splitBackup } from './backup/file.ts'
import { patiently, withLocal } from './database/local.ts'
import { readMigrations } from './database/migrations.ts'
import { readOptions } from './database/options.ts'
import { fail } from './failure.ts'
import { root } from './project.ts'
import { act, query } from './remote/cloudflare.ts'
import { planRemoteMigrations } from './remote/migrations.ts'

const usage = 'npm run restore -- --input backups/latchkey.sql [--remote] [--dry-run]'
const options = readOptions({ input: { type: 'string' } }, usage)
if (options.input === undefined) fail(`Name the backup file: ${usage}`)
const file = path.resolve(process.env.INIT_CWD ?? root, options.input)
if (!existsSync(file)) fail(`${file} does not exist.`)
const text = readFileSync(file, 'utf8')
const executing = (from: string) => ['d1', 'execute', 'DB', '--remote', '--yes', '--file', from]
const emptiness = 'SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM clients) AS n'

const migrations = await readMigrations()
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
    const statements = shortStatements()
    try {
      await patiently(() => db.batch(statements.map((statement) => db.prepare(statement))))
    } catch (error) {
      const failing = await findFailing(db, statements)
      const row = failing === undefined ? 'no single row' : rowOf(failing)
      fail(`Stopped, and nothing was restored: ${row}: ${error instanceof Error ? error.message : error}`)
    }
  })
}

async function restoreRemote(): Promise<void> {
  if (planRemoteMigrations(migrations).length > 0)
    fail('Stopped: the database lacks tables. Run npm run deploy first.')
  refuseUnlessEmpty(query<{ n: number }>('See whether the database is empty', emptiness)[0]?.n)
  const statements = shortStatements()
  // A backup from before statements were split.
  const from = statements.length === splitBackup(text).length ? file : `${file}.pieces`
  if (from !== file) {
    writeFileSync(from, statements.map((statement) => `${statement};\n`).join(''), { mode: 0o600 })
    process.on('exit', () => rmSync(from, { force: true }))
  }
  act('Restore; if that fails, nothing is restored', executing(from))
}

/** The statements that the database accepts. One that is still too long is reported before anything is sent. */
function shortStatements(): readonly string[] {
  const statements = splitBackup(text).flatMap(cutStatement)
  const tooLong = statements.find((statement) => Buffer.byteLength(statement) > longestStatement)
  if (tooLong !== undefined) {
    fail(
      `Stopped: ${rowOf(tooLong)}: ${Buffer.byteLength(tooLong)} bytes are more than a statement may have. Nothing was changed.`,
    )
  }
  return statements
}

/** The first failing statement: the ones before it succeed. Every attempt is rolled back. */
async function findFailing(db: D1Database, statements: readonly string[]): Promise<string | undefined> {
  const end = 'SELECT * FROM there_is_no_such_table'
  const goesIn = async (count: number) => {
    try {
      await db.batch([...statements.slice(0, count), end].map((statement) => db.prepare(statement)))
      return false
    } catch (error) {
      return String(error).includes('there_is_no_such_table')
    }
  }
  if (await goesIn(statements.length)) return undefined
  let [good, bad] = [0, statements.length]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (await goesIn(middle)) good = middle
    else bad = middle
  }
  return statements[bad - 1]
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
  3. Restore, all or nothing                   wrangler ${executing(file).join(' ')}`
    : `  1. See whether the local database is empty   ${emptiness}
  2. Restore, in one transaction`
  return `What \`npm run restore\` does with ${file}, of ${migration}:\n\n${steps}\n`
}
