import { createHash } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { cloudflareCertificate, protect } from '../../packages/protect/src/index.ts'
import type { CertificateAuthentication } from '../../src/rules/clients/certificate.ts'
import { type Client, defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { tokenExchangeGrant } from '../../src/rules/tokens/exchange.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { makeProver } from '../dpop.ts'
import { answerOf, codeVerifier, consentTo, obtainCode, requestOf, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Server, startServer } from '../server.ts'

// The edge ends TLS, so `request.cf` is all that a Worker sees of a certificate: it is injected here.
const mtlsHost = 'mtls.example'
const origin = `https://${mtlsHost}`
const subjectDn = 'CN=app.example,OU=Clients,O=Example'

/** A certificate as the edge describes it. */
interface Certificate {
  readonly [member: string]: string
}

const base64Of = (name: string) => Buffer.from(`the DER of ${name}`).toString('base64')
const hashOf = (name: string) => createHash('sha256').update(Buffer.from(base64Of(name), 'base64'))

const certificate = (name: string, changes: Certificate = {}): Certificate => ({
  certPresented: '1',
  certVerified: 'SUCCESS',
  certRevoked: '0',
  certSubjectDNRFC2253: subjectDn,
  certFingerprintSHA256: hashOf(name).digest('hex'),
  ...changes,
})
const thumbprint = (name: string) => hashOf(name).digest('base64url')
const selfSigned = (name: string) => certificate(name, { certVerified: 'FAILED:self signed certificate' })

let server: Server
let ada: User
let browser: Browser

beforeAll(async () => {
  await applySchema()
  server = startServer({ config: { issuer, mtlsHost } })
  ada = await addUser('ada')
  await addUser('root', 'administrator')
  browser = await server.signedIn(ada)
})

type Init = RequestInit & { readonly headers?: Record<string, string> }

/** With a certificate, or none, by default on the host that asks for it. */
function send(path: string, shown: Certificate | undefined, init: Init = {}, host = origin) {
  const cf = shown === undefined ? {} : { cf: { tlsClientAuth: shown } }
  return server.fetch(host + path, { ...init, ...cf })
}

function post(path: string, shown: Certificate | undefined, form: Record<string, string>, host = origin) {
  return send(path, shown, { method: 'POST', body: new URLSearchParams(form) }, host)
}

const addWith = (certificate: CertificateAuthentication, more: Partial<Client> = {}) =>
  addClient(ada, { openid: { ...defaultClientOpenid, certificate }, ...more })
const own = { grantType: 'client-credentials', redirectUris: [] } as const
const askOwn = ({ id }: Client) => ({ grant_type: 'client_credentials', scope: 'read', client_id: id })

describe('tls_client_auth (RFC 8705 §2.1)', () => {
  let client: Client
  let secret: string
  beforeAll(async () => {
    ;({ client, secret } = await addWith({ method: 'tls_client_auth', subjectDn }, own))
  })

  it('authenticates a client by the subject of its certificate', async () => {
    expect((await post('/o/token', certificate('one'), askOwn(client))).status).toBe(200)
    const spelled = certificate('one', { certSubjectDNRFC2253: 'cn=app.example, ou = Clients,O=Example' })
    expect((await post('/o/token', spelled, askOwn(client))).status).toBe(200)
  })

  it.each([
    [
      'another subject',
      certificate('one', { certSubjectDNRFC2253: 'CN=other.example,OU=Clients,O=Example' }),
    ],
    ['part of the subject', certificate('one', { certSubjectDNRFC2253: 'CN=app.example' })],
    [
      'the subject in another order',
      certificate('one', { certSubjectDNRFC2253: 'O=Example,OU=Clients,CN=app.example' }),
    ],
    ['an unknown authority', selfSigned('one')],
    ['a revoked certificate', certificate('one', { certRevoked: '1' })],
    ['no certificate', { certPresented: '0', certVerified: 'NONE' }],
    ['a certificate without a fingerprint', certificate('one', { certFingerprintSHA256: '' })],
    ['nothing', undefined],
  ])('refuses %s', async (_, shown) => {
    const answer = await post('/o/token', shown, askOwn(client))
    expect([answer.status, await errorOf(answer)]).toEqual([401, 'invalid_client'])
  })

  it('believes no certificate on any other host', async () => {
    const answer = await post('/o/token', certificate('one'), askOwn(client), issuer)
    expect([answer.status, await errorOf(answer)]).toEqual([401, 'invalid_client'])
  })

  it('accepts nothing in its place', async () => {
    const answer = await post('/o/token', certificate('one'), { ...askOwn(client), client_secret: secret })
    expect([answer.status, await errorOf(answer)]).toEqual([401, 'invalid_client'])
  })

  it.each([
    ['/o/token', { grant_type: 'refresh_token', refresh_token: 'none' }, 400],
    ['/o/revoke_token', { token: 'none' }, 200],
    ['/o/introspect', { token: 'none' }, 200],
    ['/o/par', { response_type: 'token' }, 400],
    ['/o/device-authorization', { scope: 'read' }, 400],
  ] as const)('%s', async (path, form, status) => {
    const sent = { ...form, client_id: client.id }
    expect((await post(path, undefined, sent)).status).toBe(401)
    expect((await post(path, certificate('one'), sent)).status).toBe(status)
  })
})

describe('self_signed_tls_client_auth (RFC 8705 §2.2)', () => {
  const jwks = (...keys: object[]) => ({ ...defaultClientPolicy, keys: { jwks: JSON.stringify({ keys }) } })
  const self = { method: 'self_signed_tls_client_auth' } as const

  it.each([
    ['x5c', { kty: 'RSA', x5c: [base64Of('mine'), base64Of('issuer')] }],
    ['x5t#S256', { kty: 'EC', 'x5t#S256': thumbprint('mine') }],
  ])('authenticates a client by a certificate in its keys: %s', async (_, key) => {
    const { client } = await addWith(self, { ...own, policy: jwks({ kty: 'EC' }, key) })
    expect((await post('/o/token', selfSigned('mine'), askOwn(client))).status).toBe(200)
    for (const shown of [selfSigned('other'), certificate('issuer'), undefined])
      expect((await post('/o/token', shown, askOwn(client))).status).toBe(401)
  })

  it('accepts no certificate while there are no keys', async () => {
    const { client } = await addWith(self, own)
    expect((await post('/o/token', selfSigned('mine'), askOwn(client))).status).toBe(401)
  })
})

describe('tokens bound to a certificate (RFC 8705 §3)', () => {
  const openid = { ...defaultClientOpenid, certificateBound: true }
  const mine = selfSigned('mine')
  const userinfo = (token: string, shown: Certificate | undefined, host = origin) =>
    send('/o/userinfo', shown, { headers: { Authorization: `Bearer ${token}` } }, host)

  async function redeem(client: Client, shown: Certificate | undefined, code: string, secret?: string) {
    return post('/o/token', shown, {
      grant_type: 'authorization_code',
      code,
      code_verifier: codeVerifier,
      redirect_uri: client.redirectUris[0] ?? '',
      client_id: client.id,
      ...(secret !== undefined && { client_secret: secret }),
    })
  }

  it.each(['jwt', 'opaque'] as const)(
    '%s: needs the certificate at userinfo, on the host that asks for it',
    async (format) => {
      const policy = { ...defaultClientPolicy, accessTokenFormat: format }
      const { client, secret } = await addClient(ada, { openid, policy })
      const code = await obtainCode(browser, { client, secret }, { scope: 'openid' })
      const without = await redeem(client, undefined, code, secret)
      expect([without.status, await errorOf(without)]).toEqual([400, 'invalid_request'])
      const tokens = await tokensOf(await redeem(client, mine, code, secret))
      expect(tokens.token_type).toBe('Bearer')
      expect((await userinfo(tokens.access_token, mine)).status).toBe(200)
      for (const shown of [selfSigned('other'), undefined]) {
        const answer = await userinfo(tokens.access_token, shown)
        expect([answer.status, await errorOf(answer)]).toEqual([401, 'invalid_token'])
      }
      expect((await userinfo(tokens.access_token, mine, issuer)).status).toBe(401)
      const asked = { token: tokens.access_token, client_id: client.id, client_secret: secret }
      expect(await (await post('/o/introspect', undefined, asked)).json()).toMatchObject({
        active: true,
        token_type: 'Bearer',
        cnf: { 'x5t#S256': thumbprint('mine') },
      })
    },
  )

  it('the refresh tokens of a public client too, and a refusal uses none up (RFC 8705 §4)', async () => {
    const { client } = await addClient(ada, { type: 'public', openid })
    const code = await obtainCode(browser, { client, secret: '' }, { scope: 'openid' })
    const { refresh_token = '' } = await tokensOf(await redeem(client, mine, code))
    const refresh = (shown: Certificate | undefined) =>
      post('/o/token', shown, { grant_type: 'refresh_token', refresh_token, client_id: client.id })
    for (const shown of [selfSigned('other'), undefined]) {
      const answer = await refresh(shown)
      expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_grant'])
    }
    const { access_token } = await tokensOf(await refresh(mine))
    expect((await userinfo(access_token, mine)).status).toBe(200)
  })

  it('FAPI 2.0 with certificates alone: who the client is, and what its tokens are bound to', async () => {
    const shown = certificate('one')
    const method = { method: 'tls_client_auth', subjectDn } as const
    const fapi = { ...openid, profile: 'fapi-2.0', idTokenAlg: 'ES256', certificate: method } as const
    const { client } = await addClient(ada, { openid: fapi })
    const request = Object.fromEntries(requestOf({ client, secret: '' }, { scope: 'openid' }))
    expect((await post('/o/par', undefined, request)).status).toBe(401)
    const pushed = await post('/o/par', shown, request)
    expect(pushed.status).toBe(201)
    const { request_uri } = await pushed.json<{ request_uri: string }>()
    const visit = `/o/authorize?${new URLSearchParams({ client_id: client.id, request_uri })}`
    const code = answerOf(await consentTo(await browser.get(visit))).get('code') ?? ''
    expect((await redeem(client, undefined, code)).status).toBe(401)
    const { access_token, refresh_token } = await tokensOf(await redeem(client, shown, code))
    expect((await userinfo(access_token, undefined)).status).toBe(401)
    expect((await userinfo(access_token, shown)).status).toBe(200)
    const again = { grant_type: 'refresh_token', refresh_token, client_id: client.id }
    expect((await tokensOf(await post('/o/token', shown, again))).refresh_token).toBe(refresh_token)
  })

  it('a bound token is exchanged with its certificate only', async () => {
    const { client, secret } = await addClient(ada, { openid })
    const code = await obtainCode(browser, { client, secret }, { scope: 'openid read' })
    const { access_token } = await tokensOf(await redeem(client, mine, code, secret))
    const exchange = (shown: Certificate | undefined) =>
      post('/o/token', shown, {
        grant_type: tokenExchangeGrant,
        subject_token: access_token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        client_id: client.id,
        client_secret: secret,
      })
    expect(await errorOf(await exchange(selfSigned('other')))).toBe('invalid_grant')
    const { access_token: exchanged } = await tokensOf(await exchange(mine))
    expect((await userinfo(exchanged, undefined)).status).toBe(401)
  })

  it('a bound token is accepted by an API behind packages/protect from that client only', async () => {
    const { client, secret } = await addClient(ada, { openid })
    const code = await obtainCode(browser, { client, secret }, { scope: 'read' })
    const { access_token } = await tokensOf(await redeem(client, mine, code, secret))
    const options = { issuer, audience: issuer, fetch: server.fetch, now: () => server.now }
    const api = protect({ ...options, certificate: cloudflareCertificate }, () => new Response('ok'))
    const unaware = protect(options, () => new Response('ok'))
    const statusOf = async (handler: typeof api, shown: Certificate | undefined) => {
      const request = new Request('https://api.example/', {
        headers: { authorization: `Bearer ${access_token}` },
      })
      Object.defineProperty(request, 'cf', { value: { tlsClientAuth: shown } })
      return (await handler(request)).status
    }
    expect(await statusOf(api, mine)).toBe(200)
    for (const shown of [selfSigned('other'), undefined]) expect(await statusOf(api, shown)).toBe(401)
    expect(await statusOf(unaware, mine)).toBe(401)
  })

  it('a DPoP proof does not replace the certificate', async () => {
    const { client, secret } = await addClient(ada, { ...own, openid })
    const prover = await makeProver(origin, () => server.now)
    const body = new URLSearchParams({ ...askOwn(client), client_secret: secret })
    const headers = { DPoP: await prover.prove('/o/token') }
    const answer = await send('/o/token', mine, { method: 'POST', body, headers })
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_request'])
  })

  it('a DPoP proof names the URL that was called, also on this host', async () => {
    const { client, secret } = await addClient(ada, own)
    const body = () => new URLSearchParams({ ...askOwn(client), client_secret: secret })
    const called = async (at: string) => {
      const prover = await makeProver(at, () => server.now)
      return send('/o/token', undefined, {
        method: 'POST',
        body: body(),
        headers: { DPoP: await prover.prove('/o/token') },
      })
    }
    expect((await called(origin)).status).toBe(200)
    expect((await called(issuer)).status).toBe(400)
  })
})

describe('the second host', () => {
  it.each(['/', '/login', '/o/authorize?client_id=x', '/account', '/admin', '/playground', '/o/logout'])(
    'shows no page: %s',
    async (path) => {
      const answer = await send(path, certificate('one'), { headers: { Accept: 'text/html' } })
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([421, null])
    },
  )

  it('is named in the metadata, with its methods, and only where there is one', async () => {
    const metadata = async (at: Server, host: string) =>
      (await at.fetch(`${host}/.well-known/oauth-authorization-server`)).json<Record<string, unknown>>()
    const named = await metadata(server, issuer)
    expect(named).toMatchObject({
      issuer,
      tls_client_certificate_bound_access_tokens: true,
      mtls_endpoint_aliases: {
        token_endpoint: `${origin}/o/token`,
        userinfo_endpoint: `${origin}/o/userinfo`,
      },
    })
    expect(named.token_endpoint_auth_methods_supported).toContain('self_signed_tls_client_auth')
    expect(await metadata(server, origin)).toEqual(named)
    const without = await metadata(startServer(), issuer)
    expect(without).not.toHaveProperty('mtls_endpoint_aliases')
    expect(without.token_endpoint_auth_methods_supported).not.toContain('tls_client_auth')
  })

  it('is no other host', async () => {
    expect((await server.fetch('https://mtls.example.net/o/token', { method: 'POST' })).status).toBe(421)
    expect(
      (await startServer({ config: { issuer } }).fetch(`${origin}/o/token`, { method: 'POST' })).status,
    ).toBe(421)
  })
})

describe('settings', () => {
  const form = (client: Client, changes: Record<string, string>) =>
    browser.get(`/o/applications/${client.id}/policy`).then((page) => page.submit(changes))

  it('are on the page of an application, where the edge asks for certificates', async () => {
    const { client } = await addClient(ada, own)
    const subject = await form(client, {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'app',
    })
    expect(subject.html).toContain('Enter a distinguished name')
    const keys = await form(client, { token_endpoint_auth_method: 'self_signed_tls_client_auth' })
    expect(keys.html).toContain('Enter the public keys')
    const both = { dpop_bound_access_tokens: 'true', tls_client_certificate_bound_access_tokens: 'true' }
    expect((await form(client, both)).html).toContain('not to both')
    const saved = await form(client, {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: subjectDn,
      tls_client_certificate_bound_access_tokens: 'true',
      scope: 'read',
    })
    expect(saved.status).toBe(303)
    const { access_token } = await tokensOf(await post('/o/token', certificate('one'), askOwn(client)))
    expect(JSON.parse(atob(access_token.split('.')[1] ?? ''))).toMatchObject({
      cnf: { 'x5t#S256': thumbprint('one') },
    })
    const elsewhere = await (await startServer().signedIn(ada)).get(`/o/applications/${client.id}/policy`)
    expect(elsewhere.html).not.toContain('tls_client_auth_subject_dn')
  })

  it('come with a registration (RFC 8705 §2.1.2, §3.4)', async () => {
    const open = {
      mode: 'open',
      initialAccessToken: '',
      approval: false,
      mostOfNetwork: 50,
      documents: undefined,
    } as const
    const register = (at: Server, metadata: object) =>
      at.fetch('/o/register', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://app.example/cb'], ...metadata }),
      })
    const metadata = {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: subjectDn,
      tls_client_certificate_bound_access_tokens: true,
    }
    const offering = startServer({ config: { issuer, mtlsHost, registration: open } })
    const answer = await register(offering, metadata)
    expect(answer.status).toBe(201)
    const registered = await answer.json<Record<string, unknown>>()
    expect(registered).toMatchObject(metadata)
    expect(registered).not.toHaveProperty('client_secret')
    const nameless = await register(offering, { ...metadata, tls_client_auth_subject_dn: undefined })
    expect([nameless.status, await errorOf(nameless)]).toEqual([400, 'invalid_client_metadata'])
    const elsewhere = await register(startServer({ config: { registration: open } }), metadata)
    expect([elsewhere.status, await errorOf(elsewhere)]).toEqual([400, 'invalid_client_metadata'])
  })
})

