import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Options, protect } from '../../packages/protect/src/index.ts'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { makeProver } from '../dpop.ts'
import { databaseThatThrows } from '../faults.ts'
import {
  codeRequest,
  introspect,
  type Known,
  obtainCode,
  postToken,
  refreshRequest,
  revoke,
  type Tokens,
  tokensOf,
} from '../flow.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

/** An API behind packages/protect, with tokens issued by the Worker. */

const server = startServer()
const audience = 'https://notes.example/api'
const policy = { ...defaultClientPolicy, scope: [...defaultClientPolicy.scope, 'notes', 'introspection'] }
let ada: User
let browser: Browser
let registered: Registered
let opaque: Registered

beforeAll(async () => {
  await applySchema()
  await env.DB.batch([
    env.DB.prepare(`INSERT INTO resources (identifier, name, created_at) VALUES (?, 'Notes', 0)`).bind(
      audience,
    ),
    env.DB.prepare(
      `INSERT INTO scopes (name, description, resource, restricted) VALUES ('notes', 'Your notes', ?, 0)`,
    ).bind(audience),
  ])
  ada = await addUser('ada', 'administrator')
  browser = await server.signedIn(ada)
  registered = await addClient(ada, { policy })
  opaque = await addClient(ada, { policy: { ...policy, accessTokenFormat: 'opaque' } })
})

type Asking = Readonly<Record<string, string | undefined>>

async function tokens(client: Known, asked: Asking = {}): Promise<Tokens & { readonly id_token: string }> {
  const code = await obtainCode(browser, client, asked)
  const answer = await tokensOf(await postToken(server, codeRequest(client, code)))
  return { id_token: '', ...answer }
}

/** Status and error code of the refusal, for a token at an API with these options. */
function api(changes: Partial<Options> = {}) {
  const options = { issuer, audience: issuer, fetch: server.fetch, now: () => server.now, ...changes }
  const handler = protect({ onUnavailable: () => {}, ...options }, (_, { claims }) => Response.json(claims))
  return async (token: string, proof?: string) => {
    const headers =
      proof === undefined
        ? { authorization: `Bearer ${token}` }
        : { authorization: `DPoP ${token}`, dpop: proof }
    const response = await handler(new Request('https://notes.example/hello', { headers }))
    const body: Record<string, unknown> = await response.json()
    return { status: response.status, body, line: `${response.status} ${body.error ?? 'ok'}` }
  }
}

const credentials = ({ client, secret }: Registered) => ({ clientId: client.id, clientSecret: secret })

