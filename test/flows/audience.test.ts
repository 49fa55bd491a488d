import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { spellingsOf } from '../../src/rules/requests/resource-identifier.ts'
import type { Browser } from '../browser.ts'
import { codeRequest, obtainCode, postToken, refreshRequest, type Tokens, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
const orders = 'https://Orders.example'
const mail = 'https://mail.example/v1'
let client: Registered
let browser: Browser

beforeAll(async () => {
  await applySchema()
  const insert = 'INSERT INTO resources (identifier, name, created_at) VALUES (?, ?, 0)'
  await env.DB.batch([
    env.DB.prepare(insert).bind(orders, 'Orders'),
    env.DB.prepare(insert).bind(mail, 'Mail'),
    env.DB.prepare(
      `INSERT INTO scopes (name, description, resource) VALUES ('orders:read', 'See your orders', ?), ('mail:send', 'Send mail', ?)`,
    ).bind(orders, mail),
  ])
  const owner = await addUser('ada')
  const scope = ['openid', 'email', 'introspection', 'read', 'orders:read', 'mail:send']
  client = await addClient(owner, { policy: { ...defaultClientPolicy, scope } })
  browser = await server.signedIn(owner)
})

const tokensFor = async (changes: Record<string, string>, atToken: Record<string, string> = {}) => {
  const code = await obtainCode(browser, client, changes)
  return tokensOf(await postToken(server, { ...codeRequest(client, code), ...atToken }))
}
const refreshed = async ({ refresh_token }: Tokens, changes: Record<string, string> = {}) =>
  tokensOf(await postToken(server, { ...refreshRequest(client, refresh_token), ...changes }))

function claimsOf({ access_token }: Tokens): Record<string, unknown> {
  return JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString())
}

const everything = 'openid email introspection read orders:read'

/** Each machine endpoint, from the app's own table. */
const machineRoutes = createApp(parseConfig({ ...env }), () => 0)
  .routes.filter(({ method, path }) => /^(GET|POST)$/.test(method) && /^\/(o|\.well-known)\//.test(path))
  .filter(({ path }) => !path.includes(':') && !path.startsWith('/o/applications'))

const send = ({ method, path }: { method: string; path: string }, token: string) =>
  server.fetch(path, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(method === 'POST' ? { body: new URLSearchParams({ token }) } : {}),
  })

describe('every endpoint that takes an access token', () => {
  it('refuses a token for another API, and says how to get the right one (RFC 9068 §4)', async () => {
    const forIssuer = (await tokensFor({ scope: everything })).access_token
    const forApi = (await tokensFor({ scope: everything, resource: orders })).access_token
    const found: string[] = []
    for (const route of machineRoutes) {
      const made = await send(route, 'made-up')
      if (!/^Bearer .*invalid_token/.test(made.headers.get('WWW-Authenticate') ?? '')) continue
      found.push(`${route.method} ${route.path}`)
      expect([route.path, (await send(route, forIssuer)).status]).toEqual([route.path, 200])
      const refused = await send(route, forApi)
      const { error, error_description } = await refused.json<Record<string, string>>()
      expect([route.path, refused.status, error]).toEqual([route.path, 401, 'invalid_token'])
      expect(error_description).toContain(`resource=${issuer}`)
      expect(refused.headers.get('WWW-Authenticate')).toContain(error_description)
    }
    expect([...new Set(found)].sort()).toEqual(['GET /o/userinfo', 'POST /o/introspect', 'POST /o/userinfo'])
  })
})

describe('an access token is for one API', () => {
  it('for the issuer when openid was granted; a token for the API needs resource', async () => {
    const first = await tokensFor({ scope: 'openid read orders:read' })
    expect(claimsOf(first)).toMatchObject({ aud: issuer, scope: 'openid read' })
    expect(first.scope).toBe('openid read')
    const second = await refreshed(first, { resource: orders })
    expect(claimsOf(second)).toMatchObject({ aud: orders, scope: 'openid read orders:read' })
    expect(claimsOf(await refreshed(second, { scope: 'orders:read' }))).toMatchObject({ aud: orders })
  })

  it('for the API of the scopes without openid, and for the first of two', async () => {
    expect(claimsOf(await tokensFor({ scope: 'read orders:read' })).aud).toBe(orders)
    const two = await tokensFor({ scope: 'read mail:send orders:read' })
    expect(claimsOf(two)).toMatchObject({ aud: mail, scope: 'read mail:send' })
    expect(claimsOf(await refreshed(two, { resource: orders }))).toMatchObject({
      aud: orders,
      scope: 'read orders:read',
    })
  })

  it('for the API that was named, and for userinfo by a refresh', async () => {
    const named = await tokensFor({ scope: 'openid orders:read', resource: orders })
    expect(claimsOf(named).aud).toBe(orders)
    const own = await refreshed(named, { resource: issuer })
    expect(claimsOf(own).aud).toBe(issuer)
    const again = await refreshed(own, { resource: `${issuer}/o/userinfo` })
    expect(claimsOf(again).aud).toBe(issuer)
    const bearer = { headers: { Authorization: `Bearer ${again.access_token}` } }
    expect((await server.fetch('/o/userinfo', bearer)).status).toBe(200)
  })

  it('and never for two at once', async () => {
    const code = await obtainCode(browser, client, { scope: 'mail:send orders:read' })
    const body = new URLSearchParams(
      Object.entries(codeRequest(client, code)).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    )
    for (const resource of [mail, orders]) body.append('resource', resource)
    const answer = await server.fetch('/o/token', { method: 'POST', body })
    expect(await answer.json()).toMatchObject({
      error: 'invalid_target',
      error_description: 'An access token is for one API: send one resource at a time',
    })
  })
})

describe('resource is compared as a URL (RFC 3986 §6.2)', () => {
  it.each([
    'https://orders.example',
    'https://orders.example/',
    'HTTPS://ORDERS.EXAMPLE',
    'https://orders.example:443/',
  ])('%s names the API, and aud is as it was registered', async (resource) => {
    const named = await tokensFor({ scope: 'orders:read', resource }, { resource })
    expect(claimsOf(named).aud).toBe(orders)
  })

  it.each([
    'https://mail.example/V1',
    'https://mail.example/v1/',
    'http://mail.example/v1',
    'https://mail.example:444/v1',
  ])('%s is different, and the refusal names it', async (resource) => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'read',
      resource,
      client_id: client.client.id,
      client_secret: client.secret,
    })
    const service = await addClient(await addUser(`owner-${resource.length}-${resource.at(-1)}`), {
      grantType: 'client-credentials',
    })
    body.set('client_id', service.client.id)
    body.set('client_secret', service.secret)
    const answer = await server.fetch('/o/token', { method: 'POST', body })
    const { error, error_description } = await answer.json<Record<string, string>>()
    expect(error).toBe('invalid_target')
    expect(error_description).toContain(resource)
    expect(error_description).toContain(`${issuer}/admin/apis`)
  })

  it('every spelling leads to the same search', () => {
    const spelled = ['https://a.example', 'HTTPS://A.example:443/', 'https://a.example:']
    expect(new Set(spelled.map((one) => spellingsOf(one).join(' '))).size).toBe(1)
    expect(spellingsOf('https://a.example')).toContain('https://a.example:443/')
    expect(spellingsOf('urn:Example:api')).toEqual(['urn:example:api'])
    expect(spellingsOf('https://a.example?x=1')).toContain('https://a.example/?x=1')
  })
})
