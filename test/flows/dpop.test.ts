import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { protect } from '../../packages/protect/src/index.ts'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { defaultClientOpenid, deviceCodeGrant } from '../../src/rules/clients/client.ts'
import { proofAlgorithms } from '../../src/rules/tokens/dpop.ts'
import { tokenExchangeGrant } from '../../src/rules/tokens/exchange.ts'
import type { User } from '../../src/store/people/users.ts'
import { defaultLifetimes } from '../../src/values/time.ts'
import type { Browser } from '../browser.ts'
import { makeProver, type ProofChanges, type Prover } from '../dpop.ts'
import { beforeFirstWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  consentTo,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  requestOf,
  revoke,
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

let server: Server
let ada: User
let browser: Browser
let native: Registered
let web: Registered
let machine: Registered
let key: Prover
let other: Prover

const scope = 'openid profile read'

beforeAll(async () => {
  await applySchema()
  server = startServer()
  ada = await addUser('ada')
  native = await addClient(ada, { type: 'public', name: 'Native' })
  web = await addClient(ada, { name: 'Web' })
  machine = await addClient(ada, { name: 'Machine', grantType: 'client-credentials', redirectUris: [] })
  browser = await server.signedIn(ada)
  key = await makeProver(issuer, () => server.now)
  other = await makeProver(issuer, () => server.now)
})

const codeOf = (client = native, changes: Record<string, string> = {}) =>
  obtainCode(browser, client, { scope, ...changes })

async function redeem(client = native, proof?: string, code?: string, at = server): Promise<Response> {
  const asked = codeRequest(client, code ?? (await codeOf(client)))
  return postToken(at, asked, proof === undefined ? {} : { DPoP: proof })
}

async function boundTokens(client = native) {
  return tokensOf(await redeem(client, await key.prove('/o/token')))
}

async function refusalOf(response: Response): Promise<readonly [number, string]> {
  return [response.status, (await response.json<{ error: string }>()).error]
}

const userinfo = (token: string, proof?: string, scheme = 'DPoP', at = server) =>
  at.fetch('/o/userinfo', {
    headers: { Authorization: `${scheme} ${token}`, ...(proof !== undefined && { DPoP: proof }) },
  })

const proveUserinfo = (accessToken: string, changes: ProofChanges = {}, prover = key) =>
  prover.prove('/o/userinfo', { method: 'GET', accessToken, ...changes })

describe('a token that is bound to a key (RFC 9449)', () => {
  it('needs a proof, has the type DPoP, and is reported by introspection', async () => {
    const tokens = await boundTokens(web)
    expect(tokens.token_type).toBe('DPoP')
    const told = await introspect(server, web, tokens.access_token)
    expect(told).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } })
  })

  it('is issued by each grant', async () => {
    const asked = {
      grant_type: 'client_credentials',
      scope: 'read',
      client_id: machine.client.id,
      client_secret: machine.secret,
    }
    const own = await tokensOf(await postToken(server, asked, { DPoP: await key.prove('/o/token') }))
    expect((await introspect(server, machine, own.access_token)).cnf).toEqual({ jkt: key.jkt })

    const tv = await addClient(ada, {
      type: 'public',
      grantType: 'device-code',
      redirectUris: [],
      name: 'TV',
    })
    const body = new URLSearchParams({ client_id: tv.client.id, scope: 'read' })
    const started = await server.fetch('/o/device-authorization', { method: 'POST', body })
    const { user_code, device_code } = await started.json<{ user_code: string; device_code: string }>()
    const asking = await (await browser.get('/o/device')).submit({ user_code })
    await asking.submit({ decision: 'authorize' })
    const poll = { grant_type: deviceCodeGrant, device_code, client_id: tv.client.id }
    const polled = await tokensOf(await postToken(server, poll, { DPoP: await key.prove('/o/token') }))
    expect(polled.token_type).toBe('DPoP')
    const stolen = refreshRequest(tv, polled.refresh_token ?? '')
    expect(await refusalOf(await postToken(server, stolen))).toEqual([400, 'invalid_grant'])
  })

  it.each(proofAlgorithms)('with a key of %s, again and again', async (alg) => {
    const prover = await makeProver(issuer, () => server.now, alg)
    const tokens = await tokensOf(await redeem(native, await prover.prove('/o/token')))
    expect(tokens.token_type).toBe('DPoP')
    const { access_token: token } = tokens
    expect((await userinfo(token, await proveUserinfo(token, {}, prover))).status).toBe(200)
    const forged = (await proveUserinfo(token, {}, prover)).slice(0, -6)
    expect((await userinfo(token, `${forged}AAAAAA`)).status).toBe(401)
  })

  it('is a bearer token without a proof, as before', async () => {
    const tokens = await tokensOf(await redeem())
    expect(tokens.token_type).toBe('Bearer')
    expect((await userinfo(tokens.access_token, undefined, 'Bearer')).status).toBe(200)
    const shown = await userinfo(tokens.access_token, await proveUserinfo(tokens.access_token))
    expect(await refusalOf(shown)).toEqual([401, 'invalid_token'])
  })

  it('is accepted by userinfo with a proof of its key, and only with that', async () => {
    const { access_token: token } = await boundTokens()
    expect((await userinfo(token, await proveUserinfo(token))).status).toBe(200)
    const refused = async (response: Response, error: string) => {
      expect(await refusalOf(response.clone())).toEqual([401, error])
      expect(response.headers.get('www-authenticate')).toContain(`error="${error}"`)
      return response.headers.get('www-authenticate') ?? ''
    }
    expect(await refused(await userinfo(token, undefined, 'Bearer'), 'invalid_token')).toMatch(/^Bearer /)
    expect(await refused(await userinfo(token), 'invalid_dpop_proof')).toMatch(/^DPoP .*algs="ES256 /)
    await refused(await userinfo(token, await proveUserinfo(token), 'Bearer'), 'invalid_token')
    await refused(await userinfo(token, await proveUserinfo(token, {}, other)), 'invalid_token')
    await refused(
      await userinfo(token, await key.prove('/o/userinfo', { method: 'GET' })),
      'invalid_dpop_proof',
    )
    await refused(await userinfo(token, await proveUserinfo('another')), 'invalid_dpop_proof')
    const body = new URLSearchParams({ access_token: token })
    const posted = await server.fetch('/o/userinfo', {
      method: 'POST',
      body,
      headers: { DPoP: await proveUserinfo(token, { method: 'POST' }) },
    })
    await refused(posted, 'invalid_token')
  })

  it('works once per proof at userinfo', async () => {
    const { access_token: token } = await boundTokens()
    const proof = await proveUserinfo(token)
    const answers = await Promise.all(Array.from({ length: 20 }, () => userinfo(token, proof)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await refusalOf(await userinfo(token, proof))).toEqual([401, 'invalid_dpop_proof'])
  })

  it('ends like every token', async () => {
    const { access_token: token } = await boundTokens(web)
    await revoke(server, web, token)
    expect(await refusalOf(await userinfo(token, await proveUserinfo(token)))).toEqual([401, 'invalid_token'])
  })
})