describe('an API behind packages/protect', () => {
  it('accepts the token of the tutorial, and knows its user', async () => {
    const { access_token } = await tokens(registered)
    const { status, body } = await api({ scopes: ['read'] })(access_token)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      sub: ada.id,
      client_id: registered.client.id,
      scope: 'read write',
      iss: issuer,
    })
    expect((await api({ scopes: ['notes'] })(access_token)).line).toBe('403 insufficient_scope')
  })

  it('accepts only tokens for itself: none for the server, and the server none for it', async () => {
    const own = await tokens(registered, { scope: 'notes', resource: audience })
    const general = await tokens(registered, { scope: 'read' })
    expect((await api({ audience, scopes: ['notes'] })(own.access_token)).line).toBe('200 ok')
    expect((await api({ audience })(general.access_token)).line).toBe('401 invalid_token')
    expect((await api()(own.access_token)).line).toBe('401 invalid_token')
  })

  it('accepts neither an ID token nor a refresh token', async () => {
    const { id_token, refresh_token } = await tokens(registered, { scope: 'openid read' })
    expect(id_token).toMatch(/^eyJ/)
    for (const typ of ['at+jwt', 'JWT'] as const)
      for (const aud of [issuer, registered.client.id])
        expect((await api({ audience: aud, typ })(id_token)).line).toBe('401 invalid_token')
    expect((await api()(refresh_token)).line).toBe('401 invalid_token')
    // The application's own credentials: introspection with these calls its refresh token active.
    const ask = api({ introspection: credentials(registered) })
    expect((await ask(refresh_token)).body.error_description).toBe(
      'The token is not an access token: its token_type is different',
    )
  })

  it('refuses a token from the moment it expires, apart from clock skew', async () => {
    const { access_token } = await tokens(registered)
    const ask = api()
    server.now += 3600
    expect((await ask(access_token)).line).toBe('200 ok')
    server.now += 5
    expect((await ask(access_token)).line).toBe('401 invalid_token')
  })

  it('accepts an opaque token by introspection, until it is revoked', async () => {
    const { access_token } = await tokens(opaque, { scope: 'read' })
    expect(access_token).toMatch(/^lka_/)
    const ask = api({ scopes: ['read'], introspection: credentials(opaque) })
    const { status, body } = await ask(access_token)
    expect(status).toBe(200)
    expect(body).toMatchObject({ sub: ada.id, username: 'ada', client_id: opaque.client.id })
    expect((await api({ introspection: credentials(opaque), scopes: ['write'] })(access_token)).status).toBe(
      403,
    )
    await revoke(server, opaque, access_token)
    expect((await ask(access_token)).line).toBe('401 invalid_token')
  })

  it('introspects with an application of its own, which an administrator named at the API', async () => {
    const { access_token } = await tokens(opaque, { scope: 'notes', resource: audience })
    const own = await addClient(ada, { name: 'Notes API', grantType: 'client-credentials' })
    const ask = api({ audience, introspection: credentials(own) })
    await env.DB.prepare('INSERT INTO api_introspectors VALUES (?, ?)').bind(audience, own.client.id).run()
    expect((await ask(access_token)).line).toBe('200 ok')
    const general = await tokens(opaque, { scope: 'read' })
    expect((await ask(general.access_token)).line).toBe('401 invalid_token')
  })

  it('a revoked JWT is refused at once where introspection is on, and otherwise when it expires', async () => {
    const { access_token, refresh_token } = await tokens(registered)
    const careful = api({ introspection: { ...credentials(registered), always: true } })
    expect((await careful(access_token)).line).toBe('200 ok')
    await revoke(server, registered, refresh_token)
    expect((await careful(access_token)).line).toBe('401 invalid_token')
    expect((await api()(access_token)).line).toBe('200 ok')
  })

  it('a wrong secret of the API is an outage of the API: 503, never 401', async () => {
    const { access_token } = await tokens(opaque, { scope: 'read' })
    const reasons: string[] = []
    const introspection = { clientId: opaque.client.id, clientSecret: `${opaque.secret}x` }
    const ask = api({ introspection, onUnavailable: ({ message }) => void reasons.push(message) })
    expect((await ask(access_token)).line).toBe('503 temporarily_unavailable')
    expect(reasons).toEqual([`${issuer}/o/introspect refuses the clientId and clientSecret of this API: 401`])
  })

  it('a server without its database is an outage: 503 for tokens that need introspection', async () => {
    const { access_token } = await tokens(opaque, { scope: 'read' })
    const down = startServer({ bindings: { DB: databaseThatThrows() } })
    down.now = server.now
    const ask = api({ fetch: down.fetch, introspection: credentials(opaque) })
    expect((await ask(access_token)).line).toBe('503 temporarily_unavailable')
  })

  it('asks for a recent sign-in (RFC 9470): a fresh one with max_age is accepted', async () => {
    const person = await addUser('grace')
    browser = await server.signedIn(person)
    const { access_token, refresh_token } = await tokens(registered)
    const ask = api({ maxAge: 300 })
    expect((await ask(access_token)).line).toBe('200 ok')
    server.now += 306
    expect((await ask(access_token)).line).toBe('401 insufficient_user_authentication')
    // A refresh is not a sign-in.
    const refreshed = await tokensOf(await postToken(server, refreshRequest(registered, refresh_token)))
    expect((await ask(refreshed.access_token)).line).toBe('401 insufficient_user_authentication')
    browser = await server.signedIn(person)
    expect((await ask((await tokens(registered, { max_age: '300' })).access_token)).line).toBe('200 ok')
    browser = await server.signedIn(ada)
  })

  it('asks for a stronger sign-in, which the token and introspection report', async () => {
    const person = await addUser('hedy')
    browser = await server.signedIn(person)
    const ask = api({ acrValues: ['2'] })
    const weak = await tokens(registered, { acr_values: '2' })
    expect((await ask(weak.access_token)).line).toBe('401 insufficient_user_authentication')
    expect((await api({ acrValues: ['1'] })(weak.access_token)).body).toMatchObject({ acr: '1' })

    await setUpAuthenticator(server, browser)
    const strong = await tokens(registered, { acr_values: '2' })
    expect((await ask(strong.access_token)).line).toBe('200 ok')
    const refreshed = await tokensOf(
      await postToken(server, refreshRequest(registered, strong.refresh_token)),
    )
    expect((await ask(refreshed.access_token)).body).toMatchObject({ acr: '2' })
    expect(await introspect(server, registered, strong.access_token)).toMatchObject({
      acr: '2',
      auth_time: server.now,
    })
    // The first one is unchanged.
    expect((await ask(weak.access_token)).line).toBe('401 insufficient_user_authentication')
    browser = await server.signedIn(ada)
  })

  it('accepts a token that is bound to a key with a proof only, JWT and opaque (RFC 9449 §7)', async () => {
    const key = await makeProver('', () => server.now)
    const htu = 'https://notes.example/hello'
    for (const client of [registered, opaque]) {
      const dpop = await key.prove(`${issuer}/o/token`)
      const code = await obtainCode(browser, client)
      const { access_token } = await tokensOf(await postToken(server, codeRequest(client, code), { dpop }))
      const ask = api({ introspection: credentials(client) })
      expect((await ask(access_token)).line).toBe('401 invalid_token')
      const proof = await key.prove(htu, { method: 'GET', accessToken: access_token })
      expect((await ask(access_token, proof)).body).toMatchObject({ sub: ada.id, cnf: { jkt: key.jkt } })
      expect((await ask(access_token, dpop)).line).toBe('401 invalid_dpop_proof')
    }
  })

  it('survives a change of keys without a refusal, with old tokens and new ones', async () => {
    const ask = api()
    const old = await tokens(registered)
    expect((await ask(old.access_token)).line).toBe('200 ok')
    await (await browser.get('/admin/keys/ES256/rotation')).submit({})
    server.now += 901
    const fresh = await tokens(registered)
    const kid = (token: string) => JSON.parse(atob(token.split('.')[0] ?? '')).kid
    expect(kid(fresh.access_token)).not.toBe(kid(old.access_token))
    expect((await ask(fresh.access_token)).line).toBe('200 ok')
    expect((await ask(old.access_token)).line).toBe('200 ok')
  })

  it('accepts the token of a client without a user', async () => {
    const machine = await addClient(ada, { grantType: 'client-credentials', policy })
    const answer = await postToken(server, {
      grant_type: 'client_credentials',
      scope: 'notes',
      client_id: machine.client.id,
      client_secret: machine.secret,
    })
    const { body } = await api({ audience, scopes: ['notes'] })((await tokensOf(answer)).access_token)
    expect(body).toMatchObject({ sub: machine.client.id, client_id: machine.client.id, aud: audience })
  })
})
