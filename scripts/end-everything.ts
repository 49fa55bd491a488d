// `npm run end-everything`, or with `-- --remote`: invalidates every token, code, session and link issued until now. For a
// database that was restored to an earlier point in time, and for stolen keys.
import { ask, isTerminal } from './ask.ts'
import { endingStatements } from './database/ending.ts'
import { patiently, withLocal } from './database/local.ts'
import { readMigrations } from './database/migrations.ts'
import { readOptions } from './database/options.ts'
import { fail } from './failure.ts'
import { query } from './remote/cloudflare.ts'
import { planRemoteMigrations } from './remote/migrations.ts'

const usage = 'npm run end-everything -- --yes [--remote] [--dry-run]'
const options = readOptions({ yes: { type: 'boolean' } }, usage)
const statements = endingStatements(Date.now(), 'unixepoch()')
const server = options.remote ? 'the server in production' : 'the local server'

if (options['dry-run']) {
  console.log(`What \`npm run end-everything\` does to ${server}, in one transaction:\n`)
  for (const statement of statements) console.log(`  ${statement}`)
} else {
  await confirm()
  await (options.remote ? endRemote() : endLocal())
  console.log(`
Every token, code, session and link of ${server} is dead. Everybody signs in again.

  A running Worker keeps keys in memory for a minute: ${
    options.remote ? 'npm run deploy starts it again at once' : 'start it again'
  }.
  APIs that verify tokens by themselves refuse them when they next fetch the keys.
`)
}

async function confirm(): Promise<void> {
  if (options.yes) return
  if (!isTerminal) fail(`This signs everybody out. Without a terminal, confirm it: ${usage}`)
  await ask(`This signs everybody out of ${server}. Type yes: `, (typed) =>
    typed === 'yes' ? { value: typed } : { problem: 'Ctrl-C to leave everything as it is.' },
  )
}

async function endLocal(): Promise<void> {
  await withLocal(options['persist-to'], ({ db }) =>
    patiently(() => db.batch(statements.map((statement) => db.prepare(statement)))),
  )
}

async function endRemote(): Promise<void> {
  // The database may have been restored to before a table that is needed here.
  if (planRemoteMigrations(await readMigrations()).length > 0) {
    fail(
      'Stopped: the database was restored to a state before the last deploy. Run npm run deploy first, then this.',
    )
  }
  query('End everything', statements.join('; '))
}
