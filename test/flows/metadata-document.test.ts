import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { isDocumentUrl } from '../../src/rules/clients/metadata-document.ts'
import type { Browser } from '../browser.ts'
import {
  authorizePath,
  codeRequest,
  errorOf,
  obtainCode,
  postToken,
  refreshRequest,
  tokensOf,
} from '../flow.ts'
import { addUser, applySchema, type Server, startServer } from '../server.ts'

let server: Server
let browser: Browser
let made = 0

beforeAll(async () => {
  await applySchema()
  await addUser('ada', 'administrator')
  server = startServer()
  browser = await server.signedIn(await addUser('bob'))
})
afterEach(() => vi.restoreAllMocks())

const redirectUri = 'https://agent.example/callback'

/** A new URL each time: documents are cached. */
function freshUrl(): string {
  made++
  return `https://agent.example/client-${made}.json`
}

/** The answers of the web, and the requested URLs. */
function publish(url: string, document: unknown, init: ResponseInit = {}): string[] {
  const asked: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    asked.push(String(input))
    if (String(input) !== url) return new Response(null, { status: 404 })
    const body = typeof document === 'string' ? document : JSON.stringify(document)
    return new Response(body, { ...init, headers: { 'content-type': 'application/json', ...init.headers } })
  })
  return asked
}

const describing = (url: string, more: object = {}) => ({
  client_id: url,
  client_name: 'Agent',
  redirect_uris: [redirectUri],
  ...more,
})
const knownAs = (id: string) => ({
  client: { id, type: 'public' as const, redirectUris: [redirectUri] },
  secret: '',
})

const rows = (id: string) =>
  server.env.DB.prepare('SELECT count(*) AS n FROM clients WHERE id = ?').bind(id).first<number>('n')

