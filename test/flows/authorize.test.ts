import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { Browser } from '../browser.ts'
import { answerOf, authorizePath, codeRequest, consentTo, errorOf, obtainCode, postToken } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, password, type Registered, startServer } from '../server.ts'

const server = startServer()
let owner: User
let registered: Registered
let browser: Browser

beforeAll(async () => {
  await applySchema()
  owner = await addUser('ada')
  registered = await addClient(owner)
  browser = await server.signedIn(owner)
  await obtainCode(browser, registered)
})

describe('an untrusted request is a page, never a redirect', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['no client', { client_id: undefined }],
    ['unknown client', { client_id: 'nobody' }],
    ['hostile client', { client_id: '"><script>alert(1)</script>' }],
    ['unregistered redirect URI', { redirect_uri: 'https://evil.example/' }],
    ['prefix of the registered one', { redirect_uri: 'https://app.example/callback/more' }],
    ['registered one with a query', { redirect_uri: 'https://app.example/callback?x=1' }],
    ['registered one with a fragment', { redirect_uri: 'https://app.example/callback#x' }],
    ['other case', { redirect_uri: 'https://APP.example/callback' }],
  ])('%s', async (_, changes) => {
    const page = await server.browser().get(authorizePath(registered, changes))
    expect([page.status, page.location]).toEqual([400, ''])
    expect(page.html).not.toContain('https://app.example/callback')
    expect(page.html).not.toContain('<script>alert')
  })

  it.each(['client_id', 'redirect_uri'])('%s twice', async (name) => {
    const page = await browser.get(
      `${authorizePath(registered)}&${name}=${encodeURIComponent('https://app.example/callback')}`,
    )
    expect([page.status, page.location]).toEqual([400, ''])
  })
})

describe('other errors go back to the client', () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['unknown scope', { scope: 'everything' }, 'invalid_scope'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without a method', { code_challenge_method: undefined }, 'invalid_request'],
    ['short challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['unknown prompt', { prompt: 'sing' }, 'invalid_request'],
    ['none with another prompt', { prompt: 'none login' }, 'invalid_request'],
    ['garbled max_age', { max_age: '-1' }, 'invalid_request'],
    ['request object', { request: 'eyJ' }, 'request_not_supported'],
    ['request URI', { request_uri: 'https://app.example/r' }, 'request_uri_not_supported'],
    ['cut request URI', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request_uri'],
    ['NUL in the scope', { scope: 'read\0write' }, 'invalid_request'],
  ])('%s', async (_, changes, error) => {
    const page = await browser.get(authorizePath(registered, changes))
    expect(page.status).toBe(303)
    expect(page.location).toMatch(/^https:\/\/app\.example\/callback\?/)
    const answer = answerOf(page)
    expect([answer.get('error'), answer.get('state'), answer.get('iss')]).toEqual([error, 'state-1', issuer])
  })

  it('a parameter twice', async () => {
    const answer = answerOf(await browser.get(`${authorizePath(registered)}&scope=read`))
    expect([answer.get('error'), answer.get('state')]).toEqual(['invalid_request', 'state-1'])
  })

  it('unknown parameters are ignored', async () => {
    expect(
      answerOf(await browser.get(authorizePath(registered, { utm_source: 'x', resource_hint: 'y' }))).get(
        'code',
      ),
    ).not.toBeNull()
  })
})

describe('state', () => {
  it.each(['x'.repeat(10_000), 'a b+c&d=e%20"<>é𝄞', "/?#[]@!$&'()*+,;="])(
    'comes back exactly as it was sent (%#)',
    async (state) => {
      expect(answerOf(await browser.get(authorizePath(registered, { state }))).get('state')).toBe(state)
    },
  )

  it('survives signing in and consent', async () => {
    const state = `${'s'.repeat(10_000)} &=?#+%`
    const visitor = server.browser()
    const login = await visitor.get(
      (await visitor.get(authorizePath(registered, { state, prompt: 'consent' }))).location,
    )
    const back = await login.submit({ username: 'ada', password })
    expect(answerOf(await consentTo(await visitor.get(back.location))).get('state')).toBe(state)
  })
})

