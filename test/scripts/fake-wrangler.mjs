#!/usr/bin/env node
// A substitute for wrangler on PATH: an account in a file, and a list of the calls.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'

const file = process.env.FAKE_ACCOUNT
const account = JSON.parse(readFileSync(file, 'utf8'))
const args = process.argv.slice(2)
const line = args.join(' ')
const [, databaseName] = /^database_name = "(.*)"/m.exec(readFileSync('wrangler.toml', 'utf8'))
const after = (name) => args[args.indexOf(name) + 1]
const answer = (value) => console.log(JSON.stringify(value))
account.calls.push(line)

function end(code, said) {
  if (said !== undefined) console.error(said)
  writeFileSync(file, JSON.stringify(account))
  process.exit(code)
}

if (account.failAt !== null && line.startsWith(account.failAt)) end(1, 'Authentication error [code: 10000]')
if (line.startsWith('whoami')) {
  answer({ loggedIn: !account.isLoggedOut })
  if (account.isLoggedOut) end(1)
} else if (account.isLoggedOut)
  end(
    1,
    "In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable",
  )
else if (line.startsWith('d1 list'))
  answer(account.database ? [{ name: 'other' }, { name: databaseName }] : [{ name: 'other' }])
else if (line.startsWith('secret list')) {
  if (!account.worker)
    end(
      1,
      'Worker "latchkey" not found.\n\nIf this is a new Worker, run `wrangler deploy` first to create it.',
    )
  answer(Object.keys(account.secrets).map((name) => ({ name, type: 'secret_text' })))
} else if (line.startsWith('deploy --dry-run')) console.log('--dry-run: exiting now.')
else if (line.startsWith('deploy')) {
  account.worker = true
  account.database = true
  if (args.includes('--var')) account.vars.push(after('--var'))
  if (args.includes('--secrets-file')) {
    const [name, value] = readFileSync(after('--secrets-file'), 'utf8').trim().split('=')
    account.secrets[name] = value
  }
} else if (line.startsWith('d1 ') && !account.database) end(1, "Couldn't find a D1 DB named 'latchkey'")
else if (line === 'd1 migrations apply DB --remote') {
  const db = new DatabaseSync(`${file}.sqlite`)
  db.exec('CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)')
  const applied = db.prepare('SELECT name FROM d1_migrations').all()
  const names = readdirSync('migrations').sort()
  for (const name of names.filter((one) => !applied.some((row) => row.name === one))) {
    const sql = readFileSync(`migrations/${name}`, 'utf8')
    db.exec(`BEGIN; ${sql}; INSERT INTO d1_migrations (name) VALUES ('${name}'); COMMIT`)
  }
} else if (line.startsWith('d1 export DB --remote --skip-confirmation --no-schema')) {
  const db = new DatabaseSync(`${file}.sqlite`)
  const quoted = (value) =>
    value === null ? 'NULL' : typeof value === 'number' ? value : `'${value.replaceAll("'", "''")}'`
  const lines = args.flatMap((arg, i) => {
    const rows = arg === '--table' ? db.prepare(`SELECT * FROM ${args[i + 1]}`).all() : []
    return rows.map((row) => {
      const names = Object.keys(row).map((name) => `"${name}"`)
      return `INSERT INTO "${args[i + 1]}" (${names}) VALUES(${Object.values(row).map(quoted)});\n`
    })
  })
  writeFileSync(after('--output'), `PRAGMA defer_foreign_keys=TRUE;\n${lines.join('')}`)
} else if (line.startsWith('d1 execute DB --remote --yes --file')) {
  const sql = readFileSync(after('--file'), 'utf8')
  // The same limit as in D1; our statements have one line each.
  if (sql.split('\n').some((one) => Buffer.byteLength(one) > 100_000))
    end(1, 'statement too long: SQLITE_TOOBIG')
  new DatabaseSync(`${file}.sqlite`).exec(`BEGIN; ${sql} COMMIT`)
} else if (line.startsWith('d1 execute DB --remote')) {
  const db = new DatabaseSync(`${file}.sqlite`)
  const parts = after('--command')
    .split(';')
    .map((part) => part.trim())
  answer(parts.map((part) => ({ results: db.prepare(part).all(), success: true })))
} else end(1, `Unknown: ${line}`)
// It ends by itself: `process.exit` would cut off unread output in a pipe.
writeFileSync(file, JSON.stringify(account))
