import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import { register } from '../applications.ts'
import {
  codeRequest,
  errorOf,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  revoke,
  type Tokens,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
let user: User
let registered: Registered
let resourceServer: Registered
let tokens: Tokens

beforeAll(async () => {
  await applySchema()
  user = await addUser('ada')
  registered = await addClient(user)
  resourceServer = await addClient(user, {
    name: 'API',
    grantType: 'client-credentials',
    policy: { ...defaultClientPolicy, scope: ['read', 'introspection'] },
  })
  const browser = await server.signedIn(user)
  tokens = await tokensOf(
    await postToken(server, codeRequest(registered, await obtainCode(browser, registered))),
  )
})

const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  server.fetch('/o/introspect', { method: 'POST', body: new URLSearchParams(fields), headers })

const clientToken = async (scope: string) =>
  (
    await tokensOf(
      await postToken(server, {
        grant_type: 'client_credentials',
        client_id: resourceServer.client.id,
        client_secret: resourceServer.secret,
        scope,
      }),
    )
  ).access_token

describe('introspection (RFC 7662)', () => {
  it('describes an access token', async () => {
    const { jti, ...rest } = await introspect(server, resourceServer, tokens.access_token)
    expect(jti).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(rest).toMatchObject({
      active: true,
      scope: 'read write',
      client_id: registered.client.id,
      username: 'ada',
      token_type: 'Bearer',
      iat: server.now,
      exp: server.now + 3600,
      sub: user.id,
      aud: issuer,
      iss: issuer,
    })
  })

  it('reveals nothing of tokens that the caller may not see', async () => {
    const api = 'https://orders.example'
    const other = 'https://mail.example'
    const insert = 'INSERT INTO resources (identifier, name, created_at) VALUES (?, ?, 0)'
    await env.DB.batch([env.DB.prepare(insert).bind(api, 'a'), env.DB.prepare(insert).bind(other, 'b')])
    const opaque = await addClient(user, {
      policy: { ...defaultClientPolicy, accessTokenFormat: 'opaque' },
    })
    const named = await addClient(user, { name: 'Orders' })
    const stranger = await addClient(user, { name: 'Stranger' })
    const name = 'INSERT INTO api_introspectors (resource, client_id) VALUES (?, ?)'
    await env.DB.batch([
      env.DB.prepare(name).bind(api, named.client.id),
      env.DB.prepare(name).bind(other, stranger.client.id),
    ])
    const browser = await server.signedIn(user)
    for (const client of [registered, opaque]) {
      const code = await obtainCode(browser, client, { resource: api })
      const { access_token } = await tokensOf(await postToken(server, codeRequest(client, code)))
      const known = async (who: Registered) => (await introspect(server, who, access_token)).active
      expect([await known(client), await known(named), await known(resourceServer)]).toEqual([
        true,
        true,
        true,
      ])
      expect(await introspect(server, stranger, access_token)).toEqual({ active: false })
    }
    // Named by one API, it learns nothing about tokens for another, nor for this server.
    expect(await introspect(server, named, tokens.access_token)).toEqual({ active: false })
  })

  it('reveals all to an older application, until somebody ends that for good', async () => {
    const old = await addClient(user)
    // Inserted as by older code, which does not know this column.
    await env.DB.prepare(`UPDATE clients SET introspects = 'all' WHERE id = ?`).bind(old.client.id).run()
    const known = async () => (await introspect(server, old, tokens.access_token)).active
    expect(await known()).toBe(true)
    const browser = await server.signedIn(user)
    const path = `/o/applications/${old.client.id}`
    expect((await browser.get(path)).text).toContain('It may introspect every token of this server')
    const before = await env.DB.prepare('SELECT trust FROM clients WHERE id = ?').bind(old.client.id).first()
    const form = await browser.get(`${path}/policy`)
    expect(form.forms[0]?.fields.introspection).toBe('all')
    expect((await form.submit({ scope: 'read', introspection: 'own' })).status).toBe(303)
    expect(await known()).toBe(false)
    expect(
      await env.DB.prepare('SELECT trust FROM clients WHERE id = ?').bind(old.client.id).first(),
    ).toEqual(before)
    const after = await browser.get(`${path}/policy`)
    expect(after.forms[0]?.fields).not.toHaveProperty('introspection')
    const again = await after.submit({ scope: 'read', introspection: 'all' })
    expect([again.status, await known()]).toEqual([303, false])
    expect((await browser.get(path)).text).not.toContain('It may introspect every token of this server')
  })

  it('reveals only its own tokens to a newly registered application', async () => {
    const made = await register(await server.signedIn(user))
    expect(await introspect(server, made, tokens.access_token)).toEqual({ active: false })
  })

  it('describes a refresh token only to its own client', async () => {
    const answer = await introspect(server, registered, tokens.refresh_token)
    expect(answer).toMatchObject({
      active: true,
      client_id: registered.client.id,
      username: 'ada',
      sub: user.id,
      exp: server.now + 30 * 86_400,
    })
    expect(await introspect(server, resourceServer, tokens.refresh_token)).toEqual({ active: false })
  })

  it('says only “inactive” about everything else', async () => {
    const expired = await clientToken('read')
    const revoked = await clientToken('read')
    await revoke(server, resourceServer, revoked)
    const [header, payload, signature = ''] = tokens.access_token.split('.')
    const forged = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    const none = `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.${payload}.`
    for (const token of [
      'x',
      revoked,
      forged,
      none,
      'lka_a.b',
      `${tokens.refresh_token}A`,
      registered.secret,
    ]) {
      expect(await introspect(server, resourceServer, token)).toEqual({ active: false })
    }
    server.now += 3600
    expect(await introspect(server, resourceServer, expired)).toEqual({ active: false })
    server.now -= 3600
  })

  it('requires an authenticated client, or a token with the scope introspection', async () => {
    const token = tokens.access_token
    expect(await errorOf(await post({ token }))).toBe('401 invalid_client')
    expect(await errorOf(await post({ token, client_id: registered.client.id }))).toBe('401 invalid_client')
    const spa = await addClient(user, { type: 'public' })
    expect(await errorOf(await post({ token, client_id: spa.client.id }))).toBe('401 invalid_client')

    const bearer = (value: string) => ({ Authorization: `Bearer ${value}` })
    const allowed = await post({ token }, bearer(await clientToken('introspection')))
    expect(await allowed.json()).toMatchObject({ active: true, username: 'ada' })
    const without = await post({ token }, bearer(await clientToken('read')))
    expect(without.headers.get('WWW-Authenticate')).toMatch(/^Bearer .*error="insufficient_scope"/)
    expect(await errorOf(without)).toBe('403 insufficient_scope')
    const invalid = await post({ token }, bearer('x'))
    expect(invalid.headers.get('WWW-Authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
    expect(await errorOf(invalid)).toBe('401 invalid_token')
    expect(await errorOf(await post({}, bearer(await clientToken('introspection'))))).toBe(
      '400 invalid_request',
    )
  })

  it('recognizes only the current refresh token', async () => {
    const next = await tokensOf(await postToken(server, refreshRequest(registered, tokens.refresh_token)))
    expect(await introspect(server, registered, tokens.refresh_token)).toEqual({ active: false })
    expect((await introspect(server, registered, next.refresh_token)).active).toBe(true)
  })
})
