import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { foldText, mostTerms, searchFields, termsOf } from '../../src/rules/people/search.ts'
import { hashSecret, readSecret } from '../../src/secrets/secret.ts'
import { write } from '../../src/store/database.ts'
import { confirmEmail, replaceEmail } from '../../src/store/people/email-changes.ts'
import { insertImportedUser } from '../../src/store/people/imported-people.ts'
import { confirmProvidedEmail } from '../../src/store/people/provided-claims.ts'
import { addTerms, fillTerms } from '../../src/store/people/user-terms.ts'
import type { User } from '../../src/store/people/users.ts'
import { always } from '../../src/store/sql.ts'
import type { Browser, Page } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice } from '../faults.ts'
import { linkTo } from '../mails.ts'
import { recording, scansOf } from '../plans.ts'
import { addUser, applySchema, password, type Server, startedAt, startServer } from '../server.ts'

const { DB } = env
const config = { signUp: 'open', mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
let server: Server
let rootUser: User
let root: Browser
let people = 0

beforeAll(async () => {
  await applySchema()
  rootUser = await addUser('root', 'administrator')
})

beforeEach(async () => {
  await DB.prepare('DELETE FROM sign_in_attempts').run()
  server = startServer({ config })
  root = await server.signedIn(rootUser)
})

const search = (text: string) => root.get(`/admin/users?name=${encodeURIComponent(text)}`)
const namesOn = (page: Page) =>
  [...page.html.matchAll(/class="cover"[^>]*><bdi[^>]*>([^<]*)<\/bdi>/g)].map(([, name = '']) => name)
const found = async (text: string) => namesOn(await search(text))

const say = (browser: Browser, profile: Record<string, string>) =>
  browser.get('/account/profile').then((page) => page.submit({ name: '', ...profile }))

async function addPerson(username: string, profile: Record<string, string> = {}): Promise<User> {
  const user = await addUser(username)
  await say(await server.signedIn(user), profile)
  return user
}

describe('the search of people', () => {
  it('finds any part of a name, username or address, without accents and case', async () => {
    await addPerson('jgarcia', { name: 'José García-Núñez' })
    await addPerson('sven', { given_name: 'Søren', family_name: 'Müller', nickname: 'Søb' })
    await addPerson('obrien', { name: 'Liam O’Brien' })
    await addPerson('tanaka', { name: '田中 太郎' })
    await addPerson('iclal', { name: 'İclal Işık' })
    for (const [typed, username] of [
      ['jose', 'jgarcia'],
      ['JOSÉ', 'jgarcia'],
      ['jose\u0301 garci', 'jgarcia'],
      ['nunez', 'jgarcia'],
      ['arcia nun', 'jgarcia'],
      ['garcia@exam', 'jgarcia'],
      ['jgarcia@example.com', 'jgarcia'],
      ['JGarcia@EXAMPLE.com', 'jgarcia'],
      ['muller', 'sven'],
      ['Müller', 'sven'],
      ['soren mull', 'sven'],
      ['søb', 'sven'],
      ['obrien', 'obrien'],
      ["O'Brien", 'obrien'],
      ['brien', 'obrien'],
      ['田中', 'tanaka'],
      ['太郎', 'tanaka'],
      ['iclal isik', 'iclal'],
    ] as const) {
      expect([typed, await found(typed)]).toEqual([typed, [username]])
    }
  })

  it('can be filtered, with a search or without', async () => {
    const marta = await addPerson('marta')
    await addPerson('martin')
    await DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(marta.id).run()
    const shown = async (query: Record<string, string>) =>
      namesOn(await root.get(`/admin/users?${new URLSearchParams(query)}`))
    expect(await shown({ show: 'suspended' })).toEqual(['marta'])
    expect(await shown({ show: 'suspended', name: 'art' })).toEqual(['marta'])
    expect(await shown({ show: 'staff' })).toEqual(['root'])
    expect(await shown({ show: 'staff', name: 'art' })).toEqual([])
    expect(await shown({ show: 'one-factor', name: 'art' })).toEqual(['marta', 'martin'])
    await DB.prepare('UPDATE users SET email_verified_at = 1 WHERE username_key = ?').bind('martin').run()
    expect(await shown({ show: 'unverified', name: 'art' })).toEqual(['marta'])
    expect(await shown({ show: "' OR 1=1 --", name: 'art' })).toEqual(['marta', 'martin'])
    // Of a single row the number says nothing.
    expect((await root.get('/admin/users?show=suspended')).text).not.toContain('1–1 of 1')
  })

  it('treats one and two letters as the beginning of a word', async () => {
    await addPerson('quincy', { name: 'Zed Qvist' })
    for (const typed of ['q', 'Q', 'qu', 'ze', 'qv']) expect(await found(typed)).toEqual(['quincy'])
    for (const typed of ['ui', 'vi', 'ed']) expect(await found(typed)).not.toContain('quincy')
  })

  it('finds nobody for punctuation or for unknown names', async () => {
    for (const typed of ['%', '_', '!!!', 'nobody-at-all', "' OR 1=1 --", '\u{10ffff}', '*']) {
      const page = await search(typed)
      expect([typed, page.status, namesOn(page)]).toEqual([typed, 200, []])
      expect(page.text).toContain('No user matches')
    }
  })

  it('for an address finds its owner, and not the owner of a longer one', async () => {
    await addPerson('anna')
    await addPerson('joanna')
    expect(await found('anna@example.com')).toEqual(['anna'])
    expect(await found('anna@example')).toEqual(['anna', 'joanna'])
  })

  it('shows the name, and is for those who may see people', async () => {
    await addPerson('visible', { name: '<b>Vera</b>' })
    const page = await search('vera')
    expect(page.html).toContain('>&lt;b&gt;Vera&lt;/b&gt;</bdi>')
    expect((await (await server.signedIn(await addUser('plain'))).get('/admin/users?name=vera')).status).toBe(
      404,
    )
  })

  it('counts exactly to a thousand, and lists no more', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `crowd${i}`)
    const insert = DB.prepare(
      `INSERT INTO users (id, username, username_key, password_hash, role, created_at)
       SELECT value, value, value, 'x', 'user', 1 FROM json_each(?)`,
    )
    await insert.bind(JSON.stringify(names)).run()
    await DB.prepare('DELETE FROM term_fills').run()
    while (await fillTerms(DB)) {
      // In steps.
    }
    const exact = await search('crowd')
    expect(exact.text).toContain('1–25 of 1,000 ')
    expect(exact.text).not.toContain('Enter more of the name')
    await addUser('crowd1000')
    const more = await search('crowd')
    expect(more.text).toMatch(/Not all of them are listed.*1–25 of 1,000\+ /)
    expect(await found('crowd99')).toHaveLength(11)
    const seen = []
    for (let path: string | undefined = '/admin/users?name=crowd'; path !== undefined; ) {
      const page: Page = await root.get(path)
      seen.push(...namesOn(page))
      path = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBe(1001)
    await DB.prepare(`DELETE FROM users WHERE username LIKE 'crowd%'`).run()
  })

  it('scans no table, with many people and with one', async () => {
    const statements = new Set<string>()
    const { fetch } = startServer({ config, bindings: { DB: recording(statements) } })
    for (const name of ['', 'a', 'abc', 'abc@example.com', '%']) {
      const headers = { Cookie: [...root.cookies].map(([key, value]) => `${key}=${value}`).join('; ') }
      expect((await fetch(`/admin/users?name=${encodeURIComponent(name)}`, { headers })).status).toBe(200)
    }
    expect([...statements].filter((text) => text.includes('user_terms')).length).toBeGreaterThan(0)
    expect(await scansOf(statements)).toEqual([])
    const steps = new Set<string>()
    await fillTerms(recording(steps))
    expect(await scansOf(steps)).toEqual([])
  })
})