describe('a client that publishes its metadata', () => {
  it('goes through the whole flow, named by its URL', async () => {
    const url = freshUrl()
    publish(url, describing(url))
    const page = await browser.get(authorizePath(knownAs(url)))
    expect(page.html).toContain('agent.example')
    expect(page.html).toContain('Nobody here has checked')
    const code = await obtainCode(browser, knownAs(url), { scope: 'read offline_access' })
    const tokens = await tokensOf(await postToken(server, codeRequest(knownAs(url), code)))
    const { scope } = await tokensOf(
      await postToken(server, refreshRequest(knownAs(url), tokens.refresh_token)),
    )
    expect(scope).toBe('read offline_access')
  })

  it('is not stored before somebody allowed it, and asks each time', async () => {
    const url = freshUrl()
    publish(url, describing(url))
    const page = await browser.get(authorizePath(knownAs(url)))
    expect(await rows(url)).toBe(0)
    await page.submit({ decision: 'authorize' })
    expect(await rows(url)).toBe(1)
    expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(200)
  })

  it('is fetched for signed-in people only', async () => {
    const url = freshUrl()
    const asked = publish(url, describing(url))
    const page = await server.browser().get(authorizePath(knownAs(url)))
    expect([page.status, page.location.startsWith('/login?next=')]).toEqual([303, true])
    expect(asked).toEqual([])
    await browser.get(authorizePath(knownAs(url)))
    expect(asked).toEqual([url])
  })

  it('may redirect only to the addresses in its document', async () => {
    const url = freshUrl()
    publish(url, describing(url))
    const page = await browser.get(authorizePath(knownAs(url), { redirect_uri: 'https://evil.example/cb' }))
    expect([page.status, page.location]).toEqual([400, ''])
  })

  it.each([
    ['another client_id', (url: string) => describing(url, { client_id: `${url}/` })],
    ['a secret', (url: string) => describing(url, { client_secret: 'x' })],
    [
      'a secret method',
      (url: string) => describing(url, { token_endpoint_auth_method: 'client_secret_basic' }),
    ],
    [
      'a script as redirect URI',
      (url: string) => describing(url, { redirect_uris: ['javascript:alert(1)'] }),
    ],
    ['no object', () => [1]],
  ])('is refused with %s', async (_, document) => {
    const url = freshUrl()
    publish(url, document(url))
    const page = await browser.get(authorizePath(knownAs(url)))
    expect([page.status, page.location]).toEqual([400, ''])
    expect(await rows(url)).toBe(0)
  })

  it.each([
    ['it is too large', { document: JSON.stringify({ padding: 'x'.repeat(6000) }), init: {} }],
    ['it does not exist', { document: '', init: { status: 404 } }],
    ['it is not 200', { document: '{}', init: { status: 203 } }],
    ['it is not JSON', { document: '{', init: {} }],
    ['its media type is not JSON', { document: '{}', init: { headers: { 'content-type': 'text/plain' } } }],
    ['it redirects', { document: '', init: { status: 302, headers: { location: 'https://a.example' } } }],
  ])('can be tried again when %s', async (_, { document, init }) => {
    const url = freshUrl()
    const asked = publish(url, document, init)
    expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(503)
    expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(503)
    // A failure is remembered for half a minute.
    expect(asked).toEqual([url])
    publish(url, describing(url))
    server.now += 31
    expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(200)
  })

  it('asks again when its redirect URIs change, and its current values are used', async () => {
    const url = freshUrl()
    publish(url, describing(url))
    const code = await obtainCode(browser, knownAs(url), { scope: 'read offline_access' })
    const tokens = await tokensOf(await postToken(server, codeRequest(knownAs(url), code)))
    publish(url, describing(url, { redirect_uris: ['https://agent.example/other'] }))
    server.now += 601
    const other = {
      ...knownAs(url),
      client: { ...knownAs(url).client, redirectUris: ['https://agent.example/other'] },
    }
    expect((await browser.get(authorizePath(other))).status).toBe(200)
    expect((await postToken(server, refreshRequest(knownAs(url), tokens.refresh_token))).status).toBe(200)
  })

  it.each([
    ['nothing', {}, 'verified'],
    ['its name', { client_name: 'Your bank' }, 'unverified'],
    ['the redirect after sign-out', { post_logout_redirect_uris: ['https://a.example/'] }, 'unverified'],
    ['the scopes it may request', { scope: 'read' }, 'unverified'],
    [
      'the address for sign-out notices',
      { backchannel_logout_uri: 'https://agent.example/out' },
      'unverified',
    ],
  ])('stays as the administrator saw it while its document changes %s', async (_, more, trust) => {
    const url = freshUrl()
    publish(url, describing(url, { scope: 'read email' }))
    await obtainCode(browser, knownAs(url), { scope: 'read' })
    const root = await server.signedIn(await addUser(`root${made}`, 'administrator'))
    await (await root.get(`/admin/applications/${encodeURIComponent(url)}/trust`)).submit({
      trust: 'verified',
    })
    const path = authorizePath(knownAs(url), { scope: 'read', prompt: 'consent' })
    expect((await browser.get(path)).text).toContain('Verified')
    publish(url, describing(url, { scope: 'read email', ...more }))
    server.now += 601
    const page = await browser.get(path)
    expect(page.text.includes('Unverified')).toBe(trust === 'unverified')
    await page.submit({ decision: 'authorize' })
    const kept = await server.env.DB.prepare('SELECT trust FROM clients WHERE id = ?')
      .bind(url)
      .first('trust')
    expect(kept).toBe(trust)
  })

  it('keeps the requirements of an administrator, whatever its document says', async () => {
    const url = freshUrl()
    publish(url, describing(url))
    await obtainCode(browser, knownAs(url), { scope: 'read' })
    const root = await server.signedIn(await addUser(`root${made}`, 'administrator'))
    const policy = `/o/applications/${encodeURIComponent(url)}/policy`
    const demanded = { scope: 'read', access_token_lifetime: '2m', refresh_tokens: 'no' }
    expect((await (await root.get(policy)).submit(demanded)).status).toBe(303)
    const code = await obtainCode(browser, knownAs(url), { scope: 'read' })
    const tokens = await tokensOf(await postToken(server, codeRequest(knownAs(url), code)))
    expect(tokens).toMatchObject({ expires_in: 120 })
    const more = await obtainCode(browser, knownAs(url), { scope: 'read write' })
    expect((await tokensOf(await postToken(server, codeRequest(knownAs(url), more)))).scope).toBe('read')
    expect(tokens).not.toHaveProperty('refresh_token')
    expect((await (await root.get(policy)).submit({ ...demanded, factors: 'two' })).status).toBe(303)
    expect((await browser.get(authorizePath(knownAs(url), { scope: 'read' }))).location).toContain(
      '/account/',
    )
  })

  it('is stopped by suspending it', async () => {
    const url = freshUrl()
    publish(url, describing(url))
    const code = await obtainCode(browser, knownAs(url), { scope: 'read offline_access' })
    const tokens = await tokensOf(await postToken(server, codeRequest(knownAs(url), code)))
    await server.env.DB.prepare('UPDATE clients SET suspended_at = 1 WHERE id = ?').bind(url).run()
    expect(await errorOf(await postToken(server, refreshRequest(knownAs(url), tokens.refresh_token)))).toBe(
      '401 invalid_client',
    )
    const again = await browser.get(authorizePath(knownAs(url)))
    const answer = again.status === 200 ? await again.submit({ decision: 'authorize' }) : again
    expect(answer.location).not.toContain('code=')
  })

  it('is identified by its exact URL', async () => {
    const url = freshUrl()
    publish(url, describing(url))
    for (const other of [url.toUpperCase(), url.replace('agent.example', 'agent.example:443'), `${url}?`]) {
      expect((await browser.get(authorizePath(knownAs(other)))).status).not.toBe(200)
    }
  })

  it('can be switched off, and restricted to hosts', async () => {
    const url = freshUrl()
    const asked = publish(url, describing(url))
    const { registration } = {
      registration: { mode: 'off', initialAccessToken: '', approval: false, mostOfNetwork: 1 },
    } as const
    for (const documents of [
      undefined,
      { allowed: ['other.example'], denied: [] },
      { allowed: [], denied: ['example'] },
    ]) {
      const narrow = startServer({ config: { registration: { ...registration, documents } } })
      const person = await narrow.signedIn(await addUser(`p${made++}`))
      expect((await person.get(authorizePath(knownAs(url)))).status).toBe(400)
    }
    expect(asked).toEqual([])
    const metadata = await (await server.fetch('/.well-known/oauth-authorization-server')).json()
    expect(metadata).toMatchObject({ client_id_metadata_document_supported: true })
  })
})

