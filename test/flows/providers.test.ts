import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ConnectionSettings, defaultSettings } from '../../src/rules/sign-in/connection.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { read, write } from '../../src/store/database.ts'
import { formatSettings, parseSettings } from '../../src/store/sign-in/connection-settings.ts'
import { findIdentity, insertIdentity, listIdentities } from '../../src/store/sign-in/identities.ts'
import { Browser } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { countedRows } from '../counted-rows.ts'
import { everything } from '../database.ts'
import { type Fault, faults } from '../faults.ts'
import { answerOf, authorizePath, codeRequest, consentTo, postToken } from '../flow.ts'
import { type Provider, serveProviders } from '../provider.ts'
import { away, isIn, one, pressed, through, world } from '../provider-world.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, issuer, password, startedAt } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())
const { DB } = env

describe('the settings of a connection', () => {
  const full: ConnectionSettings = {
    endpoints: {
      authorization: 'https://github.example/authorize',
      token: 'https://github.example/token',
      user: 'https://api.github.example/user',
      emails: 'https://api.github.example/user/emails',
    },
    auth: { method: 'apple', teamId: 'TEAM', keyId: 'KEY' },
    scope: 'read:user',
    claims: { ...defaultSettings.claims, subject: 'id', emailVerified: undefined, groups: 'org.teams' },
    signUp: 'domains',
    signUpDomains: ['acme.example'],
    believesEmail: true,
    believesAcr: true,
    groups: [{ from: 'eng', to: 'engineers' }],
    roles: [{ from: 'ops', to: 'support' }],
  }

  it('are read as they were written', () => {
    expect([full, defaultSettings].map((settings) => parseSettings(formatSettings(settings)))).toEqual([
      full,
      defaultSettings,
    ])
  })

  it('of another release are read: unknown members are left out, missing ones have their default', () => {
    expect(parseSettings('{}')).toEqual(defaultSettings)
    expect(parseSettings('{"scope":"openid","later":1}')).toEqual({ ...defaultSettings, scope: 'openid' })
    expect(() => parseSettings('{"signUp":"anybody"}')).toThrow()
  })
})

describe('an identity', () => {
  it('belongs to the first person who links it', async () => {
    const [ada, bob] = [await addUser('ada'), await addUser('bob')]
    const connection = await addConnection()
    await addIdentity(connection, ada, 'same')
    await addIdentity(connection, bob, 'same')
    const subject = { connectionId: connection.id, subject: 'same' }
    const { identity, ofAda, ofBob } = await read(DB, {
      identity: findIdentity(DB, subject),
      ofAda: listIdentities(DB, ada.id),
      ofBob: listIdentities(DB, bob.id),
    })
    expect([identity?.userId, ofAda.map(({ connectionName }) => connectionName), ofBob]).toEqual([
      ada.id,
      [connection.name],
      [],
    ])
  })

  it('is not linked at a suspended connection', async () => {
    const eve = await addUser('eve')
    const { id: connectionId } = await addConnection({ suspendedAt: startedAt })
    const identity = { connectionId, subject: 'eve', userId: eve.id, label: 'eve', linkedBy: 'test' }
    await write(DB, [insertIdentity(DB, identity, startedAt)], {})
    expect((await read(DB, { found: findIdentity(DB, identity) })).found).toBeUndefined()
  })
})

describe('signing in', () => {
  it('goes through the provider and back to the application that waits', async () => {
    const { server, provider, connection } = await world()
    const ada = await addUser('ada-1')
    await addIdentity(connection, ada, 'there-1')
    const registered = await addClient(ada)
    const browser = server.browser()
    const asked = await browser.get(authorizePath(registered, { scope: 'openid', state: 'mine' }))
    const login = await browser.get(asked.location)
    expect(login.text).toContain(`Continue with ${connection.name}`)
    const away = await pressed(login, connection)
    expect([away.status, away.location]).toEqual([
      303,
      expect.stringContaining(`${provider.origin}/authorize?`),
    ])
    const back = await browser.get(provider.answer(away, { sub: 'there-1', name: 'Ada' }))
    expect([back.status, back.location]).toEqual([303, expect.stringContaining('/o/authorize?')])
    const code = answerOf(await consentTo(await browser.get(back.location))).get('code') ?? ''
    const tokens = await (await postToken(server, codeRequest(registered, code))).json<{ id_token: string }>()
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      sub: ada.id,
      acr: '1',
      amr: ['fed'],
      idp: connection.issuer,
    })
  })
})

