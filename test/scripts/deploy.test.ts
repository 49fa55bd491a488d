import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { root } from '../../scripts/project.ts'
import { type Account, AccountProject } from './account.ts'

const issuer = 'https://id.example.com'
const migrations = readdirSync(path.join(root, 'migrations')).sort()

let project: AccountProject
const at = (name: string) => project.at(name)
const account = () => project.account()
const change = (changes: Partial<Account>) => project.change(changes)
const kinds = () => project.kinds()
const rows = (sql: string) => project.rows(sql)

beforeEach(() => {
  project = new AccountProject()
})
afterEach(() => project.remove())

function deploy(args: readonly string[] = ['--issuer', issuer], variables: Record<string, string> = {}) {
  return project.run('deploy', args, variables)
}

describe('npm run deploy', () => {
  it('creates everything on the first deploy, in an order that works', () => {
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
    assert.deepEqual(rows('SELECT token_hash FROM setup_tokens'), [{ token_hash: hash }])
  })

  it('stores the secret where only its owner can read it, and prints it nowhere', () => {
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
    project.exec(
      `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES ('1', 'ada', 'ada', '', 'administrator', 0)`,
    )
    assert.doesNotMatch(deploy().stdout, /setup\?token=/)
  })

  it('applies new migrations before the code that needs them', () => {
    deploy()
    writeFileSync(at('migrations/9999_later.sql'), 'ALTER TABLE users ADD COLUMN later TEXT;')
    change({ calls: [] })
    assert.equal(deploy().status, 0)
    const found = kinds()
    assert.ok(found.indexOf('d1 migrations') < found.indexOf('deploy --keep-vars'))
    assert.ok(found.includes('d1 migrations'))
    assert.deepEqual(
      rows('SELECT name FROM d1_migrations'),
      [...migrations, '9999_later.sql'].map((name) => ({ name })),
    )
  })

  it('continues where a first deploy stopped before there were tables', () => {
    change({ failAt: 'd1 migrations' })
    assert.equal(deploy().status, 1)
    change({ failAt: null, calls: [] })
    assert.equal(deploy().status, 0)
    assert.ok(kinds().indexOf('d1 migrations') < kinds().indexOf('deploy --keep-vars'))
  })

  it('changes nothing when the database is of a newer version', () => {
    deploy()
    project.exec(`INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')`)
    change({ calls: [] })
    const { status, stderr } = deploy()
    assert.equal(status, 1)
    assert.match(stderr, /later version \(9999_later\.sql\)/)
    assert.ok(!kinds().includes('deploy --keep-vars') && !kinds().includes('d1 migrations'))
  })

  it('changes nothing when the database is from before the first release', () => {
    deploy()
    project.exec('DROP TABLE d1_migrations; ALTER TABLE setup_tokens ADD COLUMN more TEXT')
    change({ calls: [] })
    const { status, stderr } = deploy()
    assert.equal(status, 1)
    assert.match(stderr, /before the first release \([\w, ]*setup_tokens/)
    assert.ok(!kinds().includes('deploy --keep-vars') && !kinds().includes('d1 migrations'))
  })

  for (const step of ['whoami', 'd1 list', 'secret list', 'deploy', 'd1 migrations', 'd1 execute']) {
    it(`stops at the first failure, of ${step}, and continues when it is run again`, () => {
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

  it('explains how to log in, whatever is asked first', () => {
    change({ isLoggedOut: true })
    for (const { status, stdout, stderr } of [deploy(), project.run('backup', ['--remote'])]) {
      assert.equal(status, 1)
      assert.match(stderr, /^You are not logged in.*npx wrangler login/s)
      assert.doesNotMatch(stdout + stderr, /loggedIn|for the reason above/)
    }
    assert.equal(account().database, false)
  })

  it('generates no new secret where keys are encrypted under another one', () => {
    deploy()
    project.exec(`INSERT INTO signing_keys (alg, generation, kid, active_at, public_jwk, private_key, created_at)
       VALUES ('ES256', 1, 'kid', 0, '{}', 'sealed', 0)`)
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

  it('shows every step with --dry-run, and calls nothing', () => {
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

  it('in a build at Cloudflare leaves the issuer to the Worker, and says who has the secret', () => {
    const { status, stdout, stderr } = deploy([], { WORKERS_CI: '1' })
    assert.equal(status, 0, stderr)
    assert.ok(account().calls.some((line) => line.startsWith('deploy --keep-vars --secrets-file')))
    assert.match(stdout, /the variable ISSUER of the Worker: set it there/)
    assert.match(stdout, /only the Worker has it/)
    assert.match(stdout, /\/setup\?token=/)
    assert.ok(!(stdout + stderr).includes(account().secrets.KEY_ENCRYPTION_SECRET ?? '?'))
  })

  it('finds the database by its name in wrangler.toml', () => {
    deploy()
    const toml = readFileSync(at('wrangler.toml'), 'utf8')
    writeFileSync(
      at('wrangler.toml'),
      toml.replace('database_name = "latchkey"', 'database_name = "accounts"'),
    )
    change({ calls: [] })
    assert.equal(deploy().status, 0)
    // It exists, so it is checked before the deploy.
    assert.ok(kinds().indexOf('d1 execute') < kinds().indexOf('deploy --keep-vars'))
  })

  for (const [args, reason] of [
    [[], /ISSUER is missing/],
    [['--issuer', 'id.example.com'], /ISSUER must be an origin/],
    [['--issuer', 'http://id.example.com'], /ISSUER must use https/],
    [['--issuer', 'http://localhost:8000'], /ISSUER must be an origin that others can reach/],
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