describe('the URL of a metadata document', () => {
  it.each([
    ['https://app.example/client.json', true],
    ['https://app.example:8443/a/b', true],
    ['https://app.example', false],
    ['https://app.example/', false],
    ['https://app.example/a#b', false],
    ['https://user@app.example/a', false],
    ['https://app.example/a/../b', false],
    ['https://app.example/a/%2e%2e/b', false],
    ['https://app.example/./a', false],
    ['ftp://app.example/a', false],
    ['app.example/a', false],
  ])('%s: %s', (url, is) => {
    expect(isDocumentUrl(url)).toBe(is)
  })
})

/** An answer of the web that has been there for some time. */
const old = { age: '100' }

describe('how long a document is used', () => {
  it.each<readonly [string, Record<string, string>, number]>([
    ['max-age', { 'cache-control': 'max-age=60' }, 60],
    ['max-age in quotes', { 'cache-control': 'public, max-age="60"' }, 60],
    ['a day', { 'cache-control': 'public, max-age=86400' }, 600],
    ['more than a number holds', { 'cache-control': `max-age=${'9'.repeat(400)}` }, 600],
    ['the time it has been in other caches', { 'cache-control': 'max-age=400', ...old }, 300],
    ['nothing', { 'cache-control': 'max-age=0' }, 30],
    ['not to keep it', { 'cache-control': 'no-store' }, 30],
    ['to ask each time', { 'cache-control': 'no-cache, max-age=500' }, 30],
    ['Expires', { date: 'Fri, 27 Nov 2026 10:00:00 GMT', expires: 'Fri, 27 Nov 2026 10:02:00 GMT' }, 120],
    ['Expires in the past', { expires: '0' }, 30],
    ['max-age before Expires', { 'cache-control': 'max-age=60', expires: '0' }, 60],
    ['nothing at all', {}, 600],
  ])('is what its headers say, within bounds: %s', async (_, headers, seconds) => {
    const url = freshUrl()
    const asked = publish(url, describing(url), { headers })
    const before = server.now
    const times = async (at: number) => {
      server.now = before + at
      expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(200)
      return asked.length
    }
    expect([await times(0), await times(seconds - 1), await times(seconds)]).toEqual([1, 1, 2])
  })

  it('is longer when it has not changed, by its ETag, and as long as before', async () => {
    const url = freshUrl()
    const tags: (string | null)[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      const tag = new Headers(init?.headers).get('if-none-match')
      tags.push(tag)
      const headers = { etag: '"1"', 'cache-control': 'max-age=100' }
      return tag === '"1"' ? new Response(null, { status: 304 }) : Response.json(describing(url), { headers })
    })
    for (let i = 0; i < 3; i++) {
      expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(200)
      server.now += 99
      expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(200)
      server.now += 1
    }
    expect(tags).toEqual([null, '"1"', '"1"'])
  })

  it('never begins with a 304 that nobody asked for', async () => {
    const url = freshUrl()
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status: 304 }))
    expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(503)
  })

  it('is half a minute when it is not valid, whatever its headers say (§5.2)', async () => {
    const url = freshUrl()
    const headers = { etag: '"wrong"', 'cache-control': 'max-age=600' }
    const asked = publish(url, describing(`${url}?`), { headers })
    for (let i = 0; i < 3; i++) expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(400)
    expect(asked).toEqual([url])
    const fetched = vi.spyOn(globalThis, 'fetch')
    fetched.mockImplementation(async (_, init) => {
      expect(new Headers(init?.headers).get('if-none-match')).toBeNull()
      return Response.json(describing(url))
    })
    server.now += 30
    expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(200)
  })
})