describe('the redirect', () => {
  it('keeps the query of the registered URI', async () => {
    const uri = 'https://app.example/cb?tenant=1&x=%20'
    const client = await addClient(owner, { redirectUris: [uri] })
    const page = await consentTo(await browser.get(authorizePath(client)))
    expect(page.location.startsWith(`${uri}&code=lkc_`)).toBe(true)
  })

  it('goes to the one registered URI when none was sent', async () => {
    const page = await browser.get(authorizePath(registered, { redirect_uri: undefined }))
    expect(page.location).toMatch(/^https:\/\/app\.example\/callback\?code=/)
  })

  it('is a page when none was sent and two are registered', async () => {
    const client = await addClient(owner, { redirectUris: ['https://a.example/', 'https://b.example/'] })
    expect((await browser.get(authorizePath(client, { redirect_uri: undefined }))).status).toBe(400)
  })

  it('may have any port on loopback, and asks every time', async () => {
    const client = await addClient(owner, { type: 'public', redirectUris: ['http://127.0.0.1/cb'] })
    const path = authorizePath(client, { redirect_uri: 'http://127.0.0.1:51004/cb' })
    const first = await consentTo(await browser.get(path))
    expect(first.location).toMatch(/^http:\/\/127\.0\.0\.1:51004\/cb\?code=/)
    expect((await browser.get(path)).status).toBe(200)
    expect(
      (await browser.get(authorizePath(client, { redirect_uri: 'http://127.0.0.1:51004/other' }))).status,
    ).toBe(400)
    expect(
      (await browser.get(authorizePath(client, { redirect_uri: 'http://127.0.0.1:51004@evil.example/cb' })))
        .status,
    ).toBe(400)
  })
})

describe('consent on loopback', () => {
  const path = (client: Registered, changes = {}) =>
    authorizePath(client, { redirect_uri: 'http://127.0.0.1:51004/cb', ...changes })
  const local = () => addClient(owner, { type: 'public', redirectUris: ['http://127.0.0.1/cb'] })
  const agree = async (who: Browser, client: Registered, changes = {}) => {
    const answer = await (await who.get(path(client, changes))).submit({
      decision: 'authorize',
      remember: 'yes',
    })
    expect(answer.location).toContain('code=')
  }

  it('can be remembered for one’s own application, and is otherwise said to be asked every time', async () => {
    const client = await local()
    const { text, html } = await browser.get(path(client))
    expect(text).not.toContain('you are asked every time')
    expect(html).toContain('type="checkbox" id="remember"')
    const stranger = await server.signedIn(await addUser('stranger'))
    const others = await stranger.get(path(client))
    expect(others.text).toContain('you are asked every time')
    expect(others.html).not.toContain('id="remember"')
    await agree(browser, client, { scope: 'read' })
    for (const port of ['51004', '8001']) {
      const again = path(client, { scope: 'read', redirect_uri: `http://127.0.0.1:${port}/cb` })
      expect((await browser.get(again)).location).toContain('code=')
    }
    expect((await browser.get(path(client, { scope: 'read write' }))).status).toBe(200)
    expect((await browser.get(path(client, { scope: 'read', prompt: 'consent' }))).status).toBe(200)
    expect((await browser.get(path(client, { scope: 'read', prompt: 'none' }))).location).toContain('code=')
  })

  it('is not remembered when nobody asked for that, nor at an address of the web', async () => {
    const client = await addClient(owner, {
      redirectUris: ['http://127.0.0.1/cb', 'https://app.example/callback'],
    })
    await consentTo(await browser.get(path(client)))
    expect((await browser.get(path(client))).status).toBe(200)
    await agree(browser, client)
    const web = await browser.get(authorizePath(client, { redirect_uri: 'https://app.example/callback' }))
    expect([web.status, web.html.includes('id="remember"')]).toEqual([200, false])
  })

  it('is not remembered for somebody else’s application, whatever the form sends', async () => {
    const client = await local()
    const bob = await server.signedIn(await addUser('bob-on-loopback'))
    expect((await bob.get(path(client))).html).not.toContain('id="remember"')
    await agree(bob, client)
    expect((await bob.get(path(client))).status).toBe(200)
  })

  it('is never remembered in production, not even what was remembered in development', async () => {
    const client = await local()
    await agree(browser, client)
    expect((await browser.get(path(client))).location).toContain('code=')
    const origin = 'https://id.example'
    const live = startServer({ bindings: { ISSUER: origin } })
    const visitor = new Browser((at, init) => {
      const headers = new Headers(init?.headers)
      if (headers.has('Origin')) headers.set('Origin', origin)
      return live.fetch(new URL(at, origin).href, { ...init, headers })
    })
    const signedIn = await (await visitor.get('/login')).submit({ username: owner.username, password })
    expect(signedIn.status).toBe(303)
    const asked = await visitor.get(path(client))
    expect([asked.status, asked.html.includes('id="remember"')]).toEqual([200, false])
    await agree(visitor, client)
    expect((await visitor.get(path(client))).status).toBe(200)
  })
})

