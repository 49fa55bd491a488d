// `npm run backup`, or `npm run backup -- --remote`: people, applications, consents and keys, in one file.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cutStatement, headOfBackup, insertion, splitBackup } from './backup/file.ts'
import { keptTables, leftOutTables } from './backup/tables.ts'
import { patiently, withLocal } from './database/local.ts'
import { appliedQuery, type Definition, definitionsQuery } from './database/migration-plan.ts'
import { readOptions } from './database/options.ts'
import { fail, failFor } from './failure.ts'
import { root } from './project.ts'
import { act, query } from './remote/cloudflare.ts'

const usage = 'npm run backup -- [--remote] [--output backups/latchkey.sql] [--dry-run]'
const options = readOptions({ output: { type: 'string' } }, usage)
const time = new Date().toISOString().replaceAll(/[:.]/g, '-')
// npm runs this in the project's folder, and passes the folder of the caller.
const caller = process.env.INIT_CWD ?? root
const file = path.resolve(
  options.output === undefined ? root : caller,
  options.output ?? `backups/latchkey-${time}.sql`,
)
const exporting = ['d1', 'export', 'DB', '--remote', '--skip-confirmation', '--no-schema', '--output', file]
const firstRelease = '0001_first_release.sql'

if (options['dry-run']) {
  console.log(describe())
} else {
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    // Created before it is filled, so that nobody else can read its content.
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' })
    chmodSync(file, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      fail(`${file} exists already: choose another --output.`)
    failFor(error)
  }
  // An interrupted backup is deleted.
  process.on('exit', (code) => {
    if (code !== 0) rmSync(file, { force: true })
  })
  await (options.remote ? backUpRemote() : backUpLocal())
  console.log(`\nThe backup is ${file}\n${inIt()}${notInIt()}`)
}

/** One transaction, so that all rows are from the same moment. */
async function backUpLocal(): Promise<void> {
  await withLocal(options['persist-to'], async ({ db }) => {
    const selects = keptTables.map((table) => db.prepare(`SELECT * FROM ${table}`))
    const [applied, ...answers] = await patiently(() =>
      db.batch<Record<string, unknown>>([db.prepare(appliedQuery), ...selects]),
    )
    const lines = keptTables.flatMap(
      (table, i) => answers[i]?.results.map((row) => insertion(table, row)) ?? [],
    )
    writeFileSync(file, headOfBackup(String(applied?.results.at(-1)?.name)) + lines.join(''))
  })
}

async function backUpRemote(): Promise<void> {
  const definitions = query<Definition>('List the tables', definitionsQuery)
  const names = definitions.map(({ name }) => name)
  if (!names.includes('users')) fail('Stopped: the database has no tables. Is it deployed? npm run deploy')
  const applied = names.includes('d1_migrations')
    ? query<{ name: string }>('List the applied migrations', appliedQuery)
    : []
  // A database from before the first release may lack some.
  const tables = keptTables.filter((table) => names.includes(table))
  act('Export it; meanwhile it answers nobody', [
    ...exporting,
    ...tables.flatMap((table) => ['--table', table]),
  ])
  const migration = applied.at(-1)?.name ?? firstRelease
  // Each statement is short enough to be restored.
  const statements = splitBackup(readFileSync(file, 'utf8')).flatMap(cutStatement)
  writeFileSync(file, headOfBackup(migration) + statements.map((statement) => `${statement};\n`).join(''))
}

/** Counted in the file: an empty backup shows that it is empty. */
function inIt(): string {
  const text = readFileSync(file, 'utf8')
  const count = (table: string, one: string, many = `${one}s`) => {
    const rows = [...text.matchAll(new RegExp(`^INSERT INTO "?${table}"? `, 'gm'))].length
    return `${rows.toLocaleString('en')} ${rows === 1 ? one : many}`
  }
  return `
In it, ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB:
  ${count('users', 'person', 'people')}, ${count('clients', 'application')}, ${count('consents', 'consent')}, ${count('signing_keys', 'signing key')}
`
}

function notInIt(): string {
  const width = Math.max(...Object.keys(leftOutTables).map(({ length }) => length))
  const lines = Object.entries(leftOutTables).map(([table, what]) => `  ${table.padEnd(width)} ${what}`)
  return `
Not in it:
${lines.join('\n')}
  the secrets and variables of the Worker. Without KEY_ENCRYPTION_SECRET nobody opens the signing keys and the
  authenticator apps that are in the backup: keep it, but not in the same place.
`
}

function describe(): string {
  const how = options.remote
    ? `  1. See which tables and migrations    wrangler d1 execute DB --remote --json --command …
  2. Export it                          wrangler ${exporting.join(' ')}
                                          ${keptTables.map((table) => `--table ${table}`).join(' ')}`
    : '  1. Read the local database, in one transaction'
  return `What \`npm run backup\` does:\n\n${how}\n  ·  Keep it for you alone              ${file}\n${notInIt()}`
}