/** The stored terms, and the terms of the current data. */
async function termsAndDue(userId: string): Promise<readonly [string, string]> {
  const of = async (id: string) =>
    JSON.stringify(
      (await DB.prepare('SELECT field, term FROM user_terms WHERE user_id = ? ORDER BY 1, 2').bind(id).all())
        .results,
    )
  const stored = await of(userId)
  const row = await DB.prepare('SELECT id, username, email, profile FROM users WHERE id = ?')
    .bind(userId)
    .first<{ id: string; username: string; email: string | null; profile: string }>()
  if (row === null) throw new Error('Nobody is there')
  await DB.prepare('DELETE FROM user_terms WHERE user_id = ?').bind(userId).run()
  await write(DB, [addTerms(DB, [{ ...row, email: row.email ?? undefined }])], {})
  return [stored, await of(userId)]
}

const idOf = async (username: string) =>
  (await DB.prepare('SELECT id FROM users WHERE username = ?').bind(username).first<string>('id')) ?? ''

/**
 * Each function of the store that writes a name, an address or a profile, also through another one, with a way to call it;
 * returns the person.
 */
const writers: Readonly<Record<string, (server: Server) => Promise<string>>> = {
  insertUser: async (server) => {
    const username = `signed${people++}`
    const form = await server.browser().get('/signup')
    await form.submit({ username, email: `${username}@example.org`, password })
    return idOf(username)
  },
  insertUserFor: async (server) => {
    const username = `made${people++}`
    const administrator = await server.signedIn(rootUser)
    await (await administrator.get('/admin/users/new')).submit({ username, email: '', password })
    return idOf(username)
  },
  insertFirstAdministrator: async (server) => {
    await DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(rootUser.id).run()
    const token = 'A'.repeat(43)
    const secret = readSecret('setup', token)
    await DB.prepare('INSERT INTO setup_tokens (token_hash, created_at) VALUES (?, 1) ON CONFLICT DO NOTHING')
      .bind(secret ? hashSecret(secret).sha256 : '')
      .run()
    const username = `first${people++}`
    const page = await server.browser().get(`/setup?token=${token}`)
    await page.submit({ username, email: `${username}@example.org`, password })
    await DB.prepare(`UPDATE users SET role = 'administrator' WHERE id = ?`).bind(rootUser.id).run()
    await DB.prepare(`UPDATE users SET role = 'user' WHERE username = ?`).bind(username).run()
    return idOf(username)
  },
  insertImportedUser: async (server) => {
    const username = `brought${people++}`
    const imported = {
      id: `old-${username}`,
      username,
      email: `${username}@example.org`,
      isEmailProven: true,
      passwordHash: '',
      role: 'user' as const,
      createdAt: 1,
      suspendedAt: undefined,
      profile: { name: 'Brought Along' },
      groups: [],
    }
    await write(server.env.DB, insertImportedUser(server.env.DB, imported, server.now), {})
    return imported.id
  },
  updateProfile: async (server) => {
    const user = await addPerson(`said${people++}`, { name: 'Before Hand' })
    await say(await server.signedIn(user), { name: 'After Wards', nickname: 'Änne' })
    return user.id
  },
  updatePersonClaims: async (server) => {
    const user = await addPerson(`told${people++}`, { name: 'Before Hand' })
    const administrator = await server.signedIn(rootUser)
    const page = await administrator.get(`/admin/users/${user.id}/claims`)
    await page.submit({ email: `told${people}@example.org`, name: 'Told Anew' })
    return user.id
  },
  confirmProvidedEmail: async ({ env, now }) => {
    const user = await addUser(`provided${people++}`)
    const email = `${user.username}@example.net`
    const provided = { userId: user.id, email, connectionId: '' }
    await write(env.DB, confirmProvidedEmail(env.DB, provided, now, always), {})
    return user.id
  },
  confirmEmail: async (server) => {
    const user = await addUser(`moved${people++}`)
    const browser = await server.signedIn(user)
    const email = `${user.username}@example.net`
    await (await browser.get('/account/email')).submit({ email })
    const link = await linkTo(email)
    await (await browser.get(link)).submit({ token: link.slice(-43) })
    return user.id
  },
  replaceEmail: async (server) => {
    const user = await addUser(`typed${people++}`)
    const mail = { ...config.mail, mailer: 'off' } as const
    const off = startServer({ config: { ...config, mail }, bindings: { DB: server.env.DB } })
    const email = `${user.username}@example.net`
    await (await (await off.signedIn(user)).get('/account/email')).submit({ email })
    return user.id
  },
}

