import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'

const project = path.join(import.meta.dirname, '..', '..')
const issuer = 'https://id.example.com'
const migrations = readdirSync(path.join(project, 'migrations')).sort()

interface Account {
  readonly calls: string[]
  failAt: string | null
  worker: boolean
  database: boolean
  readonly secrets: Record<string, string>
  readonly vars: string[]
}

let folder = ''
const at = (name: string) => path.join(folder, name)
const account = (): Account => JSON.parse(readFileSync(at('account.json'), 'utf8'))
const change = (changes: Partial<Account>) =>
  writeFileSync(at('account.json'), JSON.stringify({ ...account(), ...changes }))
const kinds = () => account().calls.map((line) => line.split(' ').slice(0, 2).join(' '))

beforeEach(() => {
  // A copy of the project: the script writes its secret into it.
  folder = mkdtempSync(path.join(tmpdir(), 'deploy-'))
  for (const name of ['scripts', 'src', 'migrations', 'wrangler.toml', 'package.json']) {
    cpSync(path.join(project, name), at(name), { recursive: true })
  }
  symlinkSync(path.join(project, 'node_modules'), at('node_modules'))
  mkdirSync(at('bin'))
  cpSync(path.join(import.meta.dirname, 'fake-wrangler.mjs'), at('bin/wrangler'))
  chmodSync(at('bin/wrangler'), 0o755)
  const empty: Account = { calls: [], failAt: null, worker: false, database: false, secrets: {}, vars: [] }
  writeFileSync(at('account.json'), JSON.stringify(empty))
})
afterEach(() => rmSync(folder, { recursive: true }))

function deploy(args: readonly string[] = ['--issuer', issuer], variables: Record<string, string> = {}) {
  const env = {
    PATH: `${at('bin')}:${path.dirname(process.execPath)}`,
    FAKE_ACCOUNT: at('account.json'),
    NODE_NO_WARNINGS: '1',
    ...variables,
  }
  return spawnSync(process.execPath, ['scripts/deploy.ts', ...args], { cwd: folder, env, encoding: 'utf8' })
}

function rows(sql: string): unknown[] {
  const db = new DatabaseSync(at('account.json.sqlite'))
  const found = db.prepare(sql).all()
  db.close()
  return found
}

