import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, beforeEach, describe, it } from 'node:test'
import { root } from '../../scripts/project.ts'
import { chain, emptyChain } from '../../src/rules/server/audit-chain.ts'
import { auditMac, markHead } from '../../src/secrets/audit-mac.ts'

const secret = 'only-for-tests-only-for-tests-only-for-tests'
const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-archive-'))
after(() => rmSync(folder, { recursive: true }))
const day = 86_400
const firstDay = Date.parse('2026-01-01T00:00:00Z') / 1000
const sealed = chain(
  auditMac(secret),
  emptyChain,
  Array.from({ length: 1500 }, (_, i) => ({
    id: `event${String(i).padStart(4, '0')}`,
    at: firstDay + Math.floor(i / 100) * day,
    type: 'sign_in',
    reference: 'r',
    userId: undefined,
    clientId: undefined,
    detail: 'a "b", c',
  })),
)
const account = path.join(folder, 'account.json')
const output = (name: string) => path.join(folder, name)

beforeEach(() => {
  writeFileSync(account, JSON.stringify({ calls: [], failAt: null, database: true }))
  const wrangler = path.join(folder, 'wrangler')
  cpSync(path.join(import.meta.dirname, 'fake-wrangler.mjs'), wrangler)
  chmodSync(wrangler, 0o755)
  for (const name of ['account.json.sqlite', 'all.csv', 'first.csv', 'rest.csv'])
    rmSync(output(name), { force: true })
  const db = new DatabaseSync(`${account}.sqlite`)
  db.exec(readFileSync(path.join(root, 'schema.sql'), 'utf8'))
  const insert = db.prepare(
    'INSERT INTO audit_events (id, at, type, reference, detail, number, seal) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  db.exec('BEGIN')
  for (const { id, at, type, reference, detail = null, number, seal } of sealed)
    insert.run(id, at, type, reference, detail, number, seal)
  const { number = 0, seal = '' } = sealed.at(-1) ?? {}
  const head = markHead(auditMac(secret), { number, seal, sealedAt: 9 })
  db.prepare('INSERT INTO audit_heads VALUES (1, ?, ?, ?, ?)').run(number, seal, head.sealedAt, head.mac)
  db.exec('COMMIT')
  db.close()
})

function run(script: string, ...options: string[]) {
  const env = {
    PATH: `${folder}:${path.dirname(process.execPath)}`,
    FAKE_ACCOUNT: account,
    NODE_NO_WARNINGS: '1',
    KEY_ENCRYPTION_SECRET: secret,
  }
  const args = [path.join(root, 'scripts', script), ...options]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  return { status, said: stdout + stderr }
}

const archive = (name: string, ...more: string[]) =>
  run('audit-archive.ts', '--remote', '--output', output(name), ...more)

function left(sql = 'SELECT count(*) AS n FROM audit_events'): unknown {
  const db = new DatabaseSync(`${account}.sqlite`)
  const row = db.prepare(sql).get()
  db.close()
  return row?.n
}

describe('npm run audit:archive', () => {
  it('writes a file that only the operator can read, which verifies, and deletes nothing', () => {
    const { status, said } = archive('all.csv')
    assert.equal(status, 0, said)
    assert.match(said, /1500 events are in .*all\.csv, up to number 1500/)
    assert.equal(statSync(output('all.csv')).mode & 0o777, 0o600)
    assert.equal(left(), 1500)
    const verified = run('audit-verify.ts', '--file', output('all.csv'))
    assert.match(verified.said, /as it was sealed: 1500 events/)
    assert.match(archive('all.csv').said, /exists already/)
  })

  it('deletes the archived events on request, and both parts verify', () => {
    const { status, said } = archive('first.csv', '--until', '2026-01-13', '--remove')
    assert.equal(status, 0, said)
    assert.equal(left(), 300)
    const database = run('audit-verify.ts', '--remote')
    assert.equal(database.status, 0, database.said)
    assert.equal(archive('rest.csv', '--remove').status, 0)
    assert.equal(left(), 0)
    assert.equal(run('audit-verify.ts', '--remote').status, 0)
    const both = run('audit-verify.ts', '--file', output('rest.csv'), '--file', output('first.csv'))
    assert.match(both.said, /as it was sealed: 1500 events/)
    const rest = run('audit-verify.ts', '--file', output('rest.csv'))
    assert.equal(rest.status, 0, rest.said)
  })

  it('stops at an event that differs from its seal, and changes nothing', () => {
    const db = new DatabaseSync(`${account}.sqlite`)
    db.exec(`UPDATE audit_events SET detail = 'x' WHERE number = 1200`)
    db.close()
    const { status, said } = archive('all.csv', '--remove')
    assert.equal(status, 1)
    assert.match(said, /event1199: changed after it was sealed/)
    assert.equal(left(), 1500)
    assert.equal(existsSync(output('all.csv')), false)
  })

  it('says what it needs and what it would do', () => {
    assert.match(run('audit-archive.ts').said, /Name the output file/)
    assert.match(archive('all.csv', '--until', 'x').said, /--until must be a day/)
    assert.match(archive('all.csv', '--dry-run', '--remove').said, /Delete them from the database/)
  })
})