describe('an answer', () => {
  const refused: readonly (readonly [string, Parameters<Provider['answer']>[2], RegExp])[] = [
    ['without a code', { answer: { code: undefined } }, /could not be verified/],
    ['of another issuer', { answer: { iss: 'https://evil.example' } }, /could not be verified/],
    ['with an error and a code', { answer: { error: 'access_denied' } }, /It was cancelled at/],
    ['that the provider refuses', { answer: { error: 'invalid_scope' } }, /refused the sign-in/],
    ['while the provider has a problem', { answer: { error: 'temporarily_unavailable' } }, /has a problem/],
    ['with a made-up code', { answer: { code: 'made-up' } }, /refused the sign-in/],
    ['with another nonce', { claims: { nonce: 'other' } }, /could not be verified/],
    ['for another client', { claims: { aud: 'other' } }, /could not be verified/],
    ['for several clients', { claims: { aud: ['latchkey', 'other'] } }, /could not be verified/],
    ['authorised for another client', { claims: { azp: 'other' } }, /could not be verified/],
    [
      'with an ID token of another issuer',
      { claims: { iss: 'https://evil.example' } },
      /could not be verified/,
    ],
    ['that expired', { claims: { exp: startedAt - 100 } }, /could not be verified/],
    ['from the future', { claims: { iat: startedAt + 100 } }, /could not be verified/],
    ['about another access token', { claims: { at_hash: 'AAAA' } }, /could not be verified/],
    ['with a subject that is too long', { claims: { sub: 'x'.repeat(300) } }, /could not be verified/],
  ]
  it.each(refused)('%s signs nobody in, and says so', async (_, answer, text) => {
    const at = await world()
    const ada = await addUser(`ada-${randomText(4).replaceAll(/[^a-z0-9]/gi, 'x')}`)
    await addIdentity(at.connection, ada, 'ada')
    const browser = at.server.browser()
    const page = await through(at, browser, { sub: 'ada' }, answer)
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.text).toMatch(text)
    expect(page.html).toContain(`href="/login/with/${at.connection.id}"`)
    expect(await isIn(browser)).toBe(false)
    const counted = `SELECT sum(events) AS n FROM event_counts WHERE type = 'provider_refused'`
    expect((await one(counted))?.n).toBe(text.source.includes('cancelled') ? null : 1)
    await DB.prepare('DELETE FROM event_counts').run()
  })

  it('must name its issuer where the metadata says so, and may elsewhere', async () => {
    const at = await world()
    at.provider.metadata = { authorization_response_iss_parameter_supported: true }
    const ada = await addUser('ada-iss')
    await addIdentity(at.connection, ada, 'ada')
    const browser = at.server.browser()
    expect((await through(at, browser, { sub: 'ada' })).status).toBe(400)
    const named = { answer: { iss: at.provider.origin } }
    expect((await through(at, browser, { sub: 'ada' }, named)).status).toBe(303)
    expect(await isIn(browser)).toBe(true)
  })

  it('counts once, and in its own browser alone', async () => {
    const at = await world()
    const ada = await addUser('ada-once')
    await addIdentity(at.connection, ada, 'ada')
    const [mine, other] = [at.server.browser(), at.server.browser()]
    const path = at.provider.answer(await away(at, mine), { sub: 'ada' })
    expect((await other.get(path)).text).toContain('begun in another browser')
    const copy = at.server.browser()
    for (const [name, value] of mine.cookies) copy.cookies.set(name, value)
    expect((await mine.get(path)).status).toBe(303)
    const calls = at.provider.calls.length
    expect((await copy.get(path)).text).toContain('already used')
    expect([await isIn(mine), await isIn(copy), at.provider.calls.length]).toEqual([true, false, calls])
  })

  it('is redeemed by one of sixty at once', async () => {
    const at = await world()
    const ada = await addUser('ada-race')
    await addIdentity(at.connection, ada, 'ada')
    const mine = at.server.browser()
    const path = at.provider.answer(await away(at, mine), { sub: 'ada' })
    const copies = Array.from({ length: 60 }, () => {
      const copy = at.server.browser()
      for (const [name, value] of mine.cookies) copy.cookies.set(name, value)
      return copy
    })
    const pages = await Promise.all(copies.map((copy) => copy.get(path)))
    expect(pages.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(at.provider.calls.filter(({ path }) => path === '/token')).toHaveLength(1)
  })

  it('of one provider is none of another', async () => {
    const [one, two] = [await world(), await world()]
    serveProviders(one.provider, two.provider)
    const browser = one.server.browser()
    const path = two.provider.answer(await away(two, browser), { sub: 'ada' })
    const page = await browser.get(path.replace(two.connection.id, one.connection.id))
    expect([page.status, one.provider.calls.filter((call) => call.path === '/token')]).toEqual([400, []])
  })

  it('that comes after ten minutes is too late', async () => {
    const at = await world()
    const browser = at.server.browser()
    const path = at.provider.answer(await away(at, browser), { sub: 'ada' })
    at.server.now += 600
    expect((await browser.get(path)).text).toContain('longer than ten minutes')
  })

  it('in a form comes again as a link, with nothing else', async () => {
    const at = await world()
    const ada = await addUser('ada-form')
    await addIdentity(at.connection, ada, 'ada')
    const browser = at.server.browser()
    const path = new URL(at.provider.answer(await away(at, browser), { sub: 'ada' }), issuer)
    const body = new URLSearchParams(path.search)
    body.set('next', 'https://evil.example')
    const sent = await at.server.fetch(path.pathname, {
      method: 'POST',
      body,
      headers: { Origin: at.provider.origin },
    })
    const location = sent.headers.get('Location') ?? ''
    expect([sent.status, new URL(location, issuer).search]).toEqual([303, path.search])
    expect((await browser.get(location)).status).toBe(303)
    expect(await isIn(browser)).toBe(true)
  })
})

