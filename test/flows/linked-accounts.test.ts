import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sealProviderSecret } from '../../src/secrets/sign-in/provider-secret.ts'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { Provider, serveProviders } from '../provider.ts'
import { isIn, one, pressed, through, type World, world } from '../provider-world.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import {
  addClient,
  addUser,
  applySchema,
  issuer,
  password,
  type ServerOptions,
  startServer,
} from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

let people = 0
let at: World
let ada: User
let browser: Browser

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  at = await world()
  ada = await addUser(`ada${people++}`)
  browser = await at.server.signedIn(ada)
})

const linkPath = () => `/login/with/${at.connection.id}?purpose=link`
const button = async (from: Browser, path = linkPath()) => pressed(await from.get(path), at.connection)
const ownerOf = async (subject: string) =>
  (
    await one(
      'SELECT user_id FROM identities WHERE connection_id = ? AND subject = ?',
      at.connection.id,
      subject,
    )
  )?.user_id
const events = async (type: string, user = ada) =>
  (await one('SELECT count(*) AS n FROM audit_events WHERE type = ? AND user_id = ?', type, user.id))?.n
const withoutPassword = () =>
  env.DB.prepare(`UPDATE users SET password_hash = '' WHERE id = ?`).bind(ada.id).run()

describe('adding an account elsewhere', () => {
  it('takes a signed-in person to the provider and back, and then it signs them in', async () => {
    const list = await browser.get('/account/identities')
    expect(list.html).toContain(`href="${linkPath()}"`)
    const away = await button(browser)
    expect(away.location).toContain('prompt=login')
    const back = await browser.get(at.provider.answer(away, { sub: 'there', name: 'Ada There' }))
    expect([back.status, back.location]).toEqual([303, '/account/identities'])
    const listed = (await browser.get('/account/identities')).text
    expect(listed).toContain('Ada There')
    // Somebody may have several accounts there.
    expect([list.text, listed].map((text) => text.includes('Add another account of'))).toEqual([false, true])
    expect([await ownerOf('there'), await events('identity_linked')]).toEqual([ada.id, 1])
    const visitor = at.server.browser()
    await through(at, visitor, { sub: 'there' })
    expect((await visitor.get('/account')).text).toContain(ada.username)
    // The button is marked in this browser, also after signing out.
    await (await visitor.get('/logout')).submit({})
    const marked = async (one: Browser) => (await one.get('/login')).text.includes('Used last')
    expect([await marked(visitor), await marked(at.server.browser())]).toEqual([true, false])
  })

  it('needs a person who is signed in, and has signed in just now', async () => {
    const visitor = at.server.browser()
    expect((await visitor.get(linkPath())).location).toMatch(/^\/login\?next=/)
    at.server.now += 3600
    const old = await browser.get(linkPath())
    expect(old.location).toMatch(/^\/login\?next=.*again=/)
    const form = {
      form_token: (await browser.get('/logout')).forms[0]?.fields.form_token ?? '',
      purpose: 'link',
    }
    expect((await browser.post(`/login/with/${at.connection.id}`, form)).location).toMatch(/^\/login\?next=/)
  })

  it.each<[string, (browser: Browser) => Promise<unknown>]>([
    ['signed out', async (one) => (await one.get('/logout')).submit({})],
    [
      'signed in as somebody else',
      async (one) => {
        const bob = await addUser(`bob${people++}`)
        return (await one.get('/login?again=')).submit({ username: bob.username, password })
      },
    ],
  ])('links nothing when the person %s meanwhile', async (_, meanwhile) => {
    const away = await button(browser)
    await meanwhile(browser)
    const back = await browser.get(at.provider.answer(away, { sub: 'there' }))
    expect(back.status).toBe(400)
    expect(await ownerOf('there')).toBeUndefined()
  })

  it('never takes the identity of somebody else', async () => {
    const bob = await addUser(`bob${people++}`)
    await addIdentity(at.connection, bob, 'bobs')
    const back = await browser.get(at.provider.answer(await button(browser), { sub: 'bobs' }))
    expect([back.status, back.text.includes('already belongs to somebody here')]).toEqual([400, true])
    expect([await ownerOf('bobs'), await events('identity_linked')]).toEqual([bob.id, 0])
  })

  it('is limited', async () => {
    for (let i = 0; i < 20; i++) await addIdentity(await addConnection(), ada, `there-${i}`)
    const back = await browser.get(at.provider.answer(await button(browser), { sub: 'more' }))
    expect([back.status, back.text.includes('as many accounts as possible')]).toEqual([400, true])
    expect(await ownerOf('more')).toBeUndefined()
  })

  it.each([
    ['sent twice', everyBatchTwice],
    ['sent again after a lost answer', everyFirstAnswerLost],
  ])('happens once, with every batch %s', async (_, fault) => {
    const there = startServer({ bindings: { DB: fault() } }).browser()
    const away = await button(browser)
    for (const [name, value] of browser.cookies) there.cookies.set(name, value)
    expect((await there.get(at.provider.answer(away, { sub: 'there' }))).status).toBe(303)
    expect([await ownerOf('there'), await events('identity_linked')]).toEqual([ada.id, 1])
  })

  it('gives nothing back that was removed before a lost answer is sent for again', async () => {
    const remove = () => env.DB.prepare('DELETE FROM identities WHERE user_id = ?').bind(ada.id).run()
    const removing = Array.from({ length: 20 }).reduce<D1Database>(
      (db, _, i) => betweenReadAndWrite(remove, db, i + 1),
      env.DB,
    )
    const there = startServer({ bindings: { DB: everyFirstAnswerLost(removing) } }).browser()
    const away = await button(browser)
    for (const [name, value] of browser.cookies) there.cookies.set(name, value)
    const back = await there.get(at.provider.answer(away, { sub: 'there' }))
    expect([back.status, back.text]).toEqual([400, expect.stringContaining('was already used')])
    expect([await ownerOf('there'), await events('identity_linked')]).toEqual([undefined, 1])
  })
})

