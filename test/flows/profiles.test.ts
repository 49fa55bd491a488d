import { env } from 'cloudflare:workers'
import type { JWTPayload } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { profileNames, profileOf, profiles, rulesFor } from '../../src/rules/profile.ts'
import type { User } from '../../src/store/people/users.ts'
import { defaultLifetimes } from '../../src/values/time.ts'
import type { Browser, Page } from '../browser.ts'
import { makeProver, type Prover } from '../dpop.ts'
import { beforeFirstWrite } from '../faults.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  consentTo,
  errorOf,
  postToken,
  requestOf,
  tokensOf,
} from '../flow.ts'
import {
  addClient,
  addUser,
  applySchema,
  issuer,
  type Registered,
  type Server,
  startServer,
} from '../server.ts'
import { addSigner, type Signer } from '../signer.ts'

let server: Server
let ada: User
let browser: Browser
let key: Prover
let bank: Signer

const fapi = { profile: 'fapi-2.0', idTokenAlg: 'PS256' } as const

beforeAll(async () => {
  await applySchema()
  server = startServer()
  ada = await addUser('ada')
  browser = await server.signedIn(ada)
  key = await makeProver(issuer, () => server.now)
  bank = await addSigner(ada, () => server.now, { openid: fapi })
})

interface Push {
  readonly changes?: Record<string, string | undefined>
  readonly assertion?: JWTPayload
  readonly at?: Server
}

async function push({ registered, assert }: Signer, { changes, assertion, at = server }: Push = {}) {
  const body = requestOf(registered, changes)
  for (const [name, value] of Object.entries(await assert(assertion))) body.set(name, value)
  return at.fetch('/o/par', { method: 'POST', body })
}

async function visit(signer: Signer, details: Push = {}, from = browser): Promise<Page> {
  const response = await push(signer, details)
  expect(response.status).toBe(201)
  const { request_uri, expires_in } = await response.json<{ request_uri: string; expires_in: number }>()
  expect(expires_in).toBeLessThan(600)
  const { id } = signer.registered.client
  return from.get(`/o/authorize?${new URLSearchParams({ client_id: id, request_uri })}`)
}

async function redeem(signer: Signer, code: string, proof?: string, at = server): Promise<Response> {
  const { registered, assert } = signer
  const asked = { ...codeRequest(registered, code), client_secret: undefined, ...(await assert()) }
  return postToken(at, asked, proof === undefined ? {} : { DPoP: proof })
}

const codeFor = async (signer: Signer, details?: Push) =>
  answerOf(await consentTo(await visit(signer, details))).get('code') ?? ''

const boundTokens = async (signer: Signer) =>
  tokensOf(await redeem(signer, await codeFor(signer), await key.prove('/o/token')))