describe('a provider', () => {
  const person = { sub: 'ada', name: 'Ada', email: 'ada@there.example', preferred_username: 'ada' }

  it('may change its keys', async () => {
    const at = await world()
    const ada = await addUser('ada-keys')
    await addIdentity(at.connection, ada, 'ada')
    expect((await through(at, at.server.browser(), person)).status).toBe(303)
    await at.provider.changeKeys()
    at.server.now += 31
    at.provider.now = () => at.server.now
    expect((await through(at, at.server.browser(), person)).status).toBe(303)
    expect(at.provider.calls.filter(({ path }) => path === '/jwks')).toHaveLength(2)
  })

  it('is asked for its metadata and keys once in ten minutes', async () => {
    const at = await world()
    const ada = await addUser('ada-cache')
    await addIdentity(at.connection, ada, 'ada')
    for (let i = 0; i < 3; i++) await through(at, at.server.browser(), person)
    const count = (wanted: string) => at.provider.calls.filter(({ path }) => path === wanted).length
    expect([count('/.well-known/openid-configuration'), count('/jwks'), count('/token')]).toEqual([1, 1, 3])
  })

  const broken: readonly (readonly [string, string, () => Response | Promise<Response>, RegExp])[] = [
    ['is down', '/token', () => Promise.reject(new TypeError('connection refused')), /can’t be reached/],
    [
      'is too slow',
      '/token',
      () => Promise.reject(new DOMException('late', 'TimeoutError')),
      /can’t be reached/,
    ],
    ['fails', '/token', () => new Response('sorry', { status: 500 }), /can’t be reached/],
    ['sends garbage', '/token', () => new Response('<html>'), /could not be verified/],
    ['sends too much', '/token', () => new Response('x'.repeat(70_000)), /can’t be reached/],
    [
      'redirects us',
      '/token',
      () => new Response(null, { status: 307, headers: { Location: 'https://evil.example' } }),
      /can’t be reached/,
    ],
    ['sends no ID token', '/token', () => Response.json({ access_token: 'a' }), /could not be verified/],
    [
      'sends an unsigned ID token',
      '/token',
      () => Response.json({ id_token: 'eyJhbGciOiJub25lIn0.e30.' }),
      /could not be verified/,
    ],
    ['has no keys', '/jwks', () => new Response(null, { status: 404 }), /could not be verified/],
    ['describes somebody else', '/user', () => Response.json({ sub: 'eve' }), /could not be verified/],
    ['describes nobody', '/user', () => new Response('[]'), /could not be verified/],
  ]
  it.each(broken)('that %s signs nobody in, and says so', async (_, path, answer, text) => {
    const at = await world()
    at.provider.replaced = ({ url }) => (url.pathname === path ? answer() : undefined)
    const browser = at.server.browser()
    const page = await through(at, browser, { sub: 'ada' })
    expect(page.text).toMatch(text)
    expect(await isIn(browser)).toBe(false)
  })

  it.each([
    ['is down', () => Promise.reject(new TypeError('refused')), 503],
    ['is of another issuer', () => Response.json(metadataOf('https://evil.example')), 400],
    ['sends garbage', () => new Response('<html>'), 400],
  ])('whose metadata %s is not visited', async (_, answer, status) => {
    const at = await world()
    at.provider.replaced = () => answer()
    expect((await away(at, at.server.browser())).status).toBe(status)
  })

  it('never makes this server call a private address', async () => {
    const at = await world({}, { config: { issuer: 'https://id.example.com' } })
    for (const name of ['token_endpoint', 'jwks_uri', 'userinfo_endpoint', 'authorization_endpoint']) {
      at.server.now += 3600
      at.provider.metadata = { [name]: 'https://127.0.0.1/x' }
      const browser = new Browser((path, init) =>
        at.server.fetch(new URL(path, 'https://id.example.com').href, ownOrigin(init)),
      )
      expect((await away(at, browser)).status).toBe(400)
    }
  })
})