describe('an invalid proof is refused, and never ignored', () => {
  const signed = (changes: ProofChanges) => (prover: Prover) => prover.prove('/o/token', changes)
  const cases: [string, (prover: Prover) => Promise<string> | string][] = [
    ['not a JWT', () => 'proof'],
    ['two of them', async (at) => `${await at.prove('/o/token')}, ${await at.prove('/o/token')}`],
    ['four parts', async (at) => `${await at.prove('/o/token')}.AAAA`],
    ['two parts', async (at) => (await at.prove('/o/token')).replace(/\.[^.]*$/, '')],
    ['typ', signed({ header: { typ: 'JWT' } })],
    ['no typ', signed({ header: { typ: undefined } })],
    ['no key', signed({ header: { jwk: undefined } })],
    ['another key', async (at) => at.prove('/o/token', { header: { jwk: other.jwk } })],
    [
      'a private key',
      async (at) => {
        const { privateKey } = await generateKeyPair('ES256', { extractable: true })
        return at.prove('/o/token', { header: { jwk: await exportJWK(privateKey) } })
      },
    ],
    ['a symmetric key', signed({ header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } } })],
    [
      'an unsupported algorithm',
      async () => (await makeProver(issuer, () => server.now, 'ES384')).prove('/o/token'),
    ],
    [
      'no signature',
      async (at) => {
        const header = JSON.stringify({ typ: 'dpop+jwt', alg: 'none', jwk: at.jwk })
        const [, payload] = (await at.prove('/o/token')).split('.')
        return `${Buffer.from(header).toString('base64url')}.${payload}.`
      },
    ],
    [
      'a MAC',
      (at) =>
        new SignJWT({ jti: 'mac', htm: 'POST', htu: `${issuer}/o/token`, iat: server.now })
          .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk: at.jwk })
          .sign(new TextEncoder().encode(JSON.stringify(at.jwk))),
    ],
    ['no jti', signed({ without: 'jti' })],
    ['an empty jti', signed({ claims: { jti: '' } })],
    ['no htm', signed({ without: 'htm' })],
    ['another method', signed({ method: 'GET' })],
    ['the method in lower case', signed({ method: 'post' })],
    ['no htu', signed({ without: 'htu' })],
    ['another path', (at) => at.prove('/o/userinfo')],
    ['another host', signed({ claims: { htu: 'https://other.example/o/token' } })],
    ['another port', signed({ claims: { htu: 'http://localhost:8001/o/token' } })],
    ['another scheme', signed({ claims: { htu: 'https://localhost:8000/o/token' } })],
    ['a dot after the host', signed({ claims: { htu: 'http://localhost.:8000/o/token' } })],
    ['credentials in htu', signed({ claims: { htu: 'http://ada:x@localhost:8000/o/token' } })],
    ['no iat', signed({ without: 'iat' })],
    ['a nonce that is a number', signed({ claims: { nonce: 1 } })],
    ['too old', (at) => at.prove('/o/token', { claims: { iat: server.now - 61 } })],
    ['from the future', (at) => at.prove('/o/token', { claims: { iat: server.now + 61 } })],
    ['expired', (at) => at.prove('/o/token', { claims: { exp: server.now - 60 } })],
    ['not valid yet', (at) => at.prove('/o/token', { claims: { nbf: server.now + 61 } })],
    ['a changed signature', async (at) => `${(await at.prove('/o/token')).slice(0, -6)}AAAAAA`],
    [
      'changed claims',
      async (at) => {
        const [header, payload = '', signature] = (await at.prove('/o/token')).split('.')
        return [header, `${payload.slice(0, 12)}X${payload.slice(13)}`, signature].join('.')
      },
    ],
  ]
  // The header of a key that has signed a valid proof before is not checked a second time.
  it.each(
    ['a known key', 'a new key'].flatMap((whose) =>
      cases.map(([name, proof]) => [name, whose, proof] as const),
    ),
  )('%s, with %s', async (_, whose, proof) => {
    const prover = whose === 'a known key' ? key : await makeProver(issuer, () => server.now)
    if (whose === 'a known key') expect((await redeem(native, await key.prove('/o/token'))).status).toBe(200)
    const code = await codeOf()
    expect(await refusalOf(await redeem(native, await proof(prover), code))).toEqual([
      400,
      'invalid_dpop_proof',
    ])
    // It spent nothing.
    expect((await redeem(native, await prover.prove('/o/token'), code)).status).toBe(200)
  })

  it.each([
    ['a query and a fragment', `${issuer}/o/token?a=1#b`],
    ['another case, and the default port', 'HTTP://LOCALHOST:8000/o/token'],
    ['the other spelling of the path', `${issuer}/o/token/`],
  ])('URLs are compared after normalisation: %s', async (_, htu) => {
    expect((await redeem(native, await key.prove('/o/token', { claims: { htu } }))).status).toBe(200)
  })

  const doors = {
    '/o/par': async (proof: string) =>
      server.fetch('/o/par', { method: 'POST', body: requestOf(native), headers: { DPoP: proof } }),
    '/o/userinfo': async (proof: string, token: string) => userinfo(token, proof),
  }
  const wrong: Readonly<Record<string, ProofChanges>> = {
    typ: { header: { typ: 'JWT' } },
    'no key': { header: { jwk: undefined } },
    'no jti': { without: 'jti' },
    'another method': { method: 'PUT' },
    'another path': { claims: { htu: `${issuer}/o/token` } },
    'too old': { claims: { iat: 1_800_000_000 - 3600 } },
    'from the future': { claims: { iat: 1_800_000_000 + 3600 } },
  }
  it.each(
    Object.entries(doors).flatMap(([path, ask]) =>
      Object.entries(wrong).map(([name, changes]) => [path, name, ask, changes] as const),
    ),
  )('at %s too: %s', async (path, _, ask, changes) => {
    const { access_token: accessToken } = await boundTokens()
    const right = path === '/o/par' ? {} : { method: 'GET', accessToken }
    const status = path === '/o/par' ? 400 : 401
    const answer = await ask(await key.prove(path, { ...right, ...changes }), accessToken)
    expect(await refusalOf(answer)).toEqual([status, 'invalid_dpop_proof'])
    expect((await ask(await key.prove(path, right), accessToken)).ok).toBe(true)
  })

  it('the key may name more uses than its own (RFC 7517 §4.3)', async () => {
    const jwk = { ...key.jwk, key_ops: ['verify', 'encrypt'] }
    expect((await redeem(native, await key.prove('/o/token', { header: { jwk } }))).status).toBe(200)
  })

  it('a short jti is accepted, and half a minute of clock skew', async () => {
    expect((await redeem(native, await key.prove('/o/token', { claims: { jti: 'a' } }))).status).toBe(200)
    expect(
      (await redeem(native, await key.prove('/o/token', { claims: { iat: server.now + 30 } }))).status,
    ).toBe(200)
  })

  it.each([
    ['unchanged', {}],
    ['when every batch is executed twice', { bindings: { DB: everyBatchTwice() } }],
    ['when every first answer is lost', { bindings: { DB: everyFirstAnswerLost() } }],
  ])('one proof works once, for sixty simultaneous requests, %s', async (_, options) => {
    const racing = startServer(options)
    const asked = {
      grant_type: 'client_credentials',
      scope: 'read',
      client_id: machine.client.id,
      client_secret: machine.secret,
    }
    const proof = await key.prove('/o/token')
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => postToken(racing, asked, { DPoP: proof })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers) expect(answer.status).toBeLessThan(500)
    expect(await refusalOf(await postToken(racing, asked, { DPoP: proof }))).toEqual([
      400,
      'invalid_dpop_proof',
    ])
  })

  it('a used proof is remembered for as long as it could be accepted, the purge included', async () => {
    const asked = {
      grant_type: 'client_credentials',
      scope: 'read',
      client_id: machine.client.id,
      client_secret: machine.secret,
    }
    const DPoP = await key.prove('/o/token', { claims: { iat: server.now + 60 } })
    expect((await postToken(server, asked, { DPoP })).status).toBe(200)
    const later = startServer()
    later.now = server.now + 120
    await maintain(env.DB, parseConfig({ ...env, WORKERS_PLAN: 'paid' }), () => later.now)
    const again = await (await postToken(later, asked, { DPoP })).json()
    expect(again).toMatchObject({ error_description: 'The DPoP proof was already used' })
    const fresh = await key.prove('/o/token', { claims: { iat: later.now } })
    expect((await postToken(later, asked, { DPoP: fresh })).status).toBe(200)
  })

  it('stores nothing for a caller without a code or token to redeem', async () => {
    const count = async () =>
      (await env.DB.prepare('SELECT count(*) AS n FROM used_challenges').first<{ n: number }>())?.n
    const before = await count()
    const junk = [
      codeRequest(native, `lkc_${'A'.repeat(43)}`),
      codeRequest({ ...web, secret: 'wrong' }, await codeOf(web)),
      refreshRequest(native, 'lkr_nothing'),
    ]
    for (const asked of junk) await postToken(server, asked, { DPoP: await key.prove('/o/token') })
    await userinfo('nothing', await proveUserinfo('nothing'))
    expect(await count()).toBe(before)
  })
})

