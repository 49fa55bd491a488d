import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { everyBatchTwice } from '../faults.ts'
import { codeRequest, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, startServer } from '../server.ts'

beforeAll(async () => {
  await applySchema()
  // Creates the signing keys, before any test moves its clock.
  await startServer().fetch('/.well-known/jwks.json')
})

let server = startServer()
let user: User
let mine: Browser
let people = 0

beforeEach(async () => {
  server = startServer()
  user = await addUser(`person${people++}`)
  mine = await server.signedIn(user)
})

async function save(typed: Record<string, string>): Promise<Page> {
  return (await mine.get('/account/profile')).submit(typed)
}

/** The values in the fields. */
async function filled(): Promise<Record<string, string>> {
  return (await mine.get('/account/profile')).forms[0]?.fields ?? {}
}

/** The claims that an application gets. */
async function claims(): Promise<Record<string, unknown>> {
  const registered = await addClient(await addUser(`developer${people++}`))
  const scope = 'openid profile email address phone'
  const code = await obtainCode(mine, registered, { scope })
  const { access_token } = await tokensOf(await postToken(server, codeRequest(registered, code)))
  const response = await server.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${access_token}` } })
  return response.json()
}

const row = (column: string) =>
  env.DB.prepare(`SELECT ${column} FROM users WHERE id = ?`).bind(user.id).first(column)

const verify = () => env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(user.id).run()

const everything = {
  name: 'Augusta Ada King',
  given_name: 'Ada',
  middle_name: 'Augusta',
  family_name: 'Lovelace',
  nickname: 'Ada',
  gender: 'woman',
  birthdate: '1815-12-10',
  website: 'https://ada.example/',
  profile: 'https://ada.example/me',
  picture: 'https://ada.example/me.png',
  locale: 'en-GB',
  zoneinfo: 'Europe/London',
  phone_number: '+44 20 7946 0018',
}

const address = {
  street_address: '12 St James’s Square\nFirst floor',
  postal_code: 'SW1Y 4JH',
  locality: 'London',
  region: 'England',
  country: 'United Kingdom',
}

describe('the profile', () => {
  it('is sent to applications, when it is allowed', async () => {
    server.now += 100
    const answer = await save({ ...everything, ...address })
    expect([answer.status, answer.location]).toEqual([303, '/account/profile?saved='])
    expect((await mine.get(answer.location)).text).toContain('Saved: Profile')
    expect(await claims()).toMatchObject({
      ...everything,
      address: {
        ...address,
        formatted: '12 St James’s Square\nFirst floor\nSW1Y 4JH London\nEngland\nUnited Kingdom',
      },
      email: user.email,
      updated_at: server.now,
    })
  })

  it('is shown again as it was saved', async () => {
    await save({ ...everything, ...address })
    expect(await filled()).toMatchObject({ ...everything, ...address })
  })

  it('leaves out what is empty', async () => {
    await save({ ...everything, ...address })
    await save(Object.fromEntries(Object.keys({ ...everything, ...address }).map((key) => [key, ''])))
    const told = await claims()
    expect(Object.keys(told).sort()).toEqual([
      'email',
      'email_verified',
      'name',
      'preferred_username',
      'sub',
      'updated_at',
    ])
  })

  it('says in plain words who sees what', async () => {
    const { text } = await mine.get('/account/profile')
    for (const part of [
      'see your profile',
      'see your email address',
      'see your phone number',
      'postal address',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('belongs to the person', async () => {
    const other = await addUser(`other${people++}`)
    await save({ nickname: 'Countess', user_id: other.id, sub: other.id, username: other.username })
    const theirs = await env.DB.prepare('SELECT profile FROM users WHERE id = ?')
      .bind(other.id)
      .first('profile')
    expect(theirs).toBe('{}')
    expect(await row('profile')).toBe('{"nickname":"Countess"}')
  })

  it('accepts nothing but its fields', async () => {
    await save({
      nickname: 'Ada',
      groups: '["administrators"]',
      role: 'administrator',
      email_verified: 'true',
    })
    expect(await row('profile')).toBe('{"nickname":"Ada"}')
    expect([await row('role'), await row('groups'), await row('email_verified_at')]).toEqual([
      'user',
      '[]',
      null,
    ])
  })

  it.each([
    ['name', 'x'.repeat(201), 'at most 200'],
    ['website', 'javascript:alert(1)', 'https://'],
    ['picture', 'ada.png', 'https://'],
    ['profile', `https://ada.example/${'x'.repeat(500)}`, 'at most 500'],
    ['birthdate', '10.12.1815', '1815-12-10'],
    ['birthdate', '2023-02-30', 'This day does not exist'],
    ['locale', 'English!', 'en-GB'],
    ['zoneinfo', 'the moon', 'Europe/Paris'],
    ['phone_number', '020 7946', 'country code'],
    ['country', 'x'.repeat(201), 'at most 200'],
  ])('refuses %s %s with the reason, and keeps what was typed', async (field, value, reason) => {
    const page = await save({ nickname: 'Typed before', [field]: value })
    expect(page.status).toBe(400)
    expect(page.html).toContain('<title>Error: Profile')
    expect(page.html).toContain(`href="#${field}"`)
    expect(page.html).toMatch(new RegExp(`id="${field}-problem"[^]*?${reason}`))
    expect(page.forms[0]?.fields).toMatchObject({ nickname: 'Typed before', [field]: value })
    expect(await row('profile')).toBe('{}')
  })

  it('names all errors at once', async () => {
    const page = await save({ website: 'x', birthdate: 'x', locale: '1' })
    for (const field of ['website', 'birthdate', 'locale']) expect(page.html).toContain(`href="#${field}"`)
  })

  it('accepts a year alone, the 29th of February, and surrounding spaces', async () => {
    for (const birthdate of ['1815', '0000-12-10', '2024-02-29', '  1815-12-10 ']) {
      expect((await save({ birthdate })).status).toBe(303)
    }
  })

  it('shows markup as text', async () => {
    await save({ nickname: '"><script>alert(1)</script>' })
    const { html } = await mine.get('/account/profile')
    expect(html).not.toContain('<script>')
    expect(await filled()).toMatchObject({ nickname: '"><script>alert(1)</script>' })
  })

  it('needs our own form', async () => {
    const page = await save({ nickname: 'Ada', form_token: 'x' })
    expect(page.status).toBe(400)
    expect(page.text).toContain('signed in or out in another tab since this page was opened')
    expect(page.forms[0]?.fields.nickname).toBe('Ada')
    expect(await row('profile')).toBe('{}')
  })
})