const metadataOf = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
})

const ownOrigin = (init: RequestInit = {}): RequestInit => {
  const headers = new Headers(init.headers)
  if (headers.has('Origin')) headers.set('Origin', 'https://id.example.com')
  return { ...init, headers }
}

describe('the visit', () => {
  it('cannot be begun by a link or another site', async () => {
    const at = await world()
    const browser = at.server.browser()
    const page = await browser.get(`/login/with/${at.connection.id}?next=%2Faccount`)
    expect([page.status, page.forms.length]).toEqual([200, 1])
    const foreign = await browser.post(`/login/with/${at.connection.id}`, page.forms[0]?.fields ?? {}, {
      Origin: 'https://evil.example',
      'Sec-Fetch-Site': 'cross-site',
    })
    expect([foreign.status, foreign.location]).toEqual([403, ''])
    const sent = await page.submit({})
    expect(sent.location).toContain(at.provider.origin)
  })

  it('passes on what the application asks for', async () => {
    const at = await world()
    const registered = await addClient(await addUser('owner-asks'))
    const asked = { prompt: 'login', login_hint: 'ada@there.example', ui_locales: 'de', scope: 'openid' }
    const browser = at.server.browser()
    const { location } = await browser.get(authorizePath(registered, asked))
    const { searchParams } = new URL((await pressed(await browser.get(location), at.connection)).location)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      prompt: 'login',
      max_age: '0',
      login_hint: 'ada@there.example',
      ui_locales: 'de',
      code_challenge_method: 'S256',
      scope: 'openid profile email',
    })
  })

  it.each([
    [{ max_age: '60' }, { max_age: '60' }],
    [{ max_age: '0' }, { max_age: '0', prompt: 'login' }],
    [{ prompt: 'select_account' }, { prompt: 'select_account' }],
  ])('of a request with %j asks for %j', async (asked, expected) => {
    const at = await world()
    const registered = await addClient(await addUser(`o-${randomText(4).replaceAll(/[^a-z0-9]/gi, 'x')}`))
    const browser = at.server.browser()
    const { location } = await browser.get(authorizePath(registered, { scope: 'openid', ...asked }))
    const { searchParams } = new URL((await pressed(await browser.get(location), at.connection)).location)
    expect(Object.fromEntries(searchParams)).toMatchObject(expected)
  })

  it.each([
    [true, 'phr 2'],
    [false, null],
  ])(
    'asks for the acr_values of the application where it is believed about them: %j',
    async (believesAcr, expected) => {
      const at = await world({ believesAcr })
      const registered = await addClient(await addUser(`o-${randomText(4).replaceAll(/[^a-z0-9]/gi, 'x')}`))
      const browser = at.server.browser()
      const path = authorizePath(registered, { scope: 'openid', acr_values: 'phr 2' })
      const page = await browser.get((await browser.get(path)).location)
      const { searchParams } = new URL((await pressed(page, at.connection)).location)
      expect(searchParams.get('acr_values')).toBe(expected)
    },
  )

  it('leaves nothing behind here, and at most three cookies in the browser', async () => {
    const at = await world()
    const before = await everything(DB, [])
    const browser = at.server.browser()
    const paths: string[] = []
    for (let i = 0; i < 5; i++) {
      paths.push(at.provider.answer(await away(at, browser), { sub: 'nobody' }))
      at.server.now++
    }
    expect([...browser.cookies.keys()].filter((name) => name.includes('with-'))).toHaveLength(3)
    expect(await everything(DB, [])).toEqual(before)
    const found = await Promise.all(paths.map(async (path) => (await browser.get(path)).status))
    expect(found).toEqual([400, 400, 403, 403, 403])
  })

  it('by the button of the last used provider is silent, and visible once the person has to be asked there', async () => {
    const at = await world()
    const { id } = at.connection
    const ada = await addUser('ada-silent')
    await addIdentity(at.connection, ada, 'ada')
    const browser = at.server.browser()
    const fieldsOf = async (path: string) =>
      (await browser.get(path)).forms.find(({ action }) => action === `/login/with/${id}`)?.fields
    const promptOf = ({ location }: { readonly location: string }) =>
      new URL(location).searchParams.get('prompt')
    expect(await fieldsOf('/login')).not.toHaveProperty('prompt')
    await through(at, browser, { sub: 'ada' })
    expect(await fieldsOf('/login')).toMatchObject({ prompt: 'none' })
    // For a fresh proof they are asked there in any case.
    expect(await fieldsOf('/login?again')).not.toHaveProperty('prompt')
    browser.cookies.delete('__Host-session')
    const silent = await away(at, browser, '/account')
    expect(promptOf(silent)).toBe('none')
    const asked = (error: string) => ({ answer: { code: undefined, error } })
    for (const error of ['login_required', 'interaction_required', 'consent_required', 'invalid_request']) {
      const visible = await browser.get(
        at.provider.answer(await away(at, browser, '/account'), {}, asked(error)),
      )
      expect([visible.status, promptOf(visible)]).toEqual([303, null])
      const page = await browser.get(at.provider.answer(visible, {}, asked('login_required')))
      expect([page.status, page.location]).toEqual([303, '/login?next=%2Faccount'])
    }
    const visible = await browser.get(at.provider.answer(silent, {}, asked('login_required')))
    const back = await browser.get(at.provider.answer(visible, { sub: 'ada' }))
    expect([back.location, await isIn(browser)]).toEqual(['/account', true])
    // An application that wants to have the person asked is obeyed.
    const registered = await addClient(ada)
    for (const [name, value] of [
      ['prompt', 'select_account'],
      ['prompt', 'login'],
    ] as const) {
      const { location } = await browser.get(authorizePath(registered, { scope: 'openid', [name]: value }))
      expect(promptOf(await pressed(await browser.get(location), at.connection))).toBe(value)
    }
  })

  it('keeps a long request, and refuses one that is too long', async () => {
    const at = await world()
    const ada = await addUser('ada-long')
    await addIdentity(at.connection, ada, 'ada')
    const browser = at.server.browser()
    const next = `/account?x=${'y'.repeat(8000)}`
    const page = await browser.get(at.provider.answer(await away(at, browser, next), { sub: 'ada' }))
    expect([page.status, page.location]).toEqual([303, next])
    expect((await away(at, at.server.browser(), `/account?x=${'y'.repeat(20_000)}`)).text).toContain(
      'too long',
    )
  })

  it('costs at most two round trips to D1 more than a password', async () => {
    const counted = countedRows()
    const at = await world({}, { bindings: { DB: counted.db } })
    const ada = await addUser('ada-trips')
    await addIdentity(at.connection, ada, 'ada')
    const spent = async (visit: () => Promise<unknown>) => {
      counted.reset()
      await visit()
      return counted.batches.length
    }
    const local = await spent(() => at.server.signedIn(ada))
    const there = await spent(() => through(at, at.server.browser(), { sub: 'ada' }))
    expect(there - local).toBeLessThanOrEqual(2)
  })

  it('to a connection that is off, or does not exist, is not begun', async () => {
    const at = await world()
    const browser = at.server.browser()
    const page = await browser.get('/login')
    await DB.prepare('UPDATE connections SET suspended_at = 1 WHERE id = ?').bind(at.connection.id).run()
    expect([
      (await pressed(page, at.connection)).status,
      (await browser.get('/login/with/other')).status,
    ]).toEqual([404, 404])
    expect((await browser.get('/login')).text).not.toContain(at.connection.name)
  })
})