describe('a proof that was used changes nothing', () => {
  const refresh = (token: string, proof: string, at = server) =>
    postToken(at, refreshRequest(native, token), { DPoP: proof })
  const used: readonly [number, string] = [400, 'invalid_dpop_proof']

  /** Beyond the grace, a token that was rotated would end everything. */
  async function expectUnchanged(token: string) {
    const later = startServer()
    later.now = server.now + defaultLifetimes.refreshGrace + 1
    const proof = await key.prove('/o/token', { claims: { iat: later.now } })
    expect((await tokensOf(await refresh(token, proof, later))).token_type).toBe('DPoP')
  }

  it.each([
    ['unchanged', () => ({})],
    ['when every batch is executed twice', () => ({ bindings: { DB: everyBatchTwice() } })],
    ['when every first answer is lost', () => ({ bindings: { DB: everyFirstAnswerLost() } })],
  ])('two refresh tokens with one proof, in twenty simultaneous requests, %s', async (_, options) => {
    const racing = startServer(options())
    const tokens = [(await boundTokens()).refresh_token, (await boundTokens()).refresh_token]
    const proof = await key.prove('/o/token')
    const asked = Array.from({ length: 20 }, (__, i) => tokens[i % 2] ?? '')
    const answers = await Promise.all(asked.map((token) => refresh(token, proof, racing)))
    const won = answers.flatMap(({ status }, i) => (status === 200 ? [asked[i]] : []))
    expect(won).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect(await refusalOf(answer)).toEqual(used)
    for (const token of tokens) if (token !== won[0]) await expectUnchanged(token)
  })

  it.each(['before', 'between reading and writing'])('a refresh with a proof used %s', async (when) => {
    const { access_token: accessToken, refresh_token: token } = await boundTokens()
    const claims = { jti: `at userinfo ${when}` }
    const use = async () =>
      expect((await userinfo(accessToken, await proveUserinfo(accessToken, { claims }))).status).toBe(200)
    if (when === 'before') await use()
    const racing = when === 'before' ? server : startServer({ bindings: { DB: beforeFirstWrite(use) } })
    const answer = await refresh(token, await key.prove('/o/token', { claims }), racing)
    expect(await refusalOf(answer)).toEqual(used)
    await expectUnchanged(token)
  })

  it('userinfo with the proof of a refresh at the same moment', async () => {
    const { access_token: accessToken, refresh_token: token } = await boundTokens()
    const claims = { jti: 'at a refresh' }
    const use = async () =>
      expect((await refresh(token, await key.prove('/o/token', { claims }))).status).toBe(200)
    const racing = startServer({ bindings: { DB: beforeFirstWrite(use) } })
    const proof = await proveUserinfo(accessToken, { claims })
    expect(await refusalOf(await userinfo(accessToken, proof, 'DPoP', racing))).toEqual([401, used[1]])
  })

  it('a stolen refresh token, with a proof that was recorded', async () => {
    const { refresh_token: token } = await boundTokens()
    const recorded = await key.prove('/o/token')
    const { refresh_token: next } = await tokensOf(await refresh(token, recorded))
    for (const stolen of [token, next]) expect(await refusalOf(await refresh(stolen, recorded))).toEqual(used)
    await expectUnchanged(next)
  })

  it('a code', async () => {
    const code = await codeOf()
    const proof = await key.prove('/o/token')
    expect((await redeem(native, proof)).status).toBe(200)
    expect(await refusalOf(await redeem(native, proof, code))).toEqual(used)
    expect((await redeem(native, await key.prove('/o/token'), code)).status).toBe(200)
  })

  it('and a request that is refused for another reason leaves its proof unused', async () => {
    const { refresh_token: ended } = await boundTokens()
    const { refresh_token: token } = await boundTokens()
    await revoke(server, native, ended)
    const proof = await key.prove('/o/token')
    expect(await refusalOf(await refresh(ended, proof))).toEqual([400, 'invalid_grant'])
    expect((await refresh(token, proof)).status).toBe(200)
  })
})