describe('a fresh proof of a person with an identity alone', () => {
  /** Signed in by the provider, which was not asked when. */
  const arrived = async () => {
    await withoutPassword()
    await addIdentity(at.connection, ada, 'there')
    const visitor = at.server.browser()
    await through(at, visitor, { sub: 'there' })
    expect(await isIn(visitor)).toBe(true)
    return visitor
  }
  const sensitive = ['/account/delete', '/account/email', '/account/passkeys/new', '/account/password']
  const again = async (visitor: Browser, path: string): Promise<Page> => {
    const asked = await visitor.get(path)
    expect(asked.location).toMatch(/^\/login\?.*again=/)
    return pressed(await visitor.get(asked.location), at.connection)
  }

  it.each(sensitive)('is asked for before %s, and given by a new sign-in at the provider', async (path) => {
    const visitor = await arrived()
    const away = await again(visitor, path)
    expect(new URL(away.location).searchParams.get('max_age')).toBe('0')
    const back = await visitor.get(at.provider.answer(away, { sub: 'there' }))
    expect(back.location).toBe(path)
    expect((await visitor.get(path)).status).toBe(200)
  })

  it('is not given by an old sign-in there', async () => {
    const visitor = await arrived()
    const away = await again(visitor, '/account/email')
    const claims = { auth_time: at.server.now - 3600 }
    const back = await visitor.get(at.provider.answer(away, { sub: 'there' }, { claims }))
    expect([back.status, back.text.includes('used an earlier one')]).toEqual([400, true])
    expect((await visitor.get('/account/email')).status).toBe(303)
  })

  it('is not given by somebody else, and makes nobody somebody else', async () => {
    const bob = await addUser(`bob${people++}`)
    await addIdentity(at.connection, bob, 'bobs')
    for (const sub of ['bobs', 'unknown']) {
      const visitor = await arrived().catch(() => at.server.browser())
      const away = await again(visitor, '/account/email')
      const back = await visitor.get(at.provider.answer(away, { sub }))
      expect([back.status, back.text.includes('is not one of yours here')]).toEqual([400, true])
      expect((await visitor.get('/account')).text).toContain(ada.username)
      await env.DB.prepare('DELETE FROM identities WHERE user_id = ?').bind(ada.id).run()
    }
  })

  it('comes from a passkey where the provider does not say when they signed in', async () => {
    const visitor = await arrived()
    const away = await again(visitor, '/account/email')
    const silent = { claims: { auth_time: undefined } }
    const back = await visitor.get(at.provider.answer(away, { sub: 'there' }, silent))
    expect(back.location).toBe('/account/email')
    const sent = await visitor.get('/account/email')
    expect(sent.location).toBe('/account/passkeys/new?next=%2Faccount%2Femail')
    const page = await visitor.get(sent.location)
    expect(page.text).toContain('does not tell when you signed in there')
    const device = new SoftAuthenticator()
    expect((await addPasskey(visitor, device)).status).toBe(303)
    // From now on the passkey is the proof.
    expect((await visitor.get('/account/email')).location).toMatch(/^\/login\?.*again=/)
    await usePasskey(visitor, device)
    expect((await visitor.get('/account/email')).status).toBe(200)
  })

  it('comes from a passkey where the provider is plain OAuth 2', async () => {
    const plain = new Provider('https://plain.example')
    serveProviders(plain)
    const connection = await addConnection({
      id: 'plain',
      kind: 'oauth2',
      issuer: undefined,
      sealedSecret: await sealProviderSecret(env.KEY_ENCRYPTION_SECRET, 'plain', 'secret there'),
      settings: {
        endpoints: {
          authorization: 'https://plain.example/authorize',
          token: 'https://plain.example/token',
          user: 'https://plain.example/user',
          emails: undefined,
        },
        claims: {
          subject: 'id',
          username: 'login',
          name: 'name',
          email: 'email',
          emailVerified: undefined,
          groups: undefined,
        },
      },
    })
    at = { ...at, provider: plain, connection }
    await withoutPassword()
    await addIdentity(connection, ada, '17')
    const visitor = at.server.browser()
    await through(at, visitor, { id: '17' })
    expect((await visitor.get('/account/delete')).location).toBe(
      '/account/passkeys/new?next=%2Faccount%2Fdelete',
    )
    expect((await visitor.get('/account/passkeys/new')).status).toBe(200)
    // Later they sign in there again first.
    at.server.now += 3600
    expect((await visitor.get('/account/passkeys/new')).location).toMatch(/^\/login\?.*again=/)
  })
})

