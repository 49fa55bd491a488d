import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { root } from '../../scripts/project.ts'
import { chain, emptyChain } from '../../src/rules/server/audit-chain.ts'
import { auditMac, markHead } from '../../src/secrets/audit-mac.ts'
import { csvLine } from '../../src/values/csv.ts'

const secret = 'only-for-tests-only-for-tests-only-for-tests'
const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-audit-'))
after(() => rmSync(folder, { recursive: true }))

const events = Array.from({ length: 5 }, (_, i) => ({
  id: `event${i}`,
  at: 1_800_000_000 + i,
  type: 'sign_in',
  reference: '-r',
  userId: 'u',
  clientId: undefined,
  detail: i === 3 ? undefined : '=1',
}))
const sealed = chain(auditMac(secret), emptyChain, events)
const header = ['time', 'event', 'reference', 'user_id', 'client_id', 'detail', 'id', 'number', 'seal']
const lines = sealed
  .toReversed()
  .map(({ id, at, type, reference, userId = '', clientId = '', detail = '', number, seal }) =>
    csvLine([
      new Date(at * 1000).toISOString(),
      type,
      reference,
      userId,
      clientId,
      detail,
      id,
      String(number),
      seal,
    ]),
  )

/** The output and the exit code for such a file. */
function verify(csv: readonly string[], options: readonly string[] = [], key = secret) {
  const file = path.join(folder, 'export.csv')
  writeFileSync(file, csvLine(header) + csv.join(''))
  const args = [path.join(root, 'scripts/audit-verify.ts'), '--file', file, ...options]
  const env = { ...process.env, KEY_ENCRYPTION_SECRET: key }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  return { status, said: stdout + stderr }
}

describe('npm run audit:verify -- --file', () => {
  it('accepts a whole export, and says where it ends', () => {
    const { status, said } = verify(lines)
    assert.equal(status, 0, said)
    assert.match(said, /as it was sealed: 5 events/)
    assert.ok(said.includes(`--noted 5.${sealed[4]?.seal}`))
    assert.equal(verify(lines, ['--noted', `3.${sealed[2]?.seal}`]).status, 0)
  })

  it('ends with 1, and names the event', () => {
    const changed = verify(lines.map((line) => line.replace(/"u",(.*"event2")/, '"eve",$1')))
    assert.equal(changed.status, 1)
    assert.match(changed.said, /✗ event2: changed/)
    const removed = verify(lines.filter((line) => !line.includes('"event1"')))
    assert.equal(removed.status, 1)
    assert.match(removed.said, /✗ event2: events were removed before it: 1 event after event0/)
    const cut = verify(lines.slice(1), ['--noted', `5.${sealed[4]?.seal}`])
    assert.equal(cut.status, 1)
    assert.match(cut.said, /Number 5, which was noted, is missing/)
  })

  it('says what it needs', () => {
    assert.match(verify(lines, ['--noted', 'x']).said, /--noted must be a number/)
    assert.match(verify([]).said, /is not an export/)
    const wrong = verify(lines, [], 'another'.repeat(6))
    assert.equal(wrong.status, 1)
    assert.doesNotMatch(wrong.said, /another/)
  })
})

/** The same for a deployed database: a substitute for wrangler has it in a file. */
function verifyRemote(tamper: string) {
  const account = path.join(folder, 'account.json')
  writeFileSync(account, JSON.stringify({ calls: [], failAt: null, database: true }))
  const wrangler = path.join(folder, 'wrangler')
  cpSync(path.join(import.meta.dirname, 'fake-wrangler.mjs'), wrangler)
  chmodSync(wrangler, 0o755)
  rmSync(`${account}.sqlite`, { force: true })
  const db = new DatabaseSync(`${account}.sqlite`)
  db.exec(readFileSync(path.join(root, 'schema.sql'), 'utf8'))
  for (const { id, at, type, reference, userId = null, detail = null, number, seal } of sealed) {
    db.prepare(
      `INSERT INTO audit_events (id, at, type, reference, user_id, detail, number, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(id, at, type, reference, userId, detail, number, seal)
  }
  const head = markHead(auditMac(secret), { number: 5, seal: sealed[4]?.seal ?? '', sealedAt: 9 })
  db.prepare('INSERT INTO audit_heads VALUES (1, ?, ?, ?, ?)').run(5, head.seal, head.sealedAt, head.mac)
  db.exec(tamper)
  db.close()
  const env = {
    PATH: `${folder}:${path.dirname(process.execPath)}`,
    FAKE_ACCOUNT: account,
    NODE_NO_WARNINGS: '1',
    KEY_ENCRYPTION_SECRET: secret,
  }
  const args = [path.join(root, 'scripts/audit-verify.ts'), '--remote']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  return { status, said: stdout + stderr }
}

describe('npm run audit:verify -- --remote', () => {
  it('reads the deployed database', () => {
    const { status, said } = verifyRemote('')
    assert.equal(status, 0, said)
    assert.match(said, /as it was sealed: 5 events/)
  })

  it('ends with 1, and names the event', () => {
    const { status, said } = verifyRemote(`UPDATE audit_events SET user_id = 'eve' WHERE id = 'event2'`)
    assert.equal(status, 1, said)
    assert.match(said, /✗ event2: changed/)
  })
})