describe('bound codes and tokens', () => {
  it('the refresh tokens of a public client', async () => {
    const first = await boundTokens()
    const asked = refreshRequest(native, first.refresh_token ?? '')
    expect(await refusalOf(await postToken(server, asked))).toEqual([400, 'invalid_grant'])
    const stolen = await postToken(server, asked, { DPoP: await other.prove('/o/token') })
    expect(await refusalOf(stolen)).toEqual([400, 'invalid_grant'])
    const refreshed = await tokensOf(await postToken(server, asked, { DPoP: await key.prove('/o/token') }))
    expect(refreshed.token_type).toBe('DPoP')
    const again = refreshRequest(native, refreshed.refresh_token ?? '')
    expect(await refusalOf(await postToken(server, again))).toEqual([400, 'invalid_grant'])
  })

  it('not those of a confidential client: it may change its key', async () => {
    const first = await boundTokens(web)
    const asked = refreshRequest(web, first.refresh_token ?? '')
    const refreshed = await tokensOf(await postToken(server, asked, { DPoP: await other.prove('/o/token') }))
    expect((await introspect(server, web, refreshed.access_token)).cnf).toEqual({ jkt: other.jkt })
  })

  it.each(['in the URL', 'pushed', 'pushed with a proof'])('a code, by dpop_jkt: %s', async (how) => {
    const named = how === 'pushed with a proof' ? {} : { dpop_jkt: key.jkt }
    let path = authorizePath(web, { scope, ...named })
    if (how !== 'in the URL') {
      const body = requestOf(web, { scope, ...named, client_secret: web.secret })
      const headers = how === 'pushed' ? {} : { DPoP: await key.prove('/o/par') }
      const { request_uri } = await (await server.fetch('/o/par', { method: 'POST', body, headers })).json<{
        request_uri: string
      }>()
      path = `/o/authorize?${new URLSearchParams({ client_id: web.client.id, request_uri })}`
    }
    const code = answerOf(await consentTo(await browser.get(path))).get('code') ?? ''
    expect(await refusalOf(await redeem(web, undefined, code))).toEqual([400, 'invalid_grant'])
    const stolen = await redeem(web, await other.prove('/o/token'), code)
    expect(await refusalOf(stolen)).toEqual([400, 'invalid_grant'])
    expect((await redeem(web, await key.prove('/o/token'), code)).status).toBe(200)
  })

  it('an exchanged token: only a caller who proves its key gets one for it', async () => {
    const { access_token: subject } = await boundTokens(web)
    const asked = {
      grant_type: tokenExchangeGrant,
      client_id: web.client.id,
      client_secret: web.secret,
      subject_token: subject,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    }
    expect(await refusalOf(await postToken(server, asked))).toEqual([400, 'invalid_grant'])
    const stolen = await postToken(server, asked, { DPoP: await other.prove('/o/token') })
    expect(await refusalOf(stolen)).toEqual([400, 'invalid_grant'])
    const exchanged = await tokensOf(await postToken(server, asked, { DPoP: await key.prove('/o/token') }))
    expect((await introspect(server, web, exchanged.access_token)).cnf).toEqual({ jkt: key.jkt })
  })

  it('a pushed request must name the key of its proof, if any', async () => {
    const body = requestOf(web, { client_secret: web.secret, dpop_jkt: other.jkt })
    const response = await server.fetch('/o/par', {
      method: 'POST',
      body,
      headers: { DPoP: await key.prove('/o/par') },
    })
    expect(await refusalOf(response)).toEqual([400, 'invalid_dpop_proof'])
  })

  it('the code, even if KV has no copy of it', async () => {
    const code = await codeOf(web, { dpop_jkt: key.jkt })
    const { keys } = await env.CODES.list()
    for (const { name } of keys) await env.CODES.delete(name)
    expect(await refusalOf(await redeem(web, undefined, code))).toEqual([400, 'invalid_grant'])
    expect((await redeem(web, await key.prove('/o/token'), code)).status).toBe(200)
  })
})

