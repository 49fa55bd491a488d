import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readPasswordHash } from '../../scripts/import/password-hash.ts'
import { argon2id } from '../../src/secrets/argon2id.ts'
import { mostKinds, problemOfKind } from '../../src/secrets/imported-passwords.ts'
import { type Argon2id, hashPassword, verifyPassword } from '../../src/secrets/passwords.ts'
import { read, write } from '../../src/store/database.ts'
import { insertImportedUser, listImportedKinds } from '../../src/store/people/imported-people.ts'
import { everyBatchTwice } from '../faults.ts'
import { recording, scansOf } from '../plans.ts'
import { addUser, applySchema, password, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)
beforeEach(async () => {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  await env.DB.prepare(`UPDATE users SET password_hash = '' WHERE password_hash >= 'a'`).run()
})

/** Created by Python's hashlib, the reference implementations and bcrypt. */
const hashes: Readonly<Record<string, readonly [hash: string, password: string]>> = {
  'Django, PBKDF2': [
    'pbkdf2_sha256$26000$Zk3vYt9LqPwM$iiYpjy+pSTURwv469kmEt5S1Yo9W2NPnVkQ4gIZpyO0=',
    'correct horse battery',
  ],
  'Django, PBKDF2 with SHA-1': [
    'pbkdf2_sha1$20000$Zk3vYt9LqPwM$U7M2wGsLvaMHZFZ9QcetnFnucUM=',
    'correct horse battery',
  ],
  'Django, scrypt': [
    'scrypt$16384$gYt3kLmWq2Zr$8$5$Q4CCcBcqqTfubzQDQWZtJgFBZN6rrXmF09ZvvSLtuEI4TwJY4w0DzTJ4EQW6cVFbnql7txTYyNtKkG+9r/Qx2Q==',
    'correct horse battery',
  ],
  'Django, bcrypt over SHA-256': [
    'bcrypt_sha256$$2b$08$iWkk0PRDtso7vz.1/MvkcepEYp9XTyZfx2o0ekG2zOuSGsRzDMBum',
    'correct horse battery',
  ],
  'Keycloak, PBKDF2': [
    '$pbkdf2-sha256$i=27500$AAECAwQFBgcICQoLDA0ODw==$VVatals5hXp5h2oxfsxiF6kzhtIf76FMvLQt3LHjOPTh+NaxYdlTOPwDZ23eIyR9i752/A/GtET2PfLHzgkqPg==',
    'correct horse battery',
  ],
  'Keycloak, argon2': [
    '$argon2id$v=19$m=7168,t=5,p=1$AAECAwQFBgcICQoLDA0ODw==$tFWBGYVQWYldJs55Ny3C/FemDveHTqsi/Dpxz7sjU0Y=',
    'correct horse battery',
  ],
  'argon2, the reference': [
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    'password',
  ],
  'Auth0, bcrypt': ['$2b$10$Yk8A.Q3Kx3eV5SSNcDcY1.uMyF14gv3CRCpdy3viBmLINANlrAqeO', 'correct horse battery'],
  'bcrypt, the reference': ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  'a password that is too short here': [
    'pbkdf2_sha256$1000$Zk3vYt9LqPwM$FsAa/GbIdQQEQSmVv7sdXPBV9VjyKMGltorDvQVsR3Y=',
    'abc',
  ],
}

function storedOf(hash: string): string {
  const read = readPasswordHash(hash)
  if ('problem' in read) throw new Error(read.problem)
  return read.stored
}

const hashOf = (username: string) =>
  env.DB.prepare('SELECT password_hash FROM users WHERE username = ?')
    .bind(username)
    .first<string>('password_hash')