it('oauth4webapi finds the second host by itself, and authenticates there', async () => {
  const { client: known } = await addWith({ method: 'tls_client_auth', subjectDn })
  const options = {
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url: string, { body, ...init }: { body?: BodyInit | null | undefined }) =>
      server.fetch(url, {
        ...init,
        ...(body != null && { body }),
        cf: { tlsClientAuth: certificate('one') },
      }),
  }
  const discovered = await oauth.discoveryRequest(new URL(issuer), options)
  const as = await oauth.processDiscoveryResponse(new URL(issuer), discovered)
  const client: oauth.Client = {
    client_id: known.id,
    use_mtls_endpoint_aliases: true,
    [oauth.clockSkew]: server.now - Math.floor(Date.now() / 1000),
  }
  const method = oauth.TlsClientAuth()
  const request = requestOf({ client: known, secret: '' }, { scope: 'openid' })
  const pushed = await oauth.pushedAuthorizationRequest(as, client, method, request, options)
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)
  const asked = new URLSearchParams({ client_id: known.id, request_uri })
  let page = await browser.get(`/o/authorize?${asked}`)
  if (page.status === 200) page = await page.submit({ decision: 'authorize' })
  const answer = oauth.validateAuthResponse(as, client, new URL(page.location), 'state-1')
  const redirectUri = known.redirectUris[0] ?? ''
  const redeemed = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    method,
    answer,
    redirectUri,
    codeVerifier,
    options,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, redeemed)
  expect(tokens.access_token).toBeTypeOf('string')
})

async function errorOf(response: Response): Promise<string> {
  return (await response.json<{ error: string }>()).error
}
