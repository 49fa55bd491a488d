import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { AccountProject } from './account.ts'

let project: AccountProject
const run = (script: string, ...args: string[]) => project.run(script, ['--remote', ...args])
const deploy = () => project.run('deploy', ['--issuer', 'https://id.example.com'])
const people = () => project.rows('SELECT id, username FROM users')
const backup = () => project.at('backup.sql')

beforeEach(() => {
  project = new AccountProject()
  assert.equal(deploy().status, 0)
  project.exec(
    `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES ('u', 'O''Neil', 'oneil', 'p', 'user', 1);
     INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at) VALUES ('s', 'u', 'sid', '[]', 1, 1, 9);
     INSERT INTO signing_keys (alg, generation, kid, active_at, public_jwk, private_key, created_at)
       VALUES ('ES256', 1, 'kid', 0, '{}', 'sealed', 0);
     DELETE FROM scopes WHERE name = 'write'`,
  )
  project.change({ calls: [] })
})
afterEach(() => project.remove())

/** Another account, or the same one after its database was deleted. */
function startAnew(): void {
  const text = readFileSync(backup(), 'utf8')
  project.remove()
  project = new AccountProject()
  writeFileSync(backup(), text)
}

describe('with --remote', () => {
  it('a backup goes into a new database', () => {
    const { status, stderr } = run('backup', '--output', backup())
    assert.equal(status, 0, stderr)
    assert.deepEqual(project.kinds(), ['d1 execute', 'd1 execute', 'd1 export'])
    assert.equal(statSync(backup()).mode & 0o777, 0o600)
    startAnew()
    deploy()
    assert.equal(run('restore', '--input', backup()).status, 0)
    assert.deepEqual(people(), [{ id: 'u', username: "O'Neil" }])
    assert.deepEqual(project.rows('SELECT kid FROM signing_keys'), [{ kid: 'kid' }])
    assert.deepEqual(project.rows('SELECT * FROM sessions'), [])
    assert.deepEqual(project.rows(`SELECT * FROM scopes WHERE name = 'write'`), [])
  })

  it('an application of the maximum size is restored, also from a backup with uncut statements', () => {
    const uris = JSON.stringify(
      Array.from({ length: 20 }, (_, i) => `https://app.example/${i}/${'x'.repeat(2000)}`),
    )
    project.exec(
      `INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins, scope,
         access_token_format, jwks, openid, created_at, updated_at)
       VALUES ('full', 'u', 'It''s; full', 'full', 'confidential', 'authorization-code', '${uris}', '${uris}', '[]', 'read', 'jwt',
         '{"keys":"${'k'.repeat(48_000)}"}', '{}', 1, 1)`,
    )
    const [before] = project.rows('SELECT * FROM clients')
    assert.equal(run('backup', '--output', backup()).status, 0)
    for (const line of readFileSync(backup(), 'utf8').split('\n'))
      assert.ok(Buffer.byteLength(line) <= 100_000)
    startAnew()
    deploy()
    assert.equal(run('restore', '--input', backup()).status, 0)
    assert.deepEqual(project.rows('SELECT * FROM clients'), [before])

    const columns = Object.keys(before ?? {}).map((name) => `"${name}"`)
    const values = Object.values(before ?? {}).map((value) =>
      value === null
        ? 'NULL'
        : typeof value === 'number'
          ? value
          : `'${String(value).replaceAll("'", "''")}'`,
    )
    const old = readFileSync(backup(), 'utf8')
      .replace(/INSERT INTO "clients".*\n/, () => `INSERT INTO "clients" (${columns}) VALUES(${values});\n`)
      .replaceAll(/UPDATE "clients".*\n/g, '')
    startAnew()
    deploy()
    writeFileSync(backup(), old)
    const { status, stderr } = run('restore', '--input', backup())
    assert.equal(status, 0, stderr)
    assert.deepEqual(project.rows('SELECT * FROM clients'), [before])
    assert.equal(existsSync(`${backup()}.pieces`), false)
  })

  it('one from before the first release is restored into the tables of today', () => {
    project.exec('DROP TABLE d1_migrations; DROP TABLE endings; ALTER TABLE sessions ADD COLUMN more TEXT')
    const { status, stderr } = run('backup', '--output', backup())
    assert.equal(status, 0, stderr)
    startAnew()
    deploy()
    assert.equal(run('restore', '--input', backup()).status, 0)
    assert.deepEqual(people(), [{ id: 'u', username: "O'Neil" }])
  })

  it('it is not restored into a database with rows or without tables', () => {
    run('backup', '--output', backup())
    const full = run('restore', '--input', backup())
    assert.equal(full.status, 1)
    assert.match(full.stderr, /not empty: 1 users and applications/)
    startAnew()
    project.change({ database: true })
    const bare = run('restore', '--input', backup())
    assert.equal(bare.status, 1)
    assert.match(bare.stderr, /Run npm run deploy first/)
    assert.ok(!project.account().calls.some((line) => line.includes('--file')))
  })

  it('an interrupted backup leaves no file, so that it can be repeated and nobody relies on it', () => {
    for (const failAt of ['d1 execute', 'd1 export']) {
      project.change({ failAt })
      assert.equal(run('backup', '--output', backup()).status, 1)
      assert.equal(existsSync(backup()), false)
    }
    project.change({ failAt: null })
    assert.equal(run('backup', '--output', backup()).status, 0)
    assert.match(run('backup', '--output', backup()).stderr, /exists already/)
    assert.equal(existsSync(backup()), true)
  })

  it('everything ends in one call', () => {
    const { status, stderr } = run('end-everything', '--yes')
    assert.equal(status, 0, stderr)
    assert.deepEqual(project.rows('SELECT sid FROM sessions UNION ALL SELECT kid FROM signing_keys'), [])
    assert.equal(project.rows('SELECT at FROM endings').length, 1)
    assert.equal(people().length, 1)
    assert.equal(project.account().calls.filter((line) => line.includes('DELETE FROM')).length, 1)
  })

  it('nothing ends without confirmation, or after a failure', () => {
    assert.match(run('end-everything').stderr, /confirm it/)
    assert.deepEqual(project.account().calls, [])
    project.change({ failAt: 'd1 execute' })
    const { status, stderr } = run('end-everything', '--yes')
    assert.equal(status, 1)
    assert.match(stderr, /Stopped: /)
    assert.equal(project.rows('SELECT * FROM sessions').length, 1)
  })

  it('the doctor checks the schema, with the rights to read it', () => {
    const look = () => run('doctor', '--issuer', 'http://localhost:1').stdout
    assert.match(look(), /✓ Schema/)
    project.exec('DELETE FROM d1_migrations WHERE id > 1')
    assert.match(look(), /✗ Schema +.*0001_first_release/)
    project.change({ failAt: 'd1 execute' })
    assert.match(look(), /not checked: npx wrangler login/)
  })

  it('--dry-run shows each step, and calls nothing', () => {
    writeFileSync(backup(), '-- Latchkey backup of 0001_first_release.sql\n')
    for (const [said, expected] of [
      [run('backup', '--dry-run'), /d1 export DB --remote .*--table users/s],
      [run('restore', '--dry-run', '--input', backup()), /d1 execute DB --remote --yes --file/],
      [run('end-everything', '--dry-run'), /DELETE FROM sessions/],
    ] as const) {
      assert.equal(said.status, 0, said.stderr)
      assert.match(said.stdout, expected)
    }
    assert.deepEqual(project.account().calls, [])
  })
})