describe('a work address', () => {
  const options: ServerOptions = {}
  const domain = () => `${at.connection.id}.example`
  const addDomain = () =>
    env.DB.prepare('INSERT INTO connection_domains (domain, connection_id, enforced) VALUES (?, ?, 0)')
      .bind(domain(), at.connection.id)
      .run()
  const work = (page: Page) => page.html.includes('/login/work')

  it('leads to the company, also without an account; the page offers it when there is a company', async () => {
    await env.DB.prepare('DELETE FROM connection_domains').run()
    const visitor = startServer(options).browser()
    expect(work(await visitor.get('/login'))).toBe(false)
    await addDomain()
    const login = await visitor.get('/login?next=%2Faccount')
    expect(login.html).toContain('href="/login/work?next=%2Faccount"')
    const form = await visitor.get('/login/work?next=%2Faccount')
    const address = `Nobody@${domain().toUpperCase()}`
    const answer = await form.submit({ address })
    const hint = encodeURIComponent(address)
    expect(answer.location).toBe(`/login/with/${at.connection.id}?next=%2Faccount&hint=${hint}`)
    const away = await pressed(await visitor.get(answer.location), at.connection)
    expect(new URL(away.location).searchParams.get('login_hint')).toBe(address)
    await env.DB.prepare('UPDATE connections SET suspended_at = 1 WHERE id = ?').bind(at.connection.id).run()
    expect(work(await visitor.get('/login'))).toBe(false)
  })

  it.each([
    'ada@mail.{}',
    'ada@{}.evil.example',
    'ada',
    '',
    '@',
    'ada@127.0.0.1',
    '{}',
    'ada@{}/x',
    'ada@{}:1',
  ])('%s leads nowhere, and nothing is told about accounts', async (address) => {
    await addDomain()
    const visitor = at.server.browser()
    const page = await (await visitor.get('/login/work')).submit({ address: address.replace('{}', domain()) })
    expect([page.status, page.text.includes('No company has set up sign-in here')]).toEqual([400, true])
    expect(page.html).not.toContain(at.connection.name)
  })

  it('is taken from our own form only, and leads to no other site', async () => {
    await addDomain()
    const visitor = at.server.browser()
    const fields = (await visitor.get('/login/work')).forms[0]?.fields ?? {}
    const from = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
    expect((await visitor.post('/login/work', { ...fields, address: `a@${domain()}` }, from)).status).toBe(
      403,
    )
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
      const page = await visitor.get(`/login/work?next=${encodeURIComponent(next)}`)
      const answer = await page.submit({ address: `a@${domain()}` })
      expect(answer.location).toMatch(/^\/login\/with\/[^?]+\?hint=/)
    }
  })
})

