import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type ClientPolicy,
  defaultClientOpenid,
  defaultClientPolicy,
} from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  errorOf,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
let owner: User

const files = 'https://files.example/api'
const mail = 'https://mail.example/'

beforeAll(async () => {
  await applySchema()
  owner = await addUser('ada')
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO resources (identifier, name, access_token_lifetime, created_at) VALUES (?, 'Files', 300, 0), (?, 'Mail', NULL, 0)`,
    ).bind(files, mail),
    env.DB.prepare(
      `INSERT INTO scopes (name, description, resource) VALUES ('files:read', 'See your files', ?1), ('files:write', 'Change your files', ?1),
         ('mail:send', 'Send mail as you', ?2)`,
    ).bind(files, mail),
  ])
})

const allScopes = ['read', 'write', 'files:read', 'files:write', 'mail:send']

function service(policy: Partial<ClientPolicy> = {}, type: 'confidential' | 'public' = 'confidential') {
  return addClient(owner, {
    type,
    grantType: 'client-credentials',
    redirectUris: [],
    policy: { ...defaultClientPolicy, ...policy },
  })
}

const request = ({ client, secret }: Registered, changes: Record<string, string> = {}) => ({
  grant_type: 'client_credentials',
  client_id: client.id,
  client_secret: client.type === 'public' ? undefined : secret,
  ...changes,
})

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

describe('client credentials (RFC 6749 §4.4)', () => {
  it('give the client a token of its own, and no refresh token', async () => {
    const registered = await service()
    const tokens = await tokensOf(await postToken(server, request(registered)))
    expect(tokens).not.toHaveProperty('refresh_token')
    expect(claimsOf(tokens.access_token)).toMatchObject({
      sub: registered.client.id,
      client_id: registered.client.id,
      aud: issuer,
      scope: 'read write',
    })
    const answer = await introspect(server, registered, tokens.access_token)
    expect(answer).toMatchObject({ active: true, sub: registered.client.id })
    expect(answer).not.toHaveProperty('username')
  })

  it('are not for a public client, nor for one of another grant type', async () => {
    expect(await errorOf(await postToken(server, request(await service({}, 'public'))))).toBe(
      '400 unauthorized_client',
    )
    const web = await addClient(owner)
    expect(await errorOf(await postToken(server, request(web)))).toBe('400 unauthorized_client')
    const machine = await service()
    expect(await errorOf(await postToken(server, codeRequest(machine, 'x')))).toBe('400 unauthorized_client')
  })

  it('grant no unknown or forbidden scope', async () => {
    const registered = await service({ scope: ['read'] })
    for (const scope of ['nothing', 'write', 'files:read', 'read "', 'introspection']) {
      expect(await errorOf(await postToken(server, request(registered, { scope })))).toBe('400 invalid_scope')
    }
    const rest = await tokensOf(
      await postToken(server, request(registered, { scope: 'webid read files:read' })),
    )
    expect(rest.scope).toBe('read')
    expect((await tokensOf(await postToken(server, request(registered)))).scope).toBe('read')
  })

  it('name no user: scopes about a person are dropped, or refused when nothing remains', async () => {
    const registered = await service({ scope: [...allScopes, 'openid', 'email', 'offline_access'] })
    const mixed = await tokensOf(
      await postToken(server, request(registered, { scope: 'openid email read offline_access' })),
    )
    expect([mixed.scope, claimsOf(mixed.access_token).scope]).toEqual(['read', 'read'])
    const alone = await postToken(server, request(registered, { scope: 'openid email' }))
    expect(await alone.json()).toMatchObject({
      error: 'invalid_scope',
      error_description: 'Not available without a user: openid, email',
    })
  })

  it('are invalid when the application is deleted or suspended', async () => {
    const registered = await service()
    const watcher = await service({ scope: ['introspection'] })
    const { access_token } = await tokensOf(await postToken(server, request(registered)))
    const isActive = async () => (await introspect(server, watcher, access_token)).active
    const suspend = (at: number | null) =>
      env.DB.prepare('UPDATE clients SET suspended_at = ? WHERE id = ?').bind(at, registered.client.id).run()
    await suspend(1)
    expect(await isActive()).toBe(false)
    expect(await errorOf(await postToken(server, request(registered)))).toBe('401 invalid_client')
    await suspend(null)
    expect(await isActive()).toBe(true)
    await env.DB.prepare('DELETE FROM clients WHERE id = ?').bind(registered.client.id).run()
    expect(await isActive()).toBe(false)
  })
})

describe('resource indicators (RFC 8707)', () => {
  it('choose audience, scopes and lifetime of a client’s own token', async () => {
    const registered = await service({ scope: allScopes })
    const plain = await tokensOf(await postToken(server, request(registered, { scope: 'files:read' })))
    expect(claimsOf(plain.access_token)).toMatchObject({ aud: files, exp: server.now + 300 })
    const named = await tokensOf(
      await postToken(server, request(registered, { resource: mail, scope: 'mail:send read' })),
    )
    expect(claimsOf(named.access_token)).toMatchObject({
      aud: mail,
      scope: 'mail:send read',
      exp: server.now + 3600,
    })
    expect(
      await errorOf(await postToken(server, request(registered, { resource: mail, scope: 'files:read' }))),
    ).toBe('400 invalid_scope')
  })

  it.each([
    'https://unknown.example/',
    'relative',
    'https://files.example/api#x',
    'https://files.example/api/',
    'https://files.example/API',
  ])('%s is invalid_target', async (resource) => {
    const registered = await service({ scope: allScopes })
    expect(await errorOf(await postToken(server, request(registered, { resource, scope: 'read' })))).toBe(
      '400 invalid_target',
    )
    const web = await addClient(owner)
    const browser = await server.signedIn(owner)
    expect(answerOf(await browser.get(authorizePath(web, { resource }))).get('error')).toBe('invalid_target')
  })

  it('are shown on the consent page, bind the authorization, and narrow each of its tokens', async () => {
    const web = await addClient(owner, { policy: { ...defaultClientPolicy, scope: allScopes } })
    const browser = await server.signedIn(owner)
    const path = `${authorizePath(web, { scope: 'read files:read mail:send', resource: files })}&resource=${encodeURIComponent(mail)}`
    const consent = await browser.get(path)
    expect(consent.html).toContain('See your files')
    expect(consent.html).toContain('Send mail as you')
    const code = answerOf(await consent.submit({ decision: 'authorize' })).get('code') ?? ''

    const wrong = await postToken(server, { ...codeRequest(web, code), resource: 'https://unknown.example/' })
    expect(await errorOf(wrong)).toBe('400 invalid_target')
    const first = await tokensOf(await postToken(server, codeRequest(web, code)))
    expect(claimsOf(first.access_token)).toMatchObject({
      aud: files,
      scope: 'read files:read',
      exp: server.now + 300,
    })
    const narrow = await tokensOf(
      await postToken(server, { ...refreshRequest(web, first.refresh_token), resource: mail }),
    )
    expect(claimsOf(narrow.access_token)).toMatchObject({
      aud: mail,
      scope: 'read mail:send',
      exp: server.now + 3600,
    })
    expect(narrow.scope).toBe('read mail:send')
    const foreign = await postToken(server, {
      ...refreshRequest(web, narrow.refresh_token),
      resource: issuer,
    })
    expect(await errorOf(foreign)).toBe('400 invalid_target')
    const wide = await tokensOf(await postToken(server, refreshRequest(web, narrow.refresh_token)))
    expect(claimsOf(wide.access_token)).toMatchObject({ aud: files })
  })

  it('end with the API', async () => {
    await env.DB.prepare(
      `INSERT INTO resources (identifier, name, access_token_lifetime, created_at) VALUES ('https://gone.example/', 'Gone', NULL, 0)`,
    ).run()
    const web = await addClient(owner)
    const browser = await server.signedIn(owner)
    const code = await obtainCode(browser, web, { resource: 'https://gone.example/' })
    await env.DB.prepare(`DELETE FROM resources WHERE name = 'Gone'`).run()
    expect(await errorOf(await postToken(server, codeRequest(web, code)))).toBe('400 invalid_target')
  })
})

describe('the policy of an application', () => {
  it('chooses opaque access tokens, which only this server can read', async () => {
    const registered = await service({ accessTokenFormat: 'opaque' })
    const { access_token } = await tokensOf(await postToken(server, request(registered)))
    expect(access_token).toMatch(/^lka_[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$/)
    expect(await introspect(server, registered, access_token)).toMatchObject({
      active: true,
      scope: 'read write',
    })
  })

  it('chooses lifetimes', async () => {
    const web = await addClient(owner, {
      policy: {
        ...defaultClientPolicy,
        accessTokenLifetime: 60,
        refreshIdleLifetime: 100,
        refreshAbsoluteLifetime: 150,
      },
    })
    const browser = await server.signedIn(owner)
    const first = await tokensOf(await postToken(server, codeRequest(web, await obtainCode(browser, web))))
    expect(claimsOf(first.access_token).exp).toBe(server.now + 60)
    server.now += 99
    const second = await tokensOf(await postToken(server, refreshRequest(web, first.refresh_token)))
    server.now += 51
    expect(await errorOf(await postToken(server, refreshRequest(web, second.refresh_token)))).toBe(
      '400 invalid_grant',
    )
  })
})

describe('private_key_jwt (RFC 7523)', () => {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  let jti = 0

  async function signer(alg = 'ES256') {
    const pair = await generateKeyPair(alg, { extractable: true })
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: `key-${jti++}`, alg }
    const sign = (clientId: string, changes: Record<string, unknown> = {}, header = {}) =>
      new SignJWT({
        iss: clientId,
        sub: clientId,
        aud: issuer,
        exp: server.now + 60,
        iat: server.now,
        jti: `id-${jti++}`,
        ...changes,
      })
        .setProtectedHeader({ alg, kid: jwk.kid, ...header })
        .sign(pair.privateKey)
    return { jwk, sign }
  }

  const withAssertion = (client_assertion: string) => ({
    grant_type: 'client_credentials',
    client_assertion_type: type,
    client_assertion,
  })

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])('authenticates with %s', async (alg) => {
    const { jwk, sign } = await signer(alg)
    const { client } = await service({ keys: { jwks: JSON.stringify({ keys: [jwk] }) } })
    await tokensOf(await postToken(server, withAssertion(await sign(client.id))))
    await tokensOf(
      await postToken(server, withAssertion(await sign(client.id, { aud: `${issuer}/o/token` }))),
    )
  })

  it.each([
    ['verify', ['verify'], 200],
    // @atproto/jwk 0.7.4 publishes this.
    ['verify beside others', ['verify', 'encrypt', 'wrapKey'], 200],
    ['encrypt alone', ['encrypt'], 401],
  ])('reads key_ops (RFC 7517 §4.3): %s', async (_, key_ops, status) => {
    const { jwk, sign } = await signer()
    const { client } = await service({ keys: { jwks: JSON.stringify({ keys: [{ ...jwk, key_ops }] }) } })
    expect((await postToken(server, withAssertion(await sign(client.id)))).status).toBe(status)
  })

  it.each<[string, Record<string, unknown>]>([
    ['another audience', { aud: 'https://other.example' }],
    ['no expiry', { exp: undefined }],
    ['expired', { exp: 1_800_000_000 - 60 }],
    ['far in the future', { exp: 1_800_000_000 + 90_000 }],
    ['valid only from a minute later', { nbf: 1_800_000_000 + 1000 }],
    ['no jti', { jti: undefined }],
    ['another issuer', { iss: 'somebody' }],
  ])('refuses: %s', async (_, changes) => {
    const { jwk, sign } = await signer()
    const { client } = await service({ keys: { jwks: JSON.stringify({ keys: [jwk] }) } })
    expect(await errorOf(await postToken(server, withAssertion(await sign(client.id, changes))))).toBe(
      '401 invalid_client',
    )
  })

  const numbers = [0.5, 1e300, -1e300, -1, 1e21, 2 ** 53, 1e-7, 60.5, Number.MAX_VALUE]
  it.each(['exp', 'nbf', 'iat'].flatMap((name) => numbers.map((value) => [name, value] as const)))(
    'answers %s with any number, here %d more than now',
    async (name, value) => {
      const { jwk, sign } = await signer()
      const { client } = await service({ keys: { jwks: JSON.stringify({ keys: [jwk] }) } })
      const response = await postToken(
        server,
        withAssertion(await sign(client.id, { [name]: server.now + value })),
      )
      const isGood = name === 'exp' ? value > -10 && value <= 3600 : value <= (name === 'nbf' ? 10 : 60)
      expect([name, value, response.status]).toEqual([name, value, isGood ? 200 : 401])
    },
  )

  it.each<[string, Record<string, unknown>, boolean]>([
    ['client-authentication+jwt', { typ: 'client-authentication+jwt' }, true],
    ['JWT', { typ: 'JWT' }, true],
    ['in full', { typ: 'application/client-authentication+JWT' }, true],
    ['an access token', { typ: 'at+jwt' }, false],
    ['a logout token', { typ: 'logout+jwt' }, false],
    ['a proof', { typ: 'dpop+jwt' }, false],
  ])('checks typ: %s', async (_, header, isGood) => {
    const { jwk, sign } = await signer()
    const { client } = await service({ keys: { jwks: JSON.stringify({ keys: [jwk] }) } })
    const response = await postToken(server, withAssertion(await sign(client.id, {}, header)))
    expect(response.status).toBe(isGood ? 200 : 401)
  })

  it('is for this server only, unless an older client may name others beside it', async () => {
    const { jwk, sign } = await signer()
    const keys = { jwks: JSON.stringify({ keys: [jwk] }) }
    const { client } = await service({ keys })
    const older = await addClient(owner, {
      grantType: 'client-credentials',
      policy: { ...defaultClientPolicy, keys },
      openid: { ...defaultClientOpenid, assertionAudienceList: true },
    })
    const statusOf = async (id: string, aud: unknown) =>
      (await postToken(server, withAssertion(await sign(id, { aud })))).status
    for (const aud of [
      [issuer],
      ['https://other-as.example', issuer],
      [],
      `${issuer}/`,
      `${issuer}/o/revoke_token`,
      `${issuer}/o/par`,
      `${issuer}/o/backchannel-authentication`,
    ])
      expect([aud, await statusOf(client.id, aud)]).toEqual([aud, 401])
    expect(await statusOf(older.client.id, ['https://other-as.example', issuer])).toBe(200)
    expect(await statusOf(older.client.id, issuer)).toBe(200)
    expect(await statusOf(older.client.id, ['https://other-as.example'])).toBe(401)
  })

  it('refuses an assertion signed with another key, and a secret', async () => {
    const { jwk } = await signer()
    const registered = await service({ keys: { jwks: JSON.stringify({ keys: [jwk] }) } })
    const stranger = await signer()
    expect(
      await errorOf(await postToken(server, withAssertion(await stranger.sign(registered.client.id)))),
    ).toBe('401 invalid_client')
    expect(await errorOf(await postToken(server, request(registered)))).toBe('401 invalid_client')
  })

  it.each([
    ['unchanged', {}],
    ['when every batch is executed twice', { bindings: { DB: everyBatchTwice() } }],
    ['when every first answer is lost', { bindings: { DB: everyFirstAnswerLost() } }],
  ])('accepts each assertion once, for sixty simultaneous requests, %s', async (_, options) => {
    const { jwk, sign } = await signer()
    const { client } = await service({ keys: { jwks: JSON.stringify({ keys: [jwk] }) } })
    const racing = startServer(options)
    racing.now = server.now
    const assertion = withAssertion(await sign(client.id))
    const answers = await Promise.all(Array.from({ length: 60 }, () => postToken(racing, assertion)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(new Set(statuses)).toEqual(new Set([200, 401]))
    expect(await errorOf(await postToken(server, assertion))).toBe('401 invalid_client')
  })

  describe('with keys at jwks_uri', () => {
    afterEach(() => vi.restoreAllMocks())

    it('fetches them once, and again when the client rotates', async () => {
      const first = await signer()
      const second = await signer()
      const { client } = await service({ keys: { jwksUri: 'https://client.example/jwks.json' } })
      let published = [first.jwk]
      const fetched = vi
        .spyOn(globalThis, 'fetch')
        .mockImplementation(async () => Response.json({ keys: published }))
      await tokensOf(await postToken(server, withAssertion(await first.sign(client.id))))
      await tokensOf(await postToken(server, withAssertion(await first.sign(client.id))))
      expect(fetched).toHaveBeenCalledTimes(1)
      published = [second.jwk]
      expect(await errorOf(await postToken(server, withAssertion(await second.sign(client.id))))).toBe(
        '401 invalid_client',
      )
      server.now += 30
      await tokensOf(await postToken(server, withAssertion(await second.sign(client.id))))
      expect(fetched).toHaveBeenCalledTimes(2)
    })

    it.each<[string, string, () => Response]>([
      [
        'a redirect',
        'https://a.example/jwks',
        () => new Response(null, { status: 302, headers: { Location: 'http://169.254.169.254/' } }),
      ],
      ['an error', 'https://b.example/jwks', () => new Response('no', { status: 500 })],
      ['a body that is not JSON', 'https://c.example/jwks', () => new Response('<html>')],
      ['a private key', 'https://d.example/jwks', () => Response.json({ keys: [{ kty: 'EC', d: 'x' }] })],
      ['a megabyte', 'https://e.example/jwks', () => new Response('x'.repeat(1_000_000))],
    ])('refuses %s', async (_, jwksUri, answer) => {
      vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer())
      const { sign } = await signer()
      const { client } = await service({ keys: { jwksUri } })
      expect(await errorOf(await postToken(server, withAssertion(await sign(client.id))))).toBe(
        '401 invalid_client',
      )
    })

    it.each(['http://client.example/jwks', 'https://metadata.internal/', 'https://u:p@client.example/'])(
      'never fetches %s',
      async (jwksUri) => {
        const fetched = vi.spyOn(globalThis, 'fetch')
        const { sign } = await signer()
        const { client } = await service({ keys: { jwksUri } })
        expect(await errorOf(await postToken(server, withAssertion(await sign(client.id))))).toBe(
          '401 invalid_client',
        )
        expect(fetched).not.toHaveBeenCalled()
      },
    )
  })
})