describe('a password of another server', () => {
  it.each(Object.entries(hashes))('%s: is checked at sign-in, and replaced', async (name, [hash, typed]) => {
    const username = `user${Object.keys(hashes).indexOf(name)}`
    const { id } = await addUser(username)
    await env.DB.prepare('UPDATE users SET password_hash = ? WHERE id = ?').bind(storedOf(hash), id).run()
    const server = startServer({ bindings: { DB: everyBatchTwice(env.DB) } })
    const signIn = async (password: string) =>
      (await server.browser().get('/login')).submit({ username, password })

    expect((await signIn(`${typed}!`)).status).toBe(400)
    expect(await hashOf(username)).toBe(storedOf(hash))
    expect((await signIn(typed)).status).toBe(303)
    expect(await hashOf(username)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect((await signIn(typed)).status).toBe(303)
    expect((await signIn(`${typed}!`)).status).toBe(400)
  })

  it('counts as a fresh proof, too, and is replaced by a new password', async () => {
    const user = await addUser('grace')
    const server = startServer()
    const browser = await server.signedIn(user)
    const [hash, old] = hashes['Auth0, bcrypt'] ?? ['', '']
    await env.DB.prepare('UPDATE users SET password_hash = ? WHERE id = ?')
      .bind(storedOf(hash), user.id)
      .run()
    const change = async (current_password: string) =>
      (await browser.get('/account/password')).submit({
        current_password,
        new_password: 'seven blue lamps',
        new_password_again: 'seven blue lamps',
      })
    expect((await change(password.toUpperCase())).status).toBe(400)
    expect((await change(old)).status).toBe(303)
    expect(await hashOf('grace')).toMatch(/^\$argon2id/)
  })

  it('costs everybody the same: the work of each stored kind, and of our own', async () => {
    const argon2 = await argon2id()
    const work: string[] = []
    const watched: Argon2id = (parameters) => {
      work.push(`${parameters.memorySize} ${parameters.passes}`)
      return argon2(parameters)
    }
    const small =
      '$argon2id$v=19$m=1024,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$tFWBGYVQWYldJs55Ny3C/FemDveHTqsi/Dpxz7sjU0Y'
    const smaller = small.replace('m=1024', 'm=512')
    const kinds = [small, smaller].map((hash) => storedOf(hash).split('$')[0] ?? '')
    const everybody = [storedOf(small), storedOf(smaller), hashPassword(argon2, password), '', undefined]
    const works = everybody.map((stored) => {
      work.length = 0
      expect(verifyPassword(watched, 'wrong horse battery', stored, kinds)).toBe('wrong')
      return work.toSorted()
    })
    expect(works).toEqual(everybody.map(() => ['1024 1', '19456 2', '512 1']))
  })

  it('has few kinds, and reads a row for each', async () => {
    const kinds = ['bcrypt,c=4', 'bcrypt,c=5', 'pbkdf2-sha256,i=9,l=32', 'pbkdf2-sha512,i=9,l=64']
    for (const [i, kind] of [...kinds, ...kinds].entries()) {
      const { id } = await addUser(`kind${i}`)
      await env.DB.prepare('UPDATE users SET password_hash = ? WHERE id = ?').bind(`${kind}$x$y`, id).run()
    }
    const statements = new Set<string>()
    const db = recording(statements)
    expect((await read(db, { kinds: listImportedKinds(db) })).kinds).toEqual(kinds.slice(0, mostKinds))
    expect(await scansOf(statements)).toEqual([])
  })
})

describe('somebody with the id of another server', () => {
  it('signs in, and is administered, like anybody else', async () => {
    const id = 'auth0|5f7c8ec7c33c6c004bbafe82'
    const [hash, typed] = hashes['Auth0, bcrypt'] ?? ['', '']
    const user = {
      id,
      username: 'jane@example.com',
      email: 'jane@example.com',
      passwordHash: storedOf(hash),
      role: 'user',
      createdAt: startedAt,
      isEmailProven: true,
      suspendedAt: undefined,
      profile: { name: 'Jane Austen' },
      groups: ['writers'],
    } as const
    await write(env.DB, insertImportedUser(env.DB, user, startedAt), {})
    const server = startServer()
    const browser = server.browser()
    const home = await (await browser.get('/login')).submit({ username: user.username, password: typed })
    expect(home.status).toBe(303)
    expect((await browser.get('/account/profile')).html).toContain('Jane Austen')

    const root = await server.signedIn(await addUser('root', 'administrator'))
    const list = await root.get('/admin/users?q=austen')
    const path = /href="(\/admin\/users\/auth0[^"]*)"/.exec(list.html)?.[1] ?? ''
    expect(path).toBe(`/admin/users/${encodeURIComponent(id)}`)
    expect((await root.get(path)).text).toContain('writers')
    const suspended = await (await root.get(`${path}/suspension`)).submit({})
    expect(suspended.status).toBe(303)
    expect((await browser.get('/account')).status).toBe(303)
  })
})

describe('a hash of an unsupported kind', () => {
  it.each([
    ['pbkdf2_sha256$870000$Zk3vYt9LqPwM$G7DFtQL7BXa6fRoMVYuE6N4hg0XYvUeEBxV7U6047jo=', '870,000 iterations'],
    ['$2b$13$Yk8A.Q3Kx3eV5SSNcDcY1.uMyF14gv3CRCpdy3viBmLINANlrAqeO', 'cost 13'],
    [
      'argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
      '100 MiB',
    ],
    [
      '$argon2id$v=19$m=65536,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
      'times passes',
    ],
    ['$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc', 'argon2i'],
    ['$scrypt$ln=20,r=8,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc', 'N·r·p'],
    ['$pbkdf2-sha256$i=1000$c29tZXNhbHQ$AAAA', 'invalid parameters'],
    ['md5$salt$0123456789abcdef', 'md5'],
    ['!unusable', 'no password'],
    ['plain text', 'unknown kind'],
  ])('%s', (hash, why) => {
    const read = readPasswordHash(hash)
    expect('problem' in read && read.problem).toContain(why)
  })

  it('never matches, even if it is stored', async () => {
    const argon2 = await argon2id()
    for (const kind of [
      'bcrypt,c=31',
      'scrypt,n=1073741824,r=8,p=1,l=64',
      'pbkdf2-sha256,i=999999999,l=32',
      'nothing,x=1',
    ]) {
      expect(problemOfKind(kind)).toBeDefined()
      expect(verifyPassword(argon2, password, `${kind}$AAAA$AAAA`, [kind])).toBe('wrong')
    }
    // Neither an empty password nor an empty salt is an outage.
    for (const [, [hash]] of Object.entries(hashes)) {
      expect(verifyPassword(argon2, '', storedOf(hash))).toBe('wrong')
    }
    expect(verifyPassword(argon2, password, 'argon2id,m=1024,t=1,p=1,l=32$$AAAA')).toBe('wrong')
  })
})