const storeFiles: Readonly<Record<string, string>> = import.meta.glob('../../src/store/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

describe('the search terms of people', () => {
  it('are written by every function that writes a name, an address or a profile', () => {
    const names = Object.values(storeFiles).flatMap((text) =>
      text.split(/^(?=(?:export )?(?:async )?function )/m).flatMap((part) => {
        const changes = [...part.matchAll(/UPDATE (?:OR IGNORE )?users\b[\s\S]*?\bWHERE\b/g)].map(
          ([sql]) => sql,
        )
        const isWriter =
          /INSERT INTO users\b|return insertUser\(/.test(part) ||
          changes.some((sql) => /\b(username|email|profile) = /.test(sql))
        return isWriter ? [/function (\w+)/.exec(part)?.[1] ?? part.slice(0, 60)] : []
      }),
    )
    expect(names.length).toBeGreaterThan(4)
    expect(names.filter((name) => !(name in writers))).toEqual([])
  })

  it.each(Object.keys(writers))('change at once: %s', async (writer) => {
    const id = await writers[writer]?.(server)
    const [stored, due] = await termsAndDue(id ?? '')
    expect(stored).toBe(due)
    expect(due.length).toBeGreaterThan(100)
  })

  it.each(Object.keys(writers))('change also when every batch is executed twice: %s', async (writer) => {
    const twice = startServer({ config, bindings: { DB: everyBatchTwice() } })
    const [stored, due] = await termsAndDue((await writers[writer]?.(twice)) ?? '')
    expect(stored).toBe(due)
  })

  it('stay when the change did not take effect', async () => {
    const user = await addPerson(`stays${people++}`, { name: 'Stays Put' })
    const path = `/admin/users/${user.id}/claims`
    const demote = () => DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(rootUser.id).run()
    const late = startServer({ config, bindings: { DB: betweenReadAndWrite(demote, DB, 3) } })
    const page = await root.get(path)
    const headers = { Cookie: [...root.cookies].map(([key, value]) => `${key}=${value}`).join('; ') }
    const body = new URLSearchParams({
      ...page.forms.at(-1)?.fields,
      name: 'Gone Away',
      email: 'gone@example.org',
    })
    const origin = { Origin: 'http://localhost:8000', 'Sec-Fetch-Site': 'same-origin' }
    const answer = await late.fetch(path, { method: 'POST', body, headers: { ...headers, ...origin } })
    await DB.prepare(`UPDATE users SET role = 'administrator' WHERE id = ?`).bind(rootUser.id).run()
    expect(answer.status).toBe(404)
    expect(await found('gone away')).toEqual([])
    expect(await found('stays put')).toEqual([user.username])
  })

  it('stay when another person has confirmed the address', async () => {
    const owner = await addUser(`owner${people++}`)
    const user = await addUser(`claims${people++}`)
    const browser = await server.signedIn(user)
    const email = `contested${people++}@example.net`
    await (await browser.get('/account/email')).submit({ email })
    const secret = readSecret('mail', (await linkTo(email)).slice(-43))
    await DB.prepare('UPDATE users SET email = ?, email_verified_at = 1 WHERE id = ?')
      .bind(email, owner.id)
      .run()
    if (secret === undefined) throw new Error('No link')
    const use = { hash: hashSecret(secret), purpose: 'email_change', attemptId: 'contested' } as const
    await write(DB, confirmEmail(DB, { ...use, userId: user.id, email }, 'reference', server.now), {})
    const [stored, due] = await termsAndDue(user.id)
    expect(stored).toBe(due)
  })

  it('are deleted with the person', async () => {
    const user = await addPerson(`goes${people++}`, { name: 'Goes Away' })
    await (await root.get(`/admin/users/${user.id}/delete`)).submit({ username: user.username })
    const left = DB.prepare('SELECT count(*) AS n FROM user_terms WHERE user_id = ?').bind(user.id)
    expect(await left.first('n')).toBe(0)
  })

  it('are limited, however long a name or an address is', async () => {
    const long = Array.from({ length: 64 }, (_, i) => String.fromCodePoint(0x4e00 + i * 7)).join(' ')
    for (const field of searchFields) {
      const terms = termsOf(field, [
        long,
        long.replaceAll(' ', ''),
        long.slice(3),
        `x${long}`,
        'ﷺ'.repeat(64),
      ])
      expect(terms.length).toBeLessThanOrEqual(mostTerms[field])
      expect(Math.max(...terms.map((term) => [...term].length))).toBeLessThanOrEqual(16)
    }
    expect(foldText('  Ǆ—Straße\u200b ﬁ  ')).toBe('dz strasse fi')
  })

  it('are created by the schedule for older accounts, in steps that can be interrupted', async () => {
    const names = Array.from({ length: 120 }, (_, i) => `elder${i}`)
    await DB.prepare(
      `INSERT INTO users (id, username, username_key, email, password_hash, role, created_at, profile)
       SELECT 'id-' || value, value, value, value || '@example.edu', 'x', 'user', 1, '{"name":"Élder ' || value || '"}' FROM json_each(?)`,
    )
      .bind(JSON.stringify(names))
      .run()
    expect(await found('elder')).toEqual([])
    const open = DB.prepare(
      'SELECT count(*) AS n FROM users u WHERE NOT EXISTS (SELECT 1 FROM user_terms t WHERE t.user_id = u.id)',
    )
    await DB.prepare('DELETE FROM term_fills').run()
    expect(await fillTerms(DB)).toBe(true)
    const left = (await open.first<number>('n')) ?? 0
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(120)
    // A person changes while the next step is between its read and its write.
    const move = () => write(DB, replaceEmail(DB, 'id-elder119', 'moved@example.edu', startedAt), {})
    while (await fillTerms(betweenReadAndWrite(move, DB))) {
      // In steps.
    }
    await maintain(DB, parseConfig({ ...env, WORKERS_PLAN: 'paid' }), () => startedAt)
    expect(await open.first('n')).toBe(0)
    expect((await search('elder elder11')).text).toContain('of 11 ')
    const [stored, due] = await termsAndDue('id-elder119')
    expect(stored).toBe(due)
  })
})
