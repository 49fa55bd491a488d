import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { insertion, splitBackup } from '../../scripts/backup/file.ts'
import { keptTables, leftOutTables } from '../../scripts/backup/tables.ts'
import { root } from '../../scripts/project.ts'
import { DevProject } from './dev-project.ts'
import { type Application, Caller, type Tokens, tokensOf, Visitor } from './visitor.ts'

describe('what is in a backup', () => {
  it('is decided for each table', () => {
    const schema = readFileSync(path.join(root, 'schema.sql'), 'utf8')
    const tables = [...schema.matchAll(/^CREATE TABLE IF NOT EXISTS (\w+)/gm)].map(([, name]) => name)
    assert.deepEqual([...keptTables, ...Object.keys(leftOutTables)].sort(), tables.sort())
  })

  it('is one statement for each row, whatever its content', () => {
    const rows = [
      { a: `it's; -- "so"\n;`, b: null, c: 1 },
      { a: '', b: '--', c: -1.5 },
    ]
    const text = rows.map((row) => insertion('t', row)).join('')
    assert.deepEqual(splitBackup(`-- head; of it\nPRAGMA x;\n${text}`), [
      'PRAGMA x',
      ...rows.map((row) => insertion('t', row).trim().replace(/;$/, '')),
    ])
  })
})

describe('a backup of a server that was used', () => {
  const project = new DevProject()
  const origin = () => project.origin
  const visitor = new Visitor(origin)
  const backup = project.at('backup.sql')
  let application: Application
  let caller: Caller
  let tokens: Tokens

  before(async () => {
    assert.equal(project.run('createsuperuser', ['--username', 'ada']).status, 0)
    await project.start()
    await visitor.signIn('ada')
    application = await visitor.register('https://app.example/callback')
    caller = new Caller(origin, application)
    tokens = await tokensOf(await caller.redeem(await visitor.authorize(application)))
    const { status, said } = project.run('backup', ['--output', backup])
    assert.equal(status, 0, said)
    assert.match(said, /In it, \d+ KiB:\n {2}\d+ (person|people), \d+ applications?,/)
    assert.match(said, /Not in it:.*sessions.*KEY_ENCRYPTION_SECRET/s)
  })
  after(() => project.remove())

  it('is readable by its owner only, and is not overwritten', () => {
    assert.equal(statSync(backup).mode & 0o777, 0o600)
    const { status, said } = project.run('backup', ['--output', backup])
    assert.equal(status, 1)
    assert.match(said, /exists already/)
  })

  it('is not restored into a database with rows', () => {
    const { status, said } = project.run('restore', ['--input', backup])
    assert.equal(status, 1)
    assert.match(said, /not empty: 3 users and applications.*Nothing was changed/)
  })

  it('nor is another file, nor one of a newer version', () => {
    const file = project.at('other.sql')
    writeFileSync(file, 'DELETE FROM users;')
    assert.match(project.run('restore', ['--input', file]).said, /is not a backup/)
    writeFileSync(file, '-- Latchkey backup of 9999_later.sql\nDELETE FROM users;')
    assert.match(project.run('restore', ['--input', file]).said, /later version \(9999_later\.sql\)/)
    assert.match(project.run('restore', ['--input', project.at('none.sql')]).said, /does not exist/)
  })

  it('names the row that the database refuses, and restores nothing', () => {
    const state = ['--persist-to', project.at('refused')]
    const file = project.at('refused.sql')
    const text = readFileSync(backup, 'utf8')
    writeFileSync(file, text.replace("'administrator'", "'king'"))
    const { status, said } = project.run('restore', ['--input', file, ...state])
    assert.equal(status, 1)
    assert.match(said, /nothing was restored: a row of users, id '[\w-]+': .*CHECK constraint failed/)
    assert.equal(project.run('restore', ['--input', backup, ...state]).status, 0)
  })

  it('brings people, applications, grants and keys into a new database', async () => {
    await project.kill()
    const state = ['--persist-to', project.at('new')]
    const { status, said } = project.run('restore', ['--input', backup, ...state])
    assert.equal(status, 0, said)
    assert.equal(project.run('backup', ['--output', project.at('again.sql'), ...state]).status, 0)
    assert.equal(readFileSync(project.at('again.sql'), 'utf8'), readFileSync(backup, 'utf8'))
    await project.start({ state })
    assert.equal(await visitor.isSignedIn(), false)
    assert.equal(await caller.isActive(tokens.access_token), true)
    tokens = await tokensOf(await caller.refresh(tokens))
    await visitor.signIn('ada')
    const { asked, ...code } = await visitor.authorize(application)
    assert.equal(asked, false)
    tokens = await tokensOf(await caller.redeem(code))
  })

  it('ends nothing without confirmation', () => {
    const { status, said } = project.run('end-everything')
    assert.equal(status, 1)
    assert.match(said, /confirm it/)
    assert.match(
      project.run('end-everything', ['--dry-run']).said,
      /INSERT INTO endings \(at\) VALUES \(unixepoch\(\)\)/,
    )
  })

  it('revokes everything that was issued, when the database went back in time', async () => {
    const state = ['--persist-to', project.at('new')]
    await project.kill()
    cpSync(project.at('new'), project.at('earlier'), { recursive: true })
    await project.start({ state })
    const revoked = tokens
    await caller.post('revoke_token', { token: revoked.refresh_token })
    const since = await tokensOf(await caller.redeem(await visitor.authorize(application)))
    const kids = await keyIds(origin())
    await project.kill()
    rmSync(project.at('new'), { recursive: true })
    cpSync(project.at('earlier'), project.at('new'), { recursive: true })
    await project.start({ state })
    // The purpose of the command.
    assert.equal(await caller.isActive(revoked.access_token), true)
    await project.kill()
    const { status, said } = project.run('end-everything', ['--yes', ...state])
    assert.equal(status, 0, said)
    await project.start({ state })
    for (const { access_token, refresh_token } of [revoked, since]) {
      assert.equal(await caller.isActive(access_token), false)
      assert.equal((await caller.refresh({ access_token, refresh_token })).status, 400)
    }
    assert.equal(await visitor.isSignedIn(), false)
    const newKids = await keyIds(origin())
    assert.equal(newKids.length, 2)
    assert.deepEqual(
      newKids.filter((kid) => kids.includes(kid)),
      [],
    )
    await visitor.signIn('ada')
    const { access_token } = await tokensOf(await caller.redeem(await visitor.authorize(application)))
    assert.equal(await caller.isActive(access_token), true)
  })
})

async function keyIds(origin: string): Promise<readonly string[]> {
  const answer = await fetch(`${origin}/.well-known/jwks.json`)
  const { keys }: { keys: readonly { kid: string }[] } = await answer.json()
  return keys.map(({ kid }) => kid)
}
