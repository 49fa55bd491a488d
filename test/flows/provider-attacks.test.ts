import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { defaultSettings } from '../../src/rules/sign-in/connection.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { beforeFirstWrite } from '../faults.ts'
import { linkTo } from '../mails.ts'
import { away, isIn, one, through, type World, world } from '../provider-world.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

const mail = { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } as const
const config = { ...parseConfig({ ...env }), signUp: 'open' as const, mail }
const fresh = 'a new and long password'
let people = 0
let at: World
let ada: User

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())
beforeEach(async () => {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  await env.DB.prepare('DELETE FROM outbox').run()
  at = await world({ signUp: 'everybody' }, { config })
  ada = await addUser(`ada${people++}`)
})

const confirm = () => env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(ada.id).run()
const link = (linkedAt: number) =>
  addIdentity(at.connection, ada, 'there').then(() =>
    env.DB.prepare('UPDATE identities SET created_at = ? WHERE user_id = ?').bind(linkedAt, ada.id).run(),
  )
const identities = async () =>
  (await one('SELECT count(*) AS n FROM identities WHERE user_id = ?', ada.id))?.n
async function reset(): Promise<Browser> {
  const visitor = at.server.browser()
  await (await visitor.get('/password-reset')).submit({ account: ada.username })
  await (await visitor.get(await linkTo(ada.email ?? ''))).submit({ password: fresh })
  return visitor
}
const byProvider = async () => {
  const visitor = at.server.browser()
  await through(at, visitor, { sub: 'there' })
  return isIn(visitor)
}

describe('a password reset', () => {
  it('that confirms the address for the first time removes identities: somebody else may have waited with theirs', async () => {
    await env.DB.prepare('UPDATE users SET email_verified_at = NULL WHERE id = ?').bind(ada.id).run()
    await link(1)
    await reset()
    expect([await identities(), await byProvider()]).toEqual([0, false])
  })

  it('keeps the others for the review, which removes what is not ticked, with its sessions', async () => {
    await confirm()
    await link(1)
    const visitor = await reset()
    // An identity from long ago still works.
    const intruder = at.server.browser()
    await through(at, intruder, { sub: 'there' })
    expect(await isIn(intruder)).toBe(true)
    const answer = await (await visitor.get('/login')).submit({ username: ada.username, password: fresh })
    const page = await visitor.get(answer.location)
    expect(page.text).toContain(`Keep the account ${at.connection.name}: there`)
    const { keep: _, ...fields } = page.forms[0]?.fields ?? {}
    await visitor.post('/account/review', fields)
    expect([await identities(), await isIn(intruder), await isIn(visitor)]).toEqual([0, false, true])
  })

  it('distrusts an identity that was added shortly before, until it is kept', async () => {
    await confirm()
    await link(startedAt - 3600)
    const visitor = await reset()
    expect(await byProvider()).toBe(false)
    const answer = await (await visitor.get('/login')).submit({ username: ada.username, password: fresh })
    const page = await visitor.get(answer.location)
    expect(page.text).toContain('It was added shortly before your password was changed')
    const fields = page.forms[0]?.fields ?? {}
    await visitor.post('/account/review', { ...fields, keep: `${at.connection.id} there` })
    expect([await identities(), await byProvider()]).toEqual([1, true])
  })

  it.each(['UPDATE connections SET suspended_at = 1 WHERE id = ?', 'DELETE FROM connections WHERE id = ?'])(
    'is the way in of people who have no other after: %s',
    async (change) => {
      await confirm()
      await link(1)
      await env.DB.prepare(`UPDATE users SET password_hash = '' WHERE id = ?`).bind(ada.id).run()
      await env.DB.prepare(change).bind(at.connection.id).run()
      const visitor = await reset()
      await (await visitor.get('/login')).submit({ username: ada.username, password: fresh })
      expect(await isIn(visitor)).toBe(true)
    },
  )
})

