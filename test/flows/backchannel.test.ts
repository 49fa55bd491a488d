import { env } from 'cloudflare:workers'
import type { JWTPayload } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { backchannelGrant, defaultClientOpenid } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import { expiredRows, purging } from '../../src/store/server/purge.ts'
import type { Browser, Page } from '../browser.ts'
import { beforeFirstWrite, everyBatchTwice } from '../faults.ts'
import { authorizePath, codeRequest, errorOf, introspect, postToken, type Tokens, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'
import { addSigner, type Signer } from '../signer.ts'

interface Started {
  readonly auth_req_id: string
  readonly expires_in: number
  readonly interval: number
}

const { DB } = env
const server = startServer()
let bank: Registered
let other: Registered
let ada: User
let browser: Browser
let people = 0

beforeAll(async () => {
  await applySchema()
  const owner = await addUser('owner')
  const details = { grantType: 'backchannel', redirectUris: [], trust: 'verified' } as const
  bank = await addClient(owner, { ...details, name: 'Bank' })
  other = await addClient(owner, { ...details, name: 'Other' })
})

beforeEach(async () => {
  server.now += 1000
  ada = await addUser(`ada${people++}`)
  browser = await server.signedIn(ada)
})

const send = ({ client, secret }: Registered, body: Record<string, string>) =>
  server.fetch('/o/backchannel-authentication', {
    method: 'POST',
    body: new URLSearchParams({ client_id: client.id, client_secret: secret, scope: 'openid read', ...body }),
  })

async function start(body: Record<string, string> = {}, client = bank): Promise<Started> {
  const response = await send(client, { login_hint: ada.username, ...body })
  expect(response.status).toBe(200)
  return response.json()
}

const poll = (auth_req_id: string, { client, secret }: Registered = bank, at = server) =>
  postToken(at, { grant_type: backchannelGrant, auth_req_id, client_id: client.id, client_secret: secret })

const ask = (from: Browser = browser): Promise<Page> => from.get('/account/requests')

const answer = async (decision: 'authorize' | 'cancel', from: Browser = browser): Promise<Page> =>
  (await ask(from)).submit({ decision })

describe('backchannel authentication (OpenID Connect CIBA Core 1.0, poll mode)', () => {
  it('is in the metadata, and answers as §7.3 says', async () => {
    const metadata: Record<string, unknown> = await (
      await server.fetch('/.well-known/openid-configuration')
    ).json()
    expect([
      metadata.backchannel_authentication_endpoint,
      metadata.backchannel_token_delivery_modes_supported,
    ]).toEqual([`${issuer}/o/backchannel-authentication`, ['poll']])
    expect(metadata.grant_types_supported).toContain(backchannelGrant)
    expect(await start()).toEqual({
      auth_req_id: expect.stringMatching(/^lkb_[A-Za-z0-9_-]{43}$/),
      expires_in: 600,
      interval: 5,
    })
    expect((await start({ requested_expiry: '90' })).expires_in).toBe(90)
    expect((await start({ requested_expiry: '90000' })).expires_in).toBe(600)
  })

  it('asks the person on their account page, with the message, and then gives the tokens', async () => {
    const { auth_req_id } = await start({ binding_message: 'Pay 12 € <to> Bob' })
    expect(await errorOf(await poll(auth_req_id))).toBe('400 authorization_pending')
    expect((await browser.get('/account')).html).toContain('href="/account/requests"')
    const page = await ask()
    expect(page.text).toContain('Sign in to Bank ?')
    expect(page.text).toContain('Pay 12 € <to> Bob')
    const done = await page.submit({ decision: 'authorize' })
    expect([done.status, done.location]).toEqual([303, '/account/requests?answered=approved'])
    expect((await browser.get(done.location)).text).toContain('You are signed in to the application.')
    server.now += 5
    const tokens: Tokens & { id_token?: string } = await tokensOf(await poll(auth_req_id))
    expect([tokens.scope, typeof tokens.id_token, typeof tokens.refresh_token]).toEqual([
      'openid read',
      'string',
      'string',
    ])
  })

  it('writes to the person, and to nobody else: an address that nobody confirmed may be a stranger', async () => {
    await start()
    const to = `${ada.username}@example.com`
    const unasked = await DB.prepare('SELECT count(*) AS n FROM outbox WHERE recipient = ?')
      .bind(to)
      .first('n')
    expect(unasked).toBe(0)
    await DB.prepare('UPDATE users SET email = ?, email_verified_at = 1 WHERE id = ?').bind(to, ada.id).run()
    await start({ login_hint: `${ada.username.toUpperCase()}@Example.com` })
    const mails = await DB.prepare('SELECT recipient, text FROM outbox ORDER BY rowid DESC LIMIT 1').first()
    expect(JSON.stringify(mails)).toContain(to)
    expect(JSON.stringify(mails)).toContain(`${issuer}/account/requests`)
  })

  it('asks only the person of the hint', async () => {
    await start()
    const eve = await server.signedIn(await addUser(`eve${people++}`))
    expect((await ask(eve)).text).toContain('No application is waiting')
    const form = (await ask()).forms.find(({ fields }) => 'shown' in fields)?.fields ?? {}
    const own = (await eve.get('/account/profile')).forms[0]?.fields ?? {}
    const answered = await eve.post('/account/requests', {
      ...own,
      request: form.request ?? '',
      shown: form.shown ?? '',
      decision: 'authorize',
    })
    expect(answered.status).toBe(404)
    expect((await ask()).text).toContain('Sign in to Bank ?')
  })

  it('tells the application that it was refused', async () => {
    const { auth_req_id } = await start()
    expect((await answer('cancel')).status).toBe(303)
    expect(await errorOf(await poll(auth_req_id))).toBe('400 access_denied')
  })

  it('is single use, for its own client only, and a second poll revokes nothing', async () => {
    const { auth_req_id } = await start()
    await answer('authorize')
    expect(await errorOf(await poll(auth_req_id, other))).toBe('400 invalid_grant')
    const { access_token } = await tokensOf(await poll(auth_req_id))
    expect(await errorOf(await poll(auth_req_id))).toBe('400 invalid_grant')
    expect((await introspect(server, bank, access_token)).active).toBe(true)
  })

  it('has one winner of sixty polls at once, and with every batch executed twice', async () => {
    const { auth_req_id } = await start()
    await answer('authorize')
    const twice = startServer({ bindings: { DB: everyBatchTwice() } })
    twice.now = server.now
    const all = await Promise.all(Array.from({ length: 60 }, () => poll(auth_req_id, bank, twice)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('has one winner of sixty answers at once, as many yes as no', async () => {
    const { auth_req_id } = await start()
    // A page of its own for each: the same form, sent twice, is one answer.
    const pages = await Promise.all(Array.from({ length: 60 }, () => ask()))
    const answers = await Promise.all(
      pages.map(async (page, i) => {
        const decision = i % 2 === 0 ? 'authorize' : 'cancel'
        return { decision, status: (await page.submit({ decision })).status }
      }),
    )
    const won = answers.filter(({ status }) => status === 303)
    expect(won).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303, 404]))
    const outcome = won[0]?.decision === 'authorize' ? '200 undefined' : '400 access_denied'
    expect(await errorOf(await poll(auth_req_id))).toBe(outcome)
  })

  it('slows an application down that polls too fast, never with 429', async () => {
    const { auth_req_id } = await start()
    const began = server.now
    for (const [at, error] of [
      [0, 'authorization_pending'],
      [2, 'slow_down'],
      [12, 'authorization_pending'],
    ] as const) {
      server.now = began + at
      expect(await errorOf(await poll(auth_req_id))).toBe(`400 ${error}`)
    }
  })

  it('expires, for the person too', async () => {
    const { auth_req_id } = await start({ requested_expiry: '60' })
    const page = await ask()
    server.now += 60
    expect(await errorOf(await poll(auth_req_id))).toBe('400 expired_token')
    expect((await page.submit({ decision: 'authorize' })).status).toBe(404)
    expect((await ask()).text).toContain('No application is waiting')
  })

  it('asks again when the application has changed since it was shown', async () => {
    await start()
    const page = await ask()
    await DB.prepare(`UPDATE clients SET name = 'Bank 2' WHERE id = ?`).bind(bank.client.id).run()
    expect((await page.submit({ decision: 'authorize' })).status).toBe(409)
    await DB.prepare(`UPDATE clients SET name = 'Bank' WHERE id = ?`).bind(bank.client.id).run()
    expect((await answer('authorize')).status).toBe(303)
  })

  it('has three requests of one application to one person in ten minutes, and six of all, answered, expired or not', async () => {
    const third = await addClient(ada, { ...bank.client, id: `third${people}`, ownerId: ada.id })
    const refused = async (client: Registered) =>
      expect(await errorOf(await send(client, { login_hint: ada.username }))).toBe(
        '503 temporarily_unavailable',
      )
    const began = server.now
    await start()
    await answer('cancel')
    for (let i = 0; i < 2; i++) await start({ requested_expiry: '1' })
    server.now += 2
    const { lifetimes } = parseConfig({ ...env, ISSUER: issuer })
    for (const row of expiredRows(lifetimes, 0, server.now))
      if (row.table === 'device_authorizations') await purging(DB, row)()
    await refused(bank)
    for (let i = 0; i < 3; i++) await start({}, other)
    await refused(third)
    server.now = began + 600
    await start()
  })

  it.each([
    ['suspended', 'UPDATE clients SET suspended_at = 1 WHERE id = ?'],
    ['deleted', 'DELETE FROM clients WHERE id = ?'],
  ])('is over when the application is %s, and does not hide the next request', async (_, change) => {
    const lost = await addClient(ada, {
      ...bank.client,
      id: `lost${people}`,
      name: 'Lost',
      ownerId: ada.id,
    })
    await start({}, lost)
    const page = await ask()
    expect(page.text).toContain('Sign in to Lost ?')
    server.now += 1
    await start({}, other)
    await DB.prepare(change).bind(lost.client.id).run()
    expect((await page.submit({ decision: 'authorize' })).status).toBe(409)
    expect((await ask()).text).toContain('Sign in to Other ?')
  })

  it.each([
    ['no hint', {}, 'invalid_request'],
    ['two hints', { login_hint: 'ada', id_token_hint: 'x' }, 'invalid_request'],
    ['a hint as a token', { login_hint_token: 'x' }, 'invalid_request'],
    ['an unknown user', { login_hint: 'nobody-here' }, 'unknown_user_id'],
    ['a forged ID token', { id_token_hint: 'x.y.z' }, 'unknown_user_id'],
    ['an invisible message', { login_hint: 'ada', binding_message: 'a\u202eb' }, 'invalid_binding_message'],
    ['a long message', { login_hint: 'ada', binding_message: 'a'.repeat(101) }, 'invalid_binding_message'],
    ['an expiry of nothing', { login_hint: 'ada', requested_expiry: '0' }, 'invalid_request'],
    ['no openid', { login_hint: 'ada', scope: 'read' }, 'invalid_scope'],
  ])('refuses %s', async (_, body, error) => {
    expect(await errorOf(await send(bank, body))).toBe(`400 ${error}`)
  })

  it.each(['public', 'pairwise'] as const)(
    'is for verified applications; the ID token of one names its user too, with a %s subject',
    async (subjectType) => {
      const redirectUris = ['https://app.example/callback']
      const openid = { ...defaultClientOpenid, pkceOptional: true, subjectType }
      const known = await addClient(await addUser(`dev${people++}`), {
        furtherGrantTypes: ['backchannel'],
        redirectUris,
        openid,
      })
      const consent = await (await browser.get(authorizePath(known, { scope: 'openid' }))).submit({
        decision: 'authorize',
      })
      const code = new URL(consent.location).searchParams.get('code') ?? ''
      const { id_token = '' }: Tokens & { id_token?: string } = await tokensOf(
        await postToken(server, codeRequest(known, code)),
      )
      for (const hint of [{ login_hint: ada.username }, { id_token_hint: id_token }])
        expect(await errorOf(await send(known, hint))).toBe('400 unauthorized_client')
      await DB.prepare(`UPDATE clients SET trust = 'verified' WHERE id = ?`).bind(known.client.id).run()
      const { sub } = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())
      expect(sub === ada.id).toBe(subjectType === 'public')
      expect((await send(known, { id_token_hint: id_token })).status).toBe(200)
      expect((await ask()).text).toContain(`Sign in to ${known.client.name} ?`)
      expect(await errorOf(await send(bank, { id_token_hint: id_token }))).toBe('400 unknown_user_id')
    },
  )

  it('asks nobody for an application that has just lost its verification', async () => {
    const { client, secret } = await addClient(ada, { ...bank.client, id: `lost${people}`, ownerId: ada.id })
    const lose = () =>
      DB.prepare(`UPDATE clients SET trust = 'unverified' WHERE id = ?`).bind(client.id).run()
    const asking = /^\s*INSERT INTO device_authorizations/i
    const racing = startServer({ bindings: { DB: beforeFirstWrite(lose, DB, asking) } })
    racing.now = server.now
    const body = { client_id: client.id, client_secret: secret, scope: 'openid', login_hint: ada.username }
    const sent = { method: 'POST', body: new URLSearchParams(body) }
    const response = await racing.fetch('/o/backchannel-authentication', sent)
    expect(await errorOf(response)).toBe('503 temporarily_unavailable')
    expect((await ask()).text).toContain('No application is waiting for your answer.')
  })

  it('needs a secret or keys: a public application may not', async () => {
    const open = await addClient(await addUser(`dev${people++}`), {
      type: 'public',
      grantType: 'backchannel',
      redirectUris: [],
    })
    const body = new URLSearchParams({ client_id: open.client.id, scope: 'openid', login_hint: 'ada' })
    const response = await server.fetch('/o/backchannel-authentication', { method: 'POST', body })
    expect(await errorOf(response)).toBe('400 unauthorized_client')
  })
})

describe('a signed request (CIBA Core §7.1.1)', () => {
  let signer: Signer
  let plain: Signer
  let sent = 0

  beforeAll(async () => {
    const owner = await addUser('signing')
    const add = (backchannelRequestAlg: string | undefined) =>
      addSigner(owner, () => server.now, {
        grantType: 'backchannel',
        redirectUris: [],
        openid: { backchannelRequestAlg },
      })
    signer = await add('ES256')
    plain = await add(undefined)
    await DB.prepare("UPDATE clients SET trust = 'verified' WHERE owner_id = ?").bind(owner.id).run()
  })

  const claimsOf = (by: Signer, changes: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
    iss: by.registered.client.id,
    aud: issuer,
    iat: server.now,
    nbf: server.now,
    exp: server.now + 60,
    jti: `request-${++sent}`,
    scope: 'openid read',
    login_hint: ada.username,
    binding_message: 'Signed',
    ...changes,
  })

  const push = async (by: Signer, request: string, beside: Record<string, string> = {}, at = server) =>
    at.fetch('/o/backchannel-authentication', {
      method: 'POST',
      body: new URLSearchParams({ ...(await by.assert()), request, ...beside }),
    })

  it('counts as it was signed', async () => {
    for (const by of [signer, plain]) {
      expect((await push(by, await by.sign(claimsOf(by)))).status).toBe(200)
      expect((await ask()).text).toContain('Signed')
      await answer('cancel')
    }
  })

  it('works once, of sixty at the same time', async () => {
    const request = await signer.sign(claimsOf(signer))
    const twice = startServer({ bindings: { DB: everyBatchTwice() } })
    twice.now = server.now
    const all = await Promise.all(Array.from({ length: 60 }, () => push(signer, request, {}, twice)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await errorOf(await push(signer, request))).toBe('400 invalid_request')
    const { waiting } = (await DB.prepare(
      'SELECT count(*) AS waiting FROM device_authorizations WHERE user_id = ?',
    )
      .bind(ada.id)
      .first<{ waiting: number }>()) ?? { waiting: 0 }
    expect(waiting).toBe(1)
  })

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['another issuer', { iss: 'other' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'https://other.example' }],
    ['no audience', { aud: undefined }],
    ['no iat', { iat: undefined }],
    ['no nbf', { nbf: undefined }],
    ['no exp', { exp: undefined }],
    ['no jti', { jti: undefined }],
    ['an end in the past', { exp: 1 }],
    ['a start in the future', { nbf: 4_000_000_000 }],
    ['a signature from the future', { iat: 4_000_000_000 }],
    ['a life of two hours', { exp: 9_000_000_000 }],
    ['a request inside', { request: 'x' }],
    ['the subject of an assertion', { sub: '' }],
  ])('is refused with %s', async (_, changes) => {
    const wrong = 'sub' in changes ? { sub: signer.registered.client.id } : changes
    const response = await push(signer, await signer.sign(claimsOf(signer, wrong)))
    expect(await errorOf(response)).toBe('400 invalid_request')
    expect((await ask()).text).toContain('No application is waiting')
  })

  it('is refused with another key or algorithm, with a parameter beside it, and from a client without keys', async () => {
    const request = await signer.sign(claimsOf(signer))
    const forged = await plain.sign(claimsOf(signer))
    const ps = await addSigner(await addUser(`dev${people++}`), () => server.now, {
      alg: 'PS256',
      grantType: 'backchannel',
      redirectUris: [],
      openid: { backchannelRequestAlg: 'ES256' },
    })
    await DB.prepare("UPDATE clients SET trust = 'verified' WHERE id = ?").bind(ps.registered.client.id).run()
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${request.split('.')[1]}.`
    for (const response of [
      await push(signer, forged),
      await push(signer, unsigned),
      await push(signer, 'x.y.z'),
      await push(ps, await ps.sign(claimsOf(ps))),
      await push(signer, request, { scope: 'openid' }),
      await push(signer, request, { binding_message: 'Other' }),
      await send(bank, { request: await signer.sign(claimsOf(signer)) }),
    ])
      expect(await errorOf(response)).toBe('400 invalid_request')
    // None of them used it up.
    expect((await push(signer, request)).status).toBe(200)
  })

  it('is required of a client that registered its algorithm', async () => {
    const body = { scope: 'openid', login_hint: ada.username }
    const unsigned = async (by: Signer) =>
      server.fetch('/o/backchannel-authentication', {
        method: 'POST',
        body: new URLSearchParams({ ...(await by.assert()), ...body }),
      })
    expect(await errorOf(await unsigned(signer))).toBe('400 invalid_request')
    expect((await unsigned(plain)).status).toBe(200)
  })

  it('is in the metadata, and in the settings of the application', async () => {
    const metadata = await (await server.fetch('/.well-known/openid-configuration')).json()
    expect(metadata).toMatchObject({
      backchannel_authentication_request_signing_alg_values_supported: expect.arrayContaining([
        'ES256',
        'PS256',
      ]),
    })
    const owner = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
    const { client } = signer.registered
    const page = await owner.get(`/o/applications/${client.id}/policy`)
    expect(page.html).toContain('Requests to a person are signed with')
    const field = 'backchannel_authentication_request_signing_alg'
    expect((await page.submit({ [field]: 'none' })).status).toBe(400)
    expect((await page.submit({ [field]: '' })).status).toBe(303)
    expect((await owner.get(`/o/applications/${client.id}/policy`)).html).toMatch(/<option value="" selected/)
  })
})