describe('a sign-in by a provider', () => {
  it('is recorded with its connection, and not when the identity was unlinked meanwhile', async () => {
    const at = await world()
    const ada = await addUser('ada-event')
    await addIdentity(at.connection, ada, 'ada')
    await through(at, at.server.browser(), { sub: 'ada', sid: 'sid-there' })
    expect(
      await one(`SELECT detail FROM audit_events WHERE user_id = ? AND type = 'sign_in'`, ada.id),
    ).toEqual({
      detail: `(with ${at.connection.id})`,
    })
    expect(
      await one('SELECT connection_id, provider_sid, proven FROM sessions WHERE user_id = ?', ada.id),
    ).toEqual({
      connection_id: at.connection.id,
      provider_sid: 'sid-there',
      proven: 0,
    })
    // Between the read and the write.
    await DB.prepare(
      `CREATE TRIGGER unlink BEFORE UPDATE ON identities BEGIN DELETE FROM identities WHERE user_id = '${ada.id}'; END`,
    ).run()
    const browser = at.server.browser()
    await through(at, browser, { sub: 'ada' })
    await DB.prepare('DROP TRIGGER unlink').run()
    expect(await isIn(browser)).toBe(false)
  })

  it('says when the person signed in there', async () => {
    const at = await world()
    const ada = await addUser('ada-time')
    await addIdentity(at.connection, ada, 'ada')
    const time = async (claims: Record<string, unknown>) => {
      await DB.prepare('DELETE FROM sessions').run()
      await through(at, at.server.browser(), { sub: 'ada' }, { claims })
      return (await one('SELECT authenticated_at FROM sessions'))?.authenticated_at
    }
    expect([
      await time({ auth_time: startedAt - 500 }),
      await time({ auth_time: startedAt + 500 }),
      await time({}),
    ]).toEqual([startedAt - 500, startedAt, startedAt])
  })

  it('is a fresh proof only when a new sign-in there was required, and the provider says that it happened', async () => {
    const at = await world()
    const ada = await addUser('ada-fresh')
    await addIdentity(at.connection, ada, 'ada')
    const signedIn = async (again: boolean, claims: Record<string, unknown>) => {
      const browser = at.server.browser()
      const redirect = await away(at, browser, '/account/email', again ? { again: '' } : {})
      const page = await browser.get(at.provider.answer(redirect, { sub: 'ada' }, { claims }))
      return page.status === 303
        ? (await browser.get(page.location)).status
        : page.text.includes('used an earlier one')
    }
    expect([
      await signedIn(true, {}),
      await signedIn(true, { auth_time: startedAt - 3 }),
      await signedIn(true, { auth_time: startedAt - 100 }),
      await signedIn(true, { auth_time: undefined }),
      await signedIn(false, { auth_time: startedAt }),
    ]).toEqual([200, 200, true, 303, 303])
  })

  it('asks for the code of the app, unless the provider may be believed that there were two factors', async () => {
    const ways: readonly (readonly [
      boolean,
      Record<string, unknown>,
      string,
      readonly string[] | undefined,
    ])[] = [
      [false, { amr: ['pwd', 'mfa'] }, '/login/code', undefined],
      [true, { amr: ['pwd'] }, '/login/code', undefined],
      [true, { amr: ['pwd', 'mfa', 'made-up'] }, '/', ['mfa', 'pwd']],
      [true, { acr: 'phr' }, '/', ['mfa']],
    ]
    for (const [believesAcr, claims, location, amr] of ways) {
      const at = await world({ believesAcr })
      const ada = await addUser(`ada-two-${at.connection.id}`)
      await addIdentity(at.connection, ada, 'ada')
      const app = at.server.browser()
      await (await app.get('/login')).submit({ username: ada.username, password })
      const { phone } = await setUpAuthenticator(at.server, app)
      const browser = at.server.browser()
      const page = await through(at, browser, { sub: 'ada' }, { claims })
      expect([page.status, page.location.split('?')[0]]).toEqual([303, location])
      if (amr !== undefined) {
        expect(
          await one('SELECT amr FROM sessions WHERE user_id = ? AND connection_id IS NOT NULL', ada.id),
        ).toEqual({ amr: JSON.stringify(amr) })
        continue
      }
      expect(await isIn(browser)).toBe(false)
      at.server.now += 60
      await (await browser.get(page.location)).submit({ code: phone.code() })
      expect(await isIn(browser)).toBe(true)
    }
  })

  it('of an administrator must not be older than their sessions may be', async () => {
    const at = await world()
    const root = await addUser('root-old', 'administrator')
    await addIdentity(at.connection, root, 'root')
    const browser = at.server.browser()
    const page = await through(
      at,
      browser,
      { sub: 'root' },
      { claims: { auth_time: startedAt - 30 * 86_400 } },
    )
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('used an earlier one')])
    const again = await browser.get(`/login/with/${at.connection.id}?again=`)
    const back = at.provider.answer(await again.submit({ purpose: 'sign-in' }), { sub: 'root' })
    expect((await browser.get(back)).status).toBe(303)
    expect(await isIn(browser)).toBe(true)
  })

  it('survives every fault of a call to D1, or begins again', async () => {
    const kinds: readonly (readonly Fault[])[] = [
      ['before'],
      ['after'],
      ['before', 'before'],
      ['after', 'before'],
      ['after', 'after'],
    ]
    const broken = faults()
    const at = await world({}, { bindings: { DB: broken.db } })
    const ada = await addUser('ada-faults')
    await addIdentity(at.connection, ada, 'ada')
    for (const call of [1, 2, 3])
      for (const kind of kinds) {
        const browser = at.server.browser()
        const path = at.provider.answer(await away(at, browser), { sub: 'ada' })
        broken.arm(call, kind)
        const page = await browser.get(path)
        broken.disarm()
        // A fault that is met once is never noticed; an outage is told, and the next try works.
        expect([call, kind, page.status < 400]).toEqual([call, kind, kind.length === 1])
        if (page.status >= 400) await through(at, browser, { sub: 'ada' })
        expect(await isIn(browser)).toBe(true)
      }
  })

  it('of a suspended person, or at a suspended connection, is none', async () => {
    const at = await world()
    const ada = await addUser('ada-suspended')
    await addIdentity(at.connection, ada, 'ada')
    await DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(ada.id).run()
    const browser = at.server.browser()
    expect((await through(at, browser, { sub: 'ada' })).text).toContain('Your account is suspended')
    const path = at.provider.answer(await away(at, browser), { sub: 'ada' })
    await DB.prepare('UPDATE connections SET suspended_at = 1 WHERE id = ?').bind(at.connection.id).run()
    expect([(await browser.get(path)).status, await isIn(browser)]).toEqual([404, false])
  })
})