it('an application with bound tokens gets none without a proof, by any grant', async () => {
  const openid = { ...defaultClientOpenid, dpopBound: true }
  const strict = await addClient(ada, { type: 'public', openid })
  const code = await codeOf(strict)
  expect(await refusalOf(await redeem(strict, undefined, code))).toEqual([400, 'invalid_request'])
  const tokens = await tokensOf(await redeem(strict, await key.prove('/o/token'), code))
  expect(tokens.token_type).toBe('DPoP')
  const own = await addClient(ada, { grantType: 'client-credentials', redirectUris: [], openid })
  const asked = {
    grant_type: 'client_credentials',
    scope: 'read',
    client_id: own.client.id,
    client_secret: own.secret,
  }
  expect(await refusalOf(await postToken(server, asked))).toEqual([400, 'invalid_request'])
})

describe('a proof with a pushed request', () => {
  const from = (block: string) => ({ 'CF-Connecting-IP': block })
  const push = async (proof: string, block = '192.0.2.1') => {
    const body = requestOf(native, { scope })
    return server.fetch('/o/par', { method: 'POST', body, headers: { DPoP: proof, ...from(block) } })
  }

  it('works once', async () => {
    const proof = await key.prove('/o/par')
    const answers = await Promise.all(Array.from({ length: 10 }, () => push(proof)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  it('is not stored beyond the requests that one network may have waiting', async () => {
    const count = async () =>
      (await env.DB.prepare('SELECT count(*) AS n FROM used_challenges').first<{ n: number }>())?.n ?? 0
    const before = await count()
    for (let i = 0; i < 205; i++) await push(await key.prove('/o/par'), '198.51.100.9')
    expect((await count()) - before).toBe(200)
  })
})

describe('nonces (RFC 9449 §8)', () => {
  let strict: Server
  beforeAll(() => {
    strict = startServer({ config: { dpopNonce: true } })
  })

  it('are required if the setting says so, and then valid for five minutes', async () => {
    const code = await codeOf()
    const asked = await redeem(native, await key.prove('/o/token'), code, strict)
    expect(await refusalOf(asked.clone())).toEqual([400, 'use_dpop_nonce'])
    const nonce = asked.headers.get('dpop-nonce') ?? ''
    const proof = await key.prove('/o/token', { claims: { nonce } })
    const answer = await redeem(native, proof, code, strict)
    expect([answer.status, answer.headers.get('dpop-nonce')]).toEqual([200, nonce])
    const { access_token: token } = await tokensOf(answer)
    const without = await userinfo(token, await proveUserinfo(token), 'DPoP', strict)
    expect(await refusalOf(without.clone())).toEqual([401, 'use_dpop_nonce'])
    expect(without.headers.get('www-authenticate')).toMatch(/^DPoP .*error="use_dpop_nonce"/)
    expect(
      (await userinfo(token, await proveUserinfo(token, { claims: { nonce } }), 'DPoP', strict)).status,
    ).toBe(200)
    // From another instance, whose clock is ahead.
    strict.now -= 1
    const early = await key.prove('/o/token', { claims: { nonce } })
    expect((await redeem(native, early, await codeOf(), strict)).status).toBe(200)
    strict.now += 301
    const late = await makeProver(issuer, () => strict.now)
    const old = await redeem(
      native,
      await late.prove('/o/token', { claims: { nonce } }),
      await codeOf(),
      strict,
    )
    strict.now -= 300
    expect((await refusalOf(old))[1]).toBe('use_dpop_nonce')
  })

  it.each(['made-up', '1800000000.AAAA', `1800000000.${'A'.repeat(43)}`])(
    '%s is not one of ours',
    async (nonce) => {
      const proof = await key.prove('/o/token', { claims: { nonce } })
      expect(await refusalOf(await redeem(native, proof))).toEqual([400, 'use_dpop_nonce'])
    },
  )
})

it('oauth4webapi pushes, redeems, calls userinfo and refreshes with DPoP', async () => {
  const strict = startServer({ config: { dpopNonce: true } })
  const keys = await oauth.generateKeyPair('ES256')
  const client: oauth.Client = {
    client_id: native.client.id,
    [oauth.clockSkew]: strict.now - Math.floor(Date.now() / 1000),
  }
  const DPoP = oauth.DPoP(client, keys)
  const options = {
    [oauth.customFetch]: (url: string, { body, ...init }: { body?: BodyInit | null | undefined }) =>
      strict.fetch(url, { ...init, body: body ?? null }),
    [oauth.allowInsecureRequests]: true,
    DPoP,
  }
  const as = await oauth.processDiscoveryResponse(
    new URL(issuer),
    await oauth.discoveryRequest(new URL(issuer), options),
  )
  expect(as.dpop_signing_alg_values_supported).toContain('ES256')
  const verifier = oauth.generateRandomCodeVerifier()
  const redirectUri = native.client.redirectUris[0] ?? ''
  const request = {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
  const push = async () =>
    oauth.processPushedAuthorizationResponse(
      as,
      client,
      await oauth.pushedAuthorizationRequest(as, client, oauth.None(), request, options),
    )
  const { request_uri } = await push().catch((error) => {
    if (!oauth.isDPoPNonceError(error)) throw error
    return push()
  })
  const url = `/o/authorize?${new URLSearchParams({ client_id: client.client_id, request_uri })}`
  const answer = new URL((await consentTo(await browser.get(url))).location)
  const callback = oauth.validateAuthResponse(as, client, answer, oauth.expectNoState)
  const exchange = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    callback,
    redirectUri,
    verifier,
    options,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, exchange)
  expect(tokens.token_type).toBe('dpop')
  // The same client at an API behind packages/protect.
  const isNew = new Set<string>()
  const api = protect(
    {
      issuer,
      audience: issuer,
      publicUrl: 'https://notes.example',
      requireBound: true,
      fetch: strict.fetch,
      now: () => strict.now,
      isFirstUse: (id) => !isNew.has(id) && isNew.add(id).has(id),
    },
    (_, { claims }) => Response.json(claims.cnf),
  )
  const called = await oauth.protectedResourceRequest(
    tokens.access_token,
    'GET',
    new URL('https://notes.example/hello?page=1'),
    undefined,
    undefined,
    { DPoP, [oauth.customFetch]: (url, { body: _, ...init }) => api(new Request(url, init)) },
  )
  expect([called.status, await called.json()]).toEqual([200, { jkt: await DPoP.calculateThumbprint() }])
  expect(isNew.size).toBe(1)

  const { sub } = await oauth.processUserInfoResponse(
    as,
    client,
    oauth.skipSubjectCheck,
    await oauth.userInfoRequest(as, client, tokens.access_token, options),
  )
  expect(sub).toBe(ada.id)
  const refreshed = await oauth.refreshTokenGrantRequest(
    as,
    client,
    oauth.None(),
    tokens.refresh_token ?? '',
    options,
  )
  expect((await oauth.processRefreshTokenResponse(as, client, refreshed)).token_type).toBe('dpop')
})