describe('the path of a loopback redirect URI', () => {
  it.each([
    ['http://127.0.0.1', 'http://127.0.0.1:51004/'],
    ['http://127.0.0.1/', 'http://127.0.0.1:51004'],
    ['http://localhost', 'http://localhost/'],
    ['http://localhost:8000/', 'http://localhost:8000'],
    ['http://127.0.0.1?x=1', 'http://127.0.0.1:9/?x=1'],
  ])('%s may be requested as %s, and is redirected to as requested', async (uri, redirect_uri) => {
    const client = await addClient(owner, { type: 'public', redirectUris: [uri] })
    const page = await consentTo(await browser.get(authorizePath(client, { redirect_uri })))
    expect(page.location.startsWith(`${redirect_uri}${redirect_uri.includes('?') ? '&' : '?'}code=`)).toBe(
      true,
    )
    const code = answerOf(page).get('code') ?? ''
    const other = await postToken(server, { ...codeRequest(client, code), redirect_uri: uri })
    expect(await errorOf(other)).toBe('400 invalid_grant')
    expect((await postToken(server, { ...codeRequest(client, code), redirect_uri })).status).toBe(200)
  })

  it.each([
    ['https://app.example', 'https://app.example/'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1/cb/'],
    ['http://127.0.0.1', 'http://localhost/'],
    ['http://127.0.0.1', 'http://127.0.0.1//'],
    ['http://127.0.0.1/', 'http://127.0.0.1:9@evil.example/'],
  ])('%s is not %s', async (uri, redirect_uri) => {
    const client = await addClient(owner, { type: 'public', redirectUris: [uri] })
    expect((await browser.get(authorizePath(client, { redirect_uri }))).status).toBe(400)
  })
})

describe('a POST', () => {
  it('is redirected to GET, so that the session cookie is sent', async () => {
    const [path = '', query = ''] = authorizePath(registered).split('?')
    const fields = Object.fromEntries(new URLSearchParams(query))
    const page = await browser.post(path, fields, {
      Origin: 'https://app.example',
      'Sec-Fetch-Site': 'cross-site',
    })
    expect(page.status).toBe(303)
    expect(answerOf(await browser.get(page.location)).get('code')).not.toBeNull()
  })

  const inState = (length: number) => ({ state: 's'.repeat(length) })
  /** The answer of a provider: each parameter has up to 4,096 characters. */
  const inAnswer = (length: number) => ({
    state: 's'.repeat(4_000),
    code: 'c'.repeat(4_000),
    iss: 'i'.repeat(length - 8_000),
  })

  it.each([
    ['/o/authorize', inState],
    ['/o/logout', inState],
    ['/login/with/acme/callback', inAnswer],
  ])('to %s that is too long for a URL is refused, and goes nowhere', async (path, fields) => {
    const fits = await browser.post(path, fields(9_900))
    expect([fits.status, fits.location]).toEqual([303, `${path}?${new URLSearchParams(fields(9_900))}`])
    const page = await browser.post(path, fields(10_000))
    expect([page.status, page.location, page.text]).toEqual([413, '', expect.stringContaining('10000 bytes')])
  })

  it('of a decision counts only from our own page', async () => {
    const path = authorizePath(registered, { prompt: 'consent' })
    const forged = [
      await browser.post(path, { decision: 'authorize' }),
      await browser.post(path, { decision: 'authorize', form_token: 'x' }),
    ]
    const consent = await browser.get(path)
    const fields = { ...consent.forms[0]?.fields, decision: 'authorize' }
    forged.push(await browser.post(path, fields, { Origin: 'https://evil.example' }))
    forged.push(await browser.post(path, fields, { 'Sec-Fetch-Site': 'cross-site' }))
    forged.push(await (await server.signedIn(owner)).post(path, fields))
    expect(forged.map(({ status, location }) => [status, location])).toEqual(forged.map(() => [403, '']))
    expect((await consent.submit({ decision: 'authorize' })).status).toBe(303)
  })
})

describe('consent', () => {
  it('cancelled says access_denied', async () => {
    const consent = await browser.get(authorizePath(registered, { prompt: 'consent' }))
    const answer = answerOf(await consent.submit({ decision: 'cancel' }))
    expect([answer.get('error'), answer.get('state'), answer.has('code')]).toEqual([
      'access_denied',
      'state-1',
      false,
    ])
  })

  it('is asked again for a new scope, a new host and a new name', async () => {
    const client = await addClient(owner, { redirectUris: ['https://one.example/', 'https://two.example/'] })
    const asks = async (changes: Record<string, string> = {}) =>
      (await browser.get(authorizePath(client, changes))).status === 200
    await obtainCode(browser, client, { scope: 'read' })
    expect(await asks({ scope: 'read' })).toBe(false)
    expect(await asks({ scope: 'write' })).toBe(true)
    expect(await asks({ scope: 'read', redirect_uri: 'https://two.example/' })).toBe(true)
    await obtainCode(browser, client, { scope: 'write' })
    expect(await asks({ scope: 'read write' })).toBe(false)
    await env.DB.prepare('UPDATE clients SET name = ? WHERE id = ?').bind('Bank', client.client.id).run()
    expect(await asks({ scope: 'read' })).toBe(true)
  })

  it('shows a hostile name as text', async () => {
    const client = await addClient(owner, { name: '<img src=x onerror=alert(1)>' })
    expect((await browser.get(authorizePath(client))).html).not.toContain('<img src=x')
  })
})

describe('prompt', () => {
  it('none never shows a page', async () => {
    const silent = async (visitor: Browser, client: Registered) =>
      answerOf(await visitor.get(authorizePath(client, { prompt: 'none' }))).get('error')
    expect(await silent(server.browser(), registered)).toBe('login_required')
    expect(await silent(browser, await addClient(owner))).toBe('consent_required')
    expect(await silent(browser, registered)).toBeNull()
  })

  it('login asks again, and is satisfied by a sign-in after the request', async () => {
    const visitor = await server.signedIn(owner)
    const toLogin = await visitor.get(authorizePath(registered, { prompt: 'login' }))
    expect(toLogin.location).toMatch(/^\/login/)
    const again = await visitor.get(new URL(toLogin.location, issuer).searchParams.get('next') ?? '')
    expect(again.location).toMatch(/^\/login/)
    server.now += 5
    const back = await (await visitor.get(toLogin.location)).submit({ username: 'ada', password })
    expect(answerOf(await visitor.get(back.location)).get('code')).not.toBeNull()
  })

  it('login is not satisfied by a forged time', async () => {
    const visitor = await server.signedIn(owner)
    const forged = `${authorizePath(registered, { prompt: 'login' })}&received=${server.now - 10}.${'A'.repeat(43)}`
    expect((await visitor.get(forged)).location).toMatch(/^\/login/)
  })

  it('max_age asks when the sign-in is older', async () => {
    const visitor = await server.signedIn(owner)
    server.now += 100
    expect((await visitor.get(authorizePath(registered, { max_age: '50' }))).location).toMatch(/^\/login/)
    expect((await visitor.get(authorizePath(registered, { max_age: '100' }))).location).toMatch(
      /^https:\/\/app/,
    )
    expect((await visitor.get(authorizePath(registered, { max_age: '0' }))).location).toMatch(/^\/login/)
  })
})