describe('an answer of a provider', () => {
  it('with HTML in a name, or very large claims, does no harm', async () => {
    const visitor = at.server.browser()
    const large = await through(at, at.server.browser(), { sub: 'new', name: 'x'.repeat(2_000_000) })
    expect([large.status >= 400, large.text.length < 5000]).toEqual([true, true])
    const name = '<img src=x onerror=alert(1)>"'.padEnd(200, 'x')
    const person = { sub: 'new', name, preferred_username: name, email: `${name}@x.example`, picture: name }
    const back = await through(at, visitor, person)
    const page = await visitor.get(back.location)
    expect(page.html).not.toContain('<img src=x')
    expect([page.status, page.html.length < 30_000]).toEqual([200, true])
    await page.submit({ username: `n${people++}`, email: `n${people++}@example.com` })
    expect((await visitor.get('/account/identities')).html).not.toContain('<img src=x')
  })

  it.each([
    ['auth_time', -1e300],
    ['auth_time', -5],
    ['auth_time', 1e300],
    ['auth_time', { seconds: 1 }],
    ['sid', ['a']],
    ['sid', 'x'.repeat(10_000)],
    ['amr', { mfa: true }],
    ['acr', 7],
    ['email', { a: 'b@c.example' }],
    ['email', 'a\u0000@c.example'],
    ['email_verified', [true]],
    ['name', '\ud800'],
    ['groups', [['staff'], 7, null, '\ud800']],
    ['__proto__', { email: 'a@b.example' }],
  ])('whose %s is %j signs the right person in, and nothing else', async (claim, value) => {
    await link(1)
    const visitor = at.server.browser()
    await through(at, visitor, { sub: 'there' }, { claims: Object.fromEntries([[claim, value]]) })
    expect([
      (await visitor.get('/account')).status,
      (await visitor.get('/account/identities')).status,
    ]).toEqual([200, 200])
    const row = await one('SELECT email, groups, role FROM users WHERE id = ?', ada.id)
    expect(row).toEqual({ email: ada.email, groups: '[]', role: 'user' })
  })

  it.each([1.5, 1e300, ['there'], { sub: 'there' }, 'x'.repeat(256), 'a\u0000', '\ud800', true, null, ''])(
    'whose subject is %j names nobody',
    async (sub) => {
      const page = await through(at, at.server.browser(), { sub })
      expect([page.status, page.location]).toEqual([400, ''])
    },
  )

  it('counts for nothing once the identity is removed from the account, even at that moment', async () => {
    const settings = { believesEmail: true, claims: { ...defaultSettings.claims, groups: 'groups' } }
    const mapped = { groups: [{ from: 'a', to: 'b' }], roles: [{ from: 'a', to: 'administrator' as const }] }
    at = await world({ ...settings, ...mapped }, { config })
    await link(1)
    const visitor = at.server.browser()
    const person = { sub: 'there', groups: ['a'], email: 'new@example.com', email_verified: true }
    const path = at.provider.answer(await away(at, visitor), person)
    const db = beforeFirstWrite(
      () => env.DB.prepare('DELETE FROM identities WHERE user_id = ?').bind(ada.id).run(),
      env.DB,
      /UPDATE identities/,
    )
    const meanwhile = startServer({ config, bindings: { DB: db } }).browser()
    for (const [name, value] of visitor.cookies) meanwhile.cookies.set(name, value)
    await meanwhile.get(path)
    expect(await isIn(meanwhile)).toBe(false)
    const row = await one(
      'SELECT email, email_verified_at AS at, groups, role FROM users WHERE id = ?',
      ada.id,
    )
    expect(row).toEqual({ email: ada.email, at: null, groups: '[]', role: 'user' })
    expect(await one(`SELECT 1 FROM audit_events WHERE user_id = ? AND type <> 'sign_in'`, ada.id)).toBe(null)
  })

  it('tells a suspended person, and one whose company has another provider, why it leads nowhere', async () => {
    await link(1)
    const other = await addConnection({ name: 'Their company' })
    await env.DB.prepare('INSERT INTO connection_domains (domain, connection_id, enforced) VALUES (?, ?, 1)')
      .bind('example.com', other.id)
      .run()
    const visit = () => through(at, at.server.browser(), { sub: 'there' })
    const elsewhere = await visit()
    expect([elsewhere.status, elsewhere.html]).toEqual([
      403,
      expect.stringContaining(`/login/with/${other.id}`),
    ])
    await env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(ada.id).run()
    const suspended = await visit()
    expect([suspended.status, suspended.text]).toEqual([
      403,
      expect.stringContaining('Your account is suspended'),
    ])
    await env.DB.prepare('DELETE FROM connection_domains').run()
  })

  it('adds no identity once the provider is suspended, even at that moment', async () => {
    const browser = await at.server.signedIn(ada)
    const page = await browser.get(`/login/with/${at.connection.id}?purpose=link`)
    const path = at.provider.answer(await page.submit({}), { sub: 'there' })
    const suspend = () =>
      env.DB.prepare('UPDATE connections SET suspended_at = 1 WHERE id = ?').bind(at.connection.id).run()
    const db = beforeFirstWrite(suspend, env.DB, /INSERT INTO identities/)
    const meanwhile = startServer({ config, bindings: { DB: db } }).browser()
    for (const [name, value] of browser.cookies) meanwhile.cookies.set(name, value)
    const { status, text } = await meanwhile.get(path)
    expect([status, text, await identities()]).toEqual([
      404,
      expect.stringContaining('This way to sign in does not exist'),
      0,
    ])
  })

  it('creates one account: the form sent again gives back nothing that was taken away, nor a deleted account', async () => {
    const roles = [{ from: 'a', to: 'developer' as const }]
    const claims = { ...defaultSettings.claims, groups: 'groups' }
    at = await world({ signUp: 'everybody', claims, roles }, { config })
    const visitor = at.server.browser()
    const page = await visitor.get((await through(at, visitor, { sub: 'new', groups: ['a'] })).location)
    const kept = new Map(visitor.cookies)
    const username = `n${people++}`
    const fields = { ...page.forms[0]?.fields, username, email: `${username}@example.com` }
    const again = async () => {
      at.server.now += 30
      const browser = at.server.browser()
      for (const [name, value] of kept) browser.cookies.set(name, value)
      await browser.post(page.forms[0]?.action ?? '', fields)
      return isIn(browser)
    }
    const made = () =>
      one(
        `SELECT id, role, (SELECT count(*) FROM identities i WHERE i.user_id = users.id) AS identities FROM users WHERE username = ?`,
        username,
      )
    expect(await again()).toBe(true)
    const account = await made()
    expect(account).toMatchObject({ role: 'developer', identities: 1 })
    const id = String(account?.id)
    await env.DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(id).run()
    await again()
    expect(await made()).toEqual({ id, role: 'user', identities: 1 })
    await env.DB.prepare('DELETE FROM identities WHERE user_id = ?').bind(id).run()
    expect([await again(), await made()]).toEqual([false, { id, role: 'user', identities: 0 }])
    await env.DB.prepare('DELETE FROM users WHERE id = ?').bind(id).run()
    expect([await again(), await made()]).toEqual([false, null])
  })

  it.each([
    'UPDATE connections SET updated_at = ? WHERE id = ?',
    'UPDATE connections SET updated_at = ?, created_at = updated_at WHERE id = ?',
  ])(
    'creates no account after the connection has changed, where the subject could be somebody else: %s',
    async (change) => {
      const visitor = at.server.browser()
      const page = await visitor.get((await through(at, visitor, { sub: 'new' })).location)
      at.server.now += 5
      const changed = () => env.DB.prepare(change).bind(at.server.now, at.connection.id).run()
      const db = beforeFirstWrite(changed, env.DB, /INSERT INTO users/)
      const meanwhile = startServer({ config, bindings: { DB: db } })
      meanwhile.now = at.server.now
      const fields = { ...page.forms[0]?.fields, username: `n${people++}`, email: `n${people}@example.com` }
      for (const server of [meanwhile, at.server]) {
        const browser = server.browser()
        for (const [name, value] of visitor.cookies) browser.cookies.set(name, value)
        const answer = await browser.post(page.forms[0]?.action ?? '', fields)
        expect([answer.status, await isIn(browser)]).toEqual([400, false])
      }
      expect(await one('SELECT 1 FROM identities WHERE connection_id = ?', at.connection.id)).toBe(null)
    },
  )

  it.each([
    ['whose version is ahead of the clock, after several changes in a second', 3, 0, true],
    ['but not after another change in the same second', 0, 1, false],
  ])('creates an account by a connection %s', async (_, before, after, isMade) => {
    const change = (more: number) =>
      env.DB.prepare('UPDATE connections SET updated_at = updated_at + ? WHERE id = ?')
        .bind(more, at.connection.id)
        .run()
    await env.DB.prepare('UPDATE connections SET updated_at = ? WHERE id = ?')
      .bind(at.server.now, at.connection.id)
      .run()
    await change(before)
    const visitor = at.server.browser()
    const page = await visitor.get((await through(at, visitor, { sub: 'quick' })).location)
    await change(after)
    const username = `n${people++}`
    const fields = { ...page.forms[0]?.fields, username, email: `${username}@example.com` }
    await visitor.post(page.forms[0]?.action ?? '', fields)
    expect(await isIn(visitor)).toBe(isMade)
  })

  it('of any depth can be looked at in a test', async () => {
    at.provider.replaced = ({ url }) =>
      url.pathname === '/user'
        ? new Response(`{"sub":"there","deep":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)
        : undefined
    const admin = await at.server.signedIn(await addUser(`admin${people++}`, 'administrator'))
    const form = await admin.get(`/login/with/${at.connection.id}?purpose=test`)
    const back = await admin.get(at.provider.answer(await form.submit({}), { sub: 'there' }))
    const page = await admin.get(back.location)
    expect([page.status, page.html.length < 30_000]).toEqual([200, true])
  })

  it.each(['state', 'code', 'iss', 'error'])('with %s twice counts for nothing', async (name) => {
    await link(1)
    const visitor = at.server.browser()
    const path = at.provider.answer(await away(at, visitor), { sub: 'there' })
    const given = new URL(path, 'https://x.example').searchParams.get(name) ?? 'x'
    const page = await visitor.get(`${path}&${name}=${encodeURIComponent(given)}&${name}=y`)
    expect([page.status, await isIn(visitor)]).toEqual([400, false])
  })

  it('is of no use with the cookies of an account that is being created', async () => {
    const visitor = at.server.browser()
    const back = await through(at, visitor, { sub: 'new' })
    const arrival = new URL(back.location, 'https://x.example').searchParams.get('arrival') ?? ''
    const path = at.provider.answer(await away(at, visitor), { sub: 'there' })
    await link(1)
    const page = await visitor.get(path.replace(/state=[^&]*/, `state=${arrival}`))
    expect([page.status >= 400, await isIn(visitor)]).toEqual([true, false])
  })

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    async (next) => {
      await link(1)
      const visitor = at.server.browser()
      const page = await visitor.get(`/login/with/${at.connection.id}?next=${encodeURIComponent(next)}`)
      const there = await page.submit({ next })
      expect((await visitor.get(at.provider.answer(there, { sub: 'there' }))).location).toBe('/')
    },
  )
})