describe('an application on FAPI 2.0', () => {
  it('gets bound tokens by a pushed request, and its answer names the issuer', async () => {
    const answer = answerOf(await consentTo(await visit(bank, { changes: { scope: 'openid read' } })))
    expect(answer.get('iss')).toBe(issuer)
    const tokens = await tokensOf(await redeem(bank, answer.get('code') ?? '', await key.prove('/o/token')))
    expect(tokens.token_type).toBe('DPoP')
    const { access_token: accessToken } = tokens
    const proof = await key.prove('/o/userinfo', { method: 'GET', accessToken })
    const userinfo = await server.fetch('/o/userinfo', {
      headers: { Authorization: `DPoP ${accessToken}`, DPoP: proof },
    })
    expect([userinfo.status, Date.parse(userinfo.headers.get('date') ?? '')]).toEqual([
      200,
      server.now * 1000,
    ])
  })

  it('is refused a request that was not pushed', async () => {
    const answer = answerOf(await browser.get(authorizePath(bank.registered)))
    expect([answer.get('error'), answer.get('error_description')]).toEqual([
      'invalid_request',
      'The request must be pushed first (RFC 9126)',
    ])
  })

  it.each<[string, Push, string]>([
    ['without redirect_uri', { changes: { redirect_uri: undefined } }, '400 invalid_request'],
    [
      'without PKCE',
      { changes: { code_challenge: undefined, code_challenge_method: undefined } },
      '400 invalid_request',
    ],
    ['with the PKCE method plain', { changes: { code_challenge_method: 'plain' } }, '400 invalid_request'],
    [
      'with response_type=code id_token',
      { changes: { response_type: 'code id_token' } },
      '400 unsupported_response_type',
    ],
    ['with an assertion for a list of audiences', { assertion: { aud: [issuer] } }, '401 invalid_client'],
    [
      'with an assertion for the token endpoint',
      { assertion: { aud: `${issuer}/o/token` } },
      '401 invalid_client',
    ],
    [
      'with an assertion for the PAR endpoint',
      { assertion: { aud: `${issuer}/o/par` } },
      '401 invalid_client',
    ],
    [
      'with an assertion from more than 60 s ahead',
      { assertion: { iat: 1_800_000_000 + 3600 } },
      '401 invalid_client',
    ],
    [
      'with an assertion valid from more than 60 s ahead',
      { assertion: { nbf: 1_800_000_000 + 3600 } },
      '401 invalid_client',
    ],
    ['with an expired assertion', { assertion: { exp: 1_700_000_000 } }, '401 invalid_client'],
  ])('is refused a pushed request %s', async (_, details, error) => {
    expect(await errorOf(await push(bank, details))).toBe(error)
  })

  it.each<[string, JWTPayload]>([
    ['for a list of audiences', { aud: [issuer] }],
    ['for the token endpoint', { aud: `${issuer}/o/token` }],
    ['from more than 60 s ahead', { iat: 1_800_000_000 + 3600 }],
    ['valid from more than 60 s ahead', { nbf: 1_800_000_000 + 3600 }],
    ['that has expired', { exp: 1_700_000_000 }],
  ])('is refused tokens for an assertion %s, and the code stays usable', async (_, changes) => {
    const code = await codeFor(bank)
    const request = async (assertion?: JWTPayload) =>
      postToken(
        server,
        {
          ...codeRequest(bank.registered, code),
          client_secret: undefined,
          ...(await bank.assert(assertion)),
        },
        { DPoP: await key.prove('/o/token') },
      )
    expect(await errorOf(await request(changes))).toBe('401 invalid_client')
    expect((await request()).status).toBe(200)
  })

  it('may use an assertion once, of all endpoints together', async () => {
    const code = await codeFor(bank)
    const once = { jti: 'at both endpoints' }
    expect((await push(bank, { assertion: once })).status).toBe(201)
    const again = {
      ...codeRequest(bank.registered, code),
      client_secret: undefined,
      ...(await bank.assert(once)),
    }
    const refused = await postToken(server, again, { DPoP: await key.prove('/o/token') })
    expect(await errorOf(refused)).toBe('401 invalid_client')
  })

  it.each(['PS256', 'EdDSA'])('may sign with %s', async (alg) => {
    const signer = await addSigner(ada, () => server.now, { alg, openid: fapi })
    const proof = await (await makeProver(issuer, () => server.now, alg)).prove('/o/token')
    expect((await redeem(signer, await codeFor(signer), proof)).status).toBe(200)
  })

  it('may be some seconds ahead', async () => {
    const assertion = { iat: server.now + 9, nbf: server.now + 9 }
    expect((await push(bank, { assertion })).status).toBe(201)
  })

  it('is refused tokens without a proof, and the code stays usable', async () => {
    const code = await codeFor(bank)
    expect(await errorOf(await redeem(bank, code))).toBe('400 invalid_request')
    const weak = await makeProver(issuer, () => server.now, 'RS256')
    expect(await errorOf(await redeem(bank, code, await weak.prove('/o/token')))).toBe(
      '400 invalid_dpop_proof',
    )
    expect((await redeem(bank, code, await key.prove('/o/token'))).status).toBe(200)
  })

  it('may use the key of a token with no algorithm that its profile forbids', async () => {
    const rsa = await makeProver(issuer, () => server.now, 'PS256')
    const pushing = { ...Object.fromEntries(requestOf(bank.registered)), ...(await bank.assert()) }
    const pushed = await server.fetch('/o/par', {
      method: 'POST',
      body: new URLSearchParams(pushing),
      headers: { DPoP: await rsa.prove('/o/par', { by: 'RS256' }) },
    })
    expect(await errorOf(pushed)).toBe('400 invalid_dpop_proof')
    const code = await codeFor(bank, { changes: { scope: 'openid' } })
    const { access_token: accessToken } = await tokensOf(
      await redeem(bank, code, await rsa.prove('/o/token')),
    )
    const userinfo = async (by: string) =>
      server.fetch('/o/userinfo', {
        headers: {
          Authorization: `DPoP ${accessToken}`,
          DPoP: await rsa.prove('/o/userinfo', { method: 'GET', accessToken, by }),
        },
      })
    expect(await errorOf(await userinfo('RS256'))).toBe('401 invalid_dpop_proof')
    expect((await userinfo('PS256')).status).toBe(200)
  })

  it('may use a code for 60 seconds at most, whatever the setting', async () => {
    const slow = startServer({ config: { lifetimes: { ...defaultLifetimes, code: 300 } } })
    const person = await slow.signedIn(ada)
    const code = answerOf(await consentTo(await visit(bank, { at: slow }, person))).get('code') ?? ''
    server.now += 61
    slow.now += 61
    expect(await errorOf(await redeem(bank, code, await key.prove('/o/token'), slow))).toBe(
      '400 invalid_grant',
    )
  })

  it('keeps its refresh token, for as long as it is used', async () => {
    const first = await boundTokens(bank)
    const refresh = async (proof?: string) => {
      const asked = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
      const DPoP = proof ?? (await key.prove('/o/token'))
      return postToken(server, { ...asked, ...(await bank.assert()) }, { DPoP })
    }
    const expiry = () =>
      env.DB.prepare('SELECT max(expires_at) AS at FROM authorizations WHERE client_id = ?')
        .bind(bank.registered.client.id)
        .first<number>('at')
    const before = (await expiry()) ?? 0
    server.now += 500
    for (const answer of [await refresh(), await refresh()])
      expect((await tokensOf(answer)).refresh_token).toBe(first.refresh_token)
    expect(await expiry()).toBe(before + 500)
    const proof = await key.prove('/o/token')
    expect((await refresh(proof)).status).toBe(200)
    server.now += 10
    expect(await errorOf(await refresh(proof))).toBe('400 invalid_dpop_proof')
    // A used proof extends nothing.
    expect(await expiry()).toBe(before + 500)
    const body = new URLSearchParams({ token: first.refresh_token, ...(await bank.assert()) })
    await server.fetch('/o/revoke_token', { method: 'POST', body })
    expect(await errorOf(await refresh())).toBe('400 invalid_grant')
  })

  it('gets nothing for a refresh token that is revoked at the same moment', async () => {
    const { refresh_token } = await boundTokens(bank)
    const body = new URLSearchParams({ token: refresh_token, ...(await bank.assert()) })
    const revoke = async () => void (await server.fetch('/o/revoke_token', { method: 'POST', body }))
    const racing = startServer({ bindings: { DB: beforeFirstWrite(revoke) } })
    racing.now = server.now
    const asked = { grant_type: 'refresh_token', refresh_token, ...(await bank.assert()) }
    const answer = await postToken(racing, asked, { DPoP: await key.prove('/o/token') })
    expect(await errorOf(answer)).toBe('400 invalid_grant')
  })

  it('refreshes a token from before only to bound ones; its older access tokens work until they end', async () => {
    const { registered, assert } = await addSigner(ada, () => server.now, { openid: { idTokenAlg: 'PS256' } })
    const code =
      answerOf(await consentTo(await browser.get(authorizePath(registered, { scope: 'openid' })))).get(
        'code',
      ) ?? ''
    const request = async (asked: Record<string, string | undefined>, DPoP?: string) =>
      postToken(
        server,
        { ...asked, client_secret: undefined, ...(await assert()) },
        DPoP === undefined ? {} : { DPoP },
      )
    const older = await tokensOf(await request(codeRequest(registered, code)))
    expect(older.token_type).toBe('Bearer')
    await env.DB.prepare(`UPDATE clients SET openid = json_set(openid, '$.profile', 'fapi-2.0') WHERE id = ?`)
      .bind(registered.client.id)
      .run()
    const refresh = { grant_type: 'refresh_token', refresh_token: older.refresh_token }
    expect(await errorOf(await request(refresh))).toBe('400 invalid_request')
    const newer = await tokensOf(await request(refresh, await key.prove('/o/token')))
    expect(newer.token_type).toBe('DPoP')
    const userinfo = async (token: string) =>
      (await server.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${token}` } })).status
    expect([await userinfo(older.access_token), await userinfo(newer.access_token)]).toEqual([200, 401])
  })

  it('is told which of its settings is not allowed', async () => {
    const weak = await addSigner(ada, () => server.now, { openid: { profile: 'fapi-2.0' } })
    const answer = answerOf(await visit(weak))
    expect([answer.get('error'), answer.get('error_description')]).toEqual([
      'unauthorized_client',
      'The profile of this application does not allow the algorithm of its ID tokens',
    ])
  })

  it('must not sign with RS256', async () => {
    const weak = await addSigner(ada, () => server.now, { alg: 'RS256', openid: fapi })
    expect(await errorOf(await push(weak))).toBe('401 invalid_client')
  })

  it('may be a program without people, with the defaults of everything for people', async () => {
    const machine = await addSigner(ada, () => server.now, {
      openid: { profile: 'fapi-2.0' },
      grantType: 'client-credentials',
      redirectUris: [],
    })
    const asked = { grant_type: 'client_credentials', scope: 'read', ...(await machine.assert()) }
    const answer = await postToken(server, asked, { DPoP: await key.prove('/o/token') })
    expect((await tokensOf(answer)).token_type).toBe('DPoP')
  })

  it('must not authenticate with a secret', async () => {
    const secret = await addClient(ada, { openid: { ...defaultClientOpenid, ...fapi } })
    const body = requestOf(secret, { client_secret: secret.secret })
    const answer = await server.fetch('/o/par', { method: 'POST', body })
    expect(await answer.json()).toMatchObject({
      error: 'invalid_client',
      error_description: 'The profile of this application does not allow client_secret_post',
    })
  })
})

describe('an application for MCP', () => {
  it('names the API of each request', async () => {
    const openid = { ...defaultClientOpenid, profile: 'mcp' } as const
    const agent = await addClient(ada, { type: 'public', openid })
    const answer = answerOf(await browser.get(authorizePath(agent)))
    expect([answer.get('error'), answer.get('state')]).toEqual(['invalid_target', 'state-1'])
    const named = await consentTo(
      await browser.get(authorizePath(agent, { resource: issuer, scope: 'openid' })),
    )
    expect(answerOf(named).get('code')).not.toBeNull()
  })
})

describe('the least profile of a server', () => {
  let strict: Server
  let older: Registered

  beforeAll(async () => {
    strict = startServer({ config: { leastProfile: 'fapi-2.0' } })
    older = await addClient(ada, { openid: { ...defaultClientOpenid, pkceOptional: true } })
  })

  it('applies to every application', async () => {
    const person = await strict.signedIn(ada)
    const answer = answerOf(await person.get(authorizePath(older)))
    expect(answer.get('error')).toBe('unauthorized_client')
    const plain = await addSigner(ada, () => strict.now, { openid: { idTokenAlg: 'ES256' } })
    strict.now = server.now
    const code = answerOf(await consentTo(await visit(plain, { at: strict }, person))).get('code') ?? ''
    expect(await errorOf(await redeem(plain, code, undefined, strict))).toBe('400 invalid_request')
    expect((await redeem(plain, code, await key.prove('/o/token'), strict)).status).toBe(200)
  })

  it('is in the metadata', async () => {
    const response = await strict.fetch('/.well-known/oauth-authorization-server')
    expect(await response.json()).toMatchObject({
      require_pushed_authorization_requests: true,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      id_token_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'PS256'],
    })
    const signed = startServer({ config: { leastProfile: 'fapi-2.0-signed' } })
    const members = await (await signed.fetch('/.well-known/oauth-authorization-server')).json()
    expect(members).toMatchObject({
      require_signed_request_object: true,
      response_modes_supported: ['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'],
    })
  })

  it('is explained on the pages of an application that can not follow it, with each setting', async () => {
    const person = await strict.signedIn(ada)
    const page = await person.get(`/o/applications/${older.client.id}`)
    expect(page.text).toContain('The application gets no tokens: FAPI 2.0 forbids')
    for (const name of ['Keys of the application', 'ID tokens are signed with'])
      expect(page.text).toContain(name)
    expect(page.text).not.toContain('Access tokens of this server are signed with')
    const { client } = await addSigner(ada, () => strict.now, { openid: { idTokenAlg: 'ES256' } }).then(
      ({ registered }) => registered,
    )
    const text = 'The application gets no tokens'
    expect((await person.get(`/o/applications/${client.id}`)).text).not.toContain(text)
    expect((await browser.get(`/o/applications/${older.client.id}`)).text).not.toContain(text)
    // One whose keys can't sign as the profile requires.
    const rsa = await addSigner(ada, () => strict.now, { alg: 'RS256', openid: { idTokenAlg: 'ES256' } })
    expect((await person.get(`/o/applications/${rsa.registered.client.id}`)).text).toContain(
      'Keys of the application: PS256, ES256, EdDSA, Ed25519',
    )
    // A public application is told at once when it is registered, and that its type is the reason.
    const made = await addClient(ada, { type: 'public' })
    const path = `/o/applications/${made.client.id}`
    const { html, text: shown } = await person.get(path)
    expect(shown).toContain(text)
    expect(html).toContain(`<li><a href="${path}/update">Client type</a></li>`)
    expect(shown).not.toContain('Keys of the application')
  })

  it('keeps the settings of an existing application, and refuses new ones that break it', async () => {
    const person = await strict.signedIn(ada)
    const save = async (of: Registered, changes: Record<string, string>) =>
      (await person.get(`/o/applications/${of.client.id}/policy`)).submit(changes)
    expect((await save(older, { initiate_login_uri: 'https://app.example/login' })).status).toBe(303)
    expect((await save(older, { access_token_signed_response_alg: 'RS256' })).status).toBe(400)
    const { registered } = await addSigner(ada, () => strict.now, { openid: { idTokenAlg: 'ES256' } })
    const refused = await save(registered, { id_token_signed_response_alg: 'RS256' })
    expect([refused.status, refused.text.includes('allows PS256, ES256 and EdDSA only')]).toEqual([400, true])
    expect((await save(registered, { jwks: '' })).status).toBe(400)
    expect((await save(registered, { id_token_signed_response_alg: 'PS256' })).status).toBe(303)
  })

  it('is told to a client that registers itself', async () => {
    const registration = {
      mode: 'open',
      initialAccessToken: '',
      approval: false,
      mostOfNetwork: 100,
      documents: undefined,
    } as const
    const open = startServer({ config: { leastProfile: 'fapi-2.0', registration } })
    const root = await addUser('root', 'administrator')
    const register = (metadata: object) =>
      open.fetch('/o/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://app.example/callback'], ...metadata }),
      })
    expect(root.role).toBe('administrator')
    for (const metadata of [
      {},
      { token_endpoint_auth_method: 'none' },
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [bank.jwk] } },
    ])
      expect(await errorOf(await register(metadata))).toBe('400 invalid_client_metadata')
    const good = {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [bank.jwk] },
      id_token_signed_response_alg: 'ES256',
    }
    expect((await register(good)).status).toBe(201)
  })

  it('ends exceptions from PKCE', async () => {
    const changes = { code_challenge: undefined, code_challenge_method: undefined }
    expect(
      answerOf(await consentTo(await browser.get(authorizePath(older, changes)))).get('code'),
    ).not.toBeNull()
    const modern = startServer({ config: { leastProfile: 'oauth-2.1' } })
    modern.now = server.now
    const person = await modern.signedIn(ada)
    expect(answerOf(await person.get(authorizePath(older, changes))).get('error')).toBe('invalid_request')
  })
})

describe('the table of profiles', () => {
  it('has each rule at least as strict for an application as for its server', () => {
    const client = { type: 'confidential', openid: defaultClientOpenid } as const
    expect(profileOf({ ...client, openid: { ...defaultClientOpenid, pkceOptional: true } })).toBe(
      'openid-older',
    )
    for (const name of profileNames) {
      const both = rulesFor(
        { ...client, openid: { ...defaultClientOpenid, profile: 'fapi-2.0-signed' } },
        name,
      )
      expect(both).toEqual({ ...profiles['fapi-2.0-signed'], namesResource: name === 'mcp' })
    }
  })
})