describe('signing out', () => {
  const end = (path = '/end?tenant=1') => {
    at.provider.metadata = { end_session_endpoint: at.provider.origin + path }
  }
  const comes = async (claims = {}, visitor = at.server.browser()) => {
    await addIdentity(at.connection, ada, 'there')
    await through(at, visitor, { sub: 'there' }, { claims })
    return visitor
  }
  const leaves = async (visitor: Browser) => {
    const { location } = await (await visitor.get('/logout')).submit({})
    return visitor.get(location)
  }
  /** Presses the button, which redirects to the provider. */
  const leavesToo = async (page: Page) => {
    const form = page.forms.find(({ fields }) => fields.with === at.connection.id)
    if (form === undefined) throw new Error(`No button: ${page.html}`)
    return new URL((await page.browser.post(form.action, form.fields)).location)
  }
  /** A claim of the ID token that the provider is given back. */
  const mark = (url: URL) => {
    const hint = url.searchParams.get('id_token_hint')
    return hint === null ? undefined : decodeJwt(hint).mark
  }
  const kept = async () => (await one('SELECT count(*) AS n FROM kept_id_tokens'))?.n

  it('of a session that came by a provider offers to sign out there too, with its ID token', async () => {
    end()
    const visitor = await comes({ mark: 'first' })
    const sealed = `${(await one('SELECT sealed FROM kept_id_tokens'))?.sealed}`
    expect([await kept(), sealed.includes('eyJ')]).toEqual([1, false])
    const page = await leaves(visitor)
    expect(page.text).toContain(`Also sign out of ${at.connection.name}`)
    expect([await kept(), page.html.includes('eyJ')]).toEqual([0, false])
    const url = await leavesToo(page)
    expect(`${url.origin}${url.pathname}`).toBe(`${at.provider.origin}/end`)
    expect([...url.searchParams.keys()]).toEqual([
      'tenant',
      'client_id',
      'post_logout_redirect_uri',
      'id_token_hint',
    ])
    expect(url.searchParams.get('client_id')).toBe('latchkey')
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${issuer}/logout`)
    expect(mark(url)).toBe('first')
    // It counts once.
    expect(mark(await leavesToo(await visitor.get(`/logout?with=${at.connection.id}`)))).toBeUndefined()
  })

  it('gives the provider the token of the newest sign-in, also after a code or as a new account', async () => {
    end()
    const visitor = await comes({ mark: 'first' })
    await through(at, visitor, { sub: 'there' }, { claims: { mark: 'second' } })
    expect([await kept(), mark(await leavesToo(await leaves(visitor)))]).toEqual([1, 'second'])

    const { phone } = await setUpAuthenticator(at.server, browser)
    at.server.now += 60
    const asked = await through(at, visitor, { sub: 'there' }, { claims: { mark: 'third' } })
    const { provider } = (await one('SELECT provider FROM pending_sign_ins')) ?? {}
    expect(`${provider}`).not.toContain('eyJ')
    await (await visitor.get(asked.location)).submit({ code: phone.code() })
    expect(mark(await leavesToo(await leaves(visitor)))).toBe('third')

    at = await world({ signUp: 'everybody' })
    end()
    const person = { sub: 'new', preferred_username: `new${people++}`, email: `new${people}@there.example` }
    const newcomer = at.server.browser()
    const form = await newcomer.get(
      (await through(at, newcomer, person, { claims: { mark: 'new' } })).location,
    )
    await form.submit({})
    expect(mark(await leavesToo(await leaves(newcomer)))).toBe('new')
  })

  it.each<[string, string | undefined, object]>([
    ['is too long', '/end', { padding: 'x'.repeat(2800) }],
    ['would have no use', undefined, {}],
  ])('keeps no ID token that %s', async (_, path, claims) => {
    if (path !== undefined) end(path)
    const visitor = await comes(claims)
    expect([await isIn(visitor), await kept()]).toEqual([true, 0])
    const page = await leaves(visitor)
    expect(page.text.includes('Also sign out')).toBe(path !== undefined)
    if (path !== undefined) expect((await leavesToo(page)).searchParams.has('id_token_hint')).toBe(false)
  })

  it('keeps to what servers accept as an address, with the longest parts', async () => {
    end(`/end?${'x'.repeat(1900)}`)
    const url = await leavesToo(await leaves(await comes({ mark: 'long', padding: 'x'.repeat(1600) })))
    expect(url.searchParams.get('id_token_hint')?.length).toBeGreaterThan(2400)
    expect(url.href.length).toBeLessThan(6000)
  })

  it.each<[string, (sid: string) => Record<string, string>]>([
    ['/logout', () => ({})],
    ['/account/sessions', (end) => ({ end })],
    ['/o/logout', () => ({ confirm: 'yes' })],
  ])('at %s leads to the same offer', async (path, fields) => {
    end()
    const visitor = await comes({ mark: path })
    const { sid } = (await one('SELECT sid FROM sessions WHERE connection_id = ?', at.connection.id)) ?? {}
    const form = (await visitor.get(path)).forms.find(({ action }) => action.startsWith(path))
    const { location } = await visitor.post(path, { ...form?.fields, ...fields(`${sid}`) })
    expect(mark(await leavesToo(await visitor.get(location)))).toBe(path)
  })

  it.each<[string, (visitor: Browser) => Promise<Page>]>([
    [
      'leads to an application',
      async (visitor) => {
        const back = 'https://app.example/out'
        const { client } = await addClient(ada, { postLogoutRedirectUris: [back] })
        const query = new URLSearchParams({ client_id: client.id, post_logout_redirect_uri: back })
        return (await visitor.get(`/o/logout?${query}`)).submit({ confirm: 'yes' })
      },
    ],
    ['deletes the account', async (visitor) => (await visitor.get('/account/delete')).submit({ password })],
  ])('forgets the ID token of the session before when it %s', async (_, act) => {
    end()
    const visitor = await comes({ mark: 'before' })
    await leaves(visitor)
    const carries = () => [...visitor.cookies.keys()].some((name) => name.endsWith('way-out'))
    expect(carries()).toBe(true)
    await (await visitor.get('/login')).submit({ username: ada.username, password })
    expect((await act(visitor)).status).toBe(303)
    expect([await isIn(visitor), carries()]).toEqual([false, false])
  })

  it('leaves the ID token out when our id at the provider has changed', async () => {
    end()
    const page = await leaves(await comes({ mark: 'old' }))
    await env.DB.prepare(`UPDATE connections SET client_id = 'other' WHERE id = ?`)
      .bind(at.connection.id)
      .run()
    const url = await leavesToo(page)
    expect([url.searchParams.get('client_id'), mark(url)]).toEqual(['other', undefined])
  })

  it('gives the ID token to no other provider', async () => {
    end()
    const visitor = await comes({ mark: 'mine' })
    const page = await leaves(visitor)
    const other = await world()
    other.provider.metadata = { end_session_endpoint: `${other.provider.origin}/end` }
    const form = page.forms.find(({ fields }) => 'with' in fields)
    const there = await visitor.post('/logout', { ...form?.fields, with: other.connection.id })
    expect([new URL(there.location).origin, there.location.includes('id_token_hint')]).toEqual([
      other.provider.origin,
      false,
    ])
  })

  it('of a provider by a form on another site leads nowhere', async () => {
    end()
    const visitor = await comes({ mark: 'mine' })
    await leaves(visitor)
    expect((await visitor.post('/logout', { with: at.connection.id })).location).toBe('/logout')
  })

  it.each<[string, () => unknown]>([
    ['has no such endpoint', () => undefined],
    [
      'has one that is no web address',
      () => {
        at.provider.metadata = { end_session_endpoint: 'javascript:alert(1)' }
      },
    ],
    [
      'is down',
      () => {
        at.provider.replaced = () => new Response(null, { status: 500 })
      },
    ],
  ])('offers nothing where the provider %s', async (_, change) => {
    const visitor = at.server.browser()
    change()
    const page = await visitor.get(`/logout?with=${at.connection.id}`)
    expect([page.status, page.text.includes('Also sign out')]).toEqual([200, false])
    expect(page.html).not.toContain('javascript:')
  })

  it('of a local session offers nothing, and nothing is made of an unknown name', async () => {
    expect((await (await browser.get('/logout')).submit({})).location).toBe('/logout')
    const page = await browser.get('/logout?with=%3Cb%3E')
    expect([page.status, page.html.includes('<b>')]).toEqual([200, false])
  })
})