describe('the email address', () => {
  it('is shown, and changed on a page of its own', async () => {
    const page = await mine.get('/account/profile')
    expect(page.text).toContain(`${user.email} Not verified`)
    expect(page.html).toContain('href="/account/email"')
    expect(page.forms[0]?.fields).not.toHaveProperty('email')
    await verify()
    expect((await mine.get('/account/profile')).text).toContain(`${user.email} Verified.`)
    await env.DB.prepare('UPDATE users SET email = NULL WHERE id = ?').bind(user.id).run()
    expect((await mine.get('/account/profile')).text).toContain(
      'You have no email address here. Add an address',
    )
  })

  it('is not changed by this form, whatever is sent, nor by an older form', async () => {
    await verify()
    const form = (await mine.get('/account/profile')).forms[0]?.fields ?? {}
    const change = env.DB.prepare("UPDATE users SET email = 'new@example.com' WHERE id = ?").bind(user.id)
    await change.run()
    const answer = await mine.post('/account/profile', { ...form, email: 'thief@example.com', nickname: 'A' })
    expect(answer.status).toBe(303)
    expect([await row('email'), await row('email_verified_at')]).toEqual(['new@example.com', 1])
    expect((await mine.get('/account/activity')).text).toContain('You changed your profile')
  })
})

describe('a form that is sent twice', () => {
  it('does not overwrite later changes', async () => {
    const page = await mine.get('/account/profile')
    await page.submit({ nickname: 'First' })
    await save({ nickname: 'Second' })
    expect((await page.submit({ nickname: 'First' })).status).toBe(303)
    expect(await row('profile')).toBe('{"nickname":"Second"}')
  })

  it('is recorded once, with every batch executed twice', async () => {
    server = startServer({ bindings: { DB: everyBatchTwice() } })
    mine = await server.signedIn(user)
    expect((await save({ nickname: 'Ada' })).status).toBe(303)
    expect((await mine.get('/account/activity')).text.split('You changed')).toHaveLength(2)
  })
})