describe('npm run deploy', () => {
  it('makes everything on the first deploy, in an order that works', () => {
    const { status, stdout, stderr } = deploy()
    assert.equal(status, 0, stderr)
    assert.deepEqual(kinds(), [
      'whoami --json',
      'd1 list',
      'secret list',
      'deploy --keep-vars',
      'd1 migrations',
      'd1 execute',
      'd1 execute',
    ])
    assert.deepEqual(account().vars, [`ISSUER:${issuer}`])
    assert.match(account().secrets.KEY_ENCRYPTION_SECRET ?? '', /^[\w-]{43}$/)
    const token = /https:\/\/id\.example\.com\/setup\?token=([\w-]{43})/.exec(stdout)?.[1] ?? ''
    const hash = createHash('sha256').update(token).digest('base64url')
    assert.deepEqual(
      rows('SELECT token_hash FROM setup_tokens').map((row) => ({ ...(row as object) })),
      [{ token_hash: hash }],
    )
  })

  it('keeps the secret where only its owner reads it, and shows it nowhere', () => {
    const { stdout, stderr } = deploy()
    const secret = account().secrets.KEY_ENCRYPTION_SECRET ?? ''
    assert.equal(readFileSync(at('.deploy.vars'), 'utf8'), `KEY_ENCRYPTION_SECRET=${secret}\n`)
    assert.equal(statSync(at('.deploy.vars')).mode & 0o777, 0o600)
    assert.ok(!(stdout + stderr + account().calls.join()).includes(secret))
  })

  it('can be repeated: no new secret, no table again, and another link until there is an administrator', () => {
    deploy()
    const before = account()
    change({ calls: [] })
    const { status, stdout } = deploy()
    assert.equal(status, 0)
    assert.deepEqual(account().secrets, before.secrets)
    assert.ok(
      !account().calls.some((line) => line.includes('migrations apply') || line.includes('--secrets-file')),
    )
    assert.match(stdout, /setup\?token=/)
    assert.equal(rows('SELECT * FROM setup_tokens').length, 1)
    new DatabaseSync(at('account.json.sqlite')).exec(
      `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES ('1', 'ada', 'ada', '', 'administrator', 0)`,
    )
    assert.doesNotMatch(deploy().stdout, /setup\?token=/)
  })

  it('applies migrations that are new before the code that needs them', () => {
    deploy()
    writeFileSync(at('migrations/9999_later.sql'), 'ALTER TABLE users ADD COLUMN later TEXT;')
    change({ calls: [] })
    assert.equal(deploy().status, 0)
    const found = kinds()
    assert.ok(found.indexOf('d1 migrations') < found.indexOf('deploy --keep-vars'))
    assert.ok(found.includes('d1 migrations'))
    assert.deepEqual(
      rows('SELECT name FROM d1_migrations').map((row) => ({ ...(row as object) })),
      [...migrations, '9999_later.sql'].map((name) => ({ name })),
    )
  })

  it('goes on where a first deploy stopped before there were tables', () => {
    change({ failAt: 'd1 migrations' })
    assert.equal(deploy().status, 1)
    change({ failAt: null, calls: [] })
    assert.equal(deploy().status, 0)
    assert.ok(kinds().indexOf('d1 migrations') < kinds().indexOf('deploy --keep-vars'))
  })

  it('changes nothing when the database is of a later version', () => {
    deploy()
    new DatabaseSync(at('account.json.sqlite')).exec(
      `INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')`,
    )
    change({ calls: [] })
    const { status, stderr } = deploy()
    assert.equal(status, 1)
    assert.match(stderr, /later version \(9999_later\.sql\)/)
    assert.ok(!kinds().includes('deploy --keep-vars') && !kinds().includes('d1 migrations'))
  })

  it('changes nothing when the database is from before the first release', () => {
    deploy()
    new DatabaseSync(at('account.json.sqlite')).exec(
      'DROP TABLE d1_migrations; ALTER TABLE setup_tokens ADD COLUMN more TEXT',
    )
    change({ calls: [] })
    const { status, stderr } = deploy()
    assert.equal(status, 1)
    assert.match(stderr, /before the first release \([\w, ]*setup_tokens/)
    assert.ok(!kinds().includes('deploy --keep-vars') && !kinds().includes('d1 migrations'))
  })

  for (const step of ['whoami', 'd1 list', 'secret list', 'deploy', 'd1 migrations', 'd1 execute']) {
    it(`stops at the first failure, of ${step}, and goes on when it is run again`, () => {
      change({ failAt: step })
      const { status, stderr } = deploy()
      assert.equal(status, 1)
      assert.match(stderr, /Stopped: /)
      assert.ok(account().calls.at(-1)?.startsWith(step))
      change({ failAt: null })
      const again = deploy()
      assert.equal(again.status, 0, again.stderr)
      assert.match(again.stdout, /setup\?token=/)
      assert.equal(
        readFileSync(at('.deploy.vars'), 'utf8'),
        `KEY_ENCRYPTION_SECRET=${account().secrets.KEY_ENCRYPTION_SECRET}\n`,
      )
    })
  }

  it('makes no new secret where keys are encrypted under another one', () => {
    deploy()
    new DatabaseSync(at('account.json.sqlite')).exec(
      `INSERT INTO signing_keys VALUES ('ES256', 1, 'kid', 0, '{}', 'sealed', 0)`,
    )
    rmSync(at('.deploy.vars'))
    change({ worker: false, secrets: {}, calls: [] })
    const { status, stderr } = deploy()
    assert.equal(status, 1)
    assert.match(stderr, /encrypted under a KEY_ENCRYPTION_SECRET/)
    assert.ok(!kinds().includes('deploy --keep-vars'))
    const given = 'g'.repeat(40)
    assert.equal(deploy(undefined, { KEY_ENCRYPTION_SECRET: given }).status, 0)
    assert.equal(account().secrets.KEY_ENCRYPTION_SECRET, given)
  })

  it('shows every step with --dry-run, and asks nobody', () => {
    const { status, stdout } = deploy(['--issuer', issuer, '--dry-run'])
    assert.equal(status, 0)
    assert.deepEqual(account().calls, ['deploy --dry-run --outdir dist'])
    for (const step of [
      'whoami',
      'd1 list',
      'secret list',
      '--keep-vars',
      'd1 migrations apply',
      'setup token',
    ]) {
      assert.ok(stdout.includes(step), step)
    }
  })

  for (const [args, reason] of [
    [[], /ISSUER is missing/],
    [['--issuer', 'id.example.com'], /ISSUER must be an origin/],
    [['--issuer', 'http://id.example.com'], /ISSUER must use https/],
    [['--issuer', 'http://localhost:8000'], /ISSUER must be where others reach it/],
    [['--production'], /Unknown option/],
  ] as const) {
    it(`refuses ${args.join(' ') || 'no issuer'}`, () => {
      const { status, stderr } = deploy(args)
      assert.equal(status, 1)
      assert.match(stderr, reason)
      assert.deepEqual(account().calls, [])
    })
  }
})
