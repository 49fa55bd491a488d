import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ClientOpenid, defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { Person } from '../person.ts'
import { type Received, receiveLogouts } from '../receivers.ts'
import { RelyingParty } from '../relying-party.ts'
import { addClient, applySchema, issuer } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

const post_logout_redirect_uri = 'https://app.example/signed-out'
const backchannelLogoutUri = 'https://app.example/backchannel?tenant=1'

const openidWith = (changes: Partial<ClientOpenid> = {}): ClientOpenid => ({
  ...defaultClientOpenid,
  pkceOptional: true,
  backchannelLogoutUri,
  ...changes,
})

const world = (changes: Partial<ClientOpenid> = {}) =>
  cast(undefined, { postLogoutRedirectUris: [post_logout_redirect_uri], openid: openidWith(changes) })

/** The same person at another application. */
async function at({ server, person }: Cast, changes: Partial<ClientOpenid> = {}): Promise<Cast> {
  return {
    server,
    person,
    rp: new RelyingParty(server, await addClient(person.user, { openid: openidWith(changes) })),
  }
}

const signOut = ({ person }: Cast, hint: string) =>
  person.browser.get(`/o/logout?${new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri })}`)

/** OIDC Back-Channel Logout §2.6, the checks of a client. */
async function verify({ server, rp }: Cast, { token }: Received) {
  const keys = createLocalJWKSet(await (await server.fetch('/.well-known/jwks.json')).json())
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: rp.registered.client.id,
    typ: 'logout+jwt',
    algorithms: [rp.registered.client.openid.idTokenAlg],
    currentDate: new Date(server.now * 1000),
    requiredClaims: ['iat', 'exp', 'jti', 'events', 'sub', 'sid'],
  })
  return payload
}

/** OpenID Connect Back-Channel Logout OP. */
describe('Back-Channel Logout OP', () => {
  it('discovery announces it, with session ids', async () => {
    const { server } = await cast()
    expect(await (await server.fetch('/.well-known/openid-configuration')).json()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    })
  })

  it('a sign-out that the application starts sends it a logout token, and the browser back', async () => {
    const here = await world()
    const received = receiveLogouts()
    const tokens = await signIn(here)
    const page = await signOut(here, tokens.id_token)
    expect(page.location).toBe(post_logout_redirect_uri)
    expect(received.map(({ url }) => url)).toEqual([backchannelLogoutUri])
    const { method, redirect, body } = received[0]?.init ?? {}
    expect([method, redirect]).toEqual(['POST', 'manual'])
    expect([...(body instanceof URLSearchParams ? body.keys() : [])]).toEqual(['logout_token'])
  })

  it.each(signingAlgorithms)(
    'the logout token says who and which session, signed with %s as ID tokens are',
    async (idTokenAlg) => {
      const here = await world({ idTokenAlg })
      const received = receiveLogouts()
      const tokens = await signIn(here)
      const { sub, sid } = await here.rp.verifyIdToken(tokens)
      await signOut(here, tokens.id_token)
      const [notice = expect.fail('Nothing came')] = received
      const payload = await verify(here, notice)
      expect(payload).toEqual({
        iss: issuer,
        aud: here.rp.registered.client.id,
        sub,
        sid,
        iat: here.server.now,
        exp: here.server.now + 120,
        jti: expect.stringMatching(/^[\w-]{22,}$/),
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      })
      expect(decodeProtectedHeader(notice.token)).toMatchObject({
        typ: 'logout+jwt',
        kid: expect.any(String),
      })
    },
  )

  it('no other token of ours is accepted as a logout token, nor a logout token as an ID token', async () => {
    const here = await world()
    const received = receiveLogouts()
    const tokens = await signIn(here)
    await signOut(here, tokens.id_token)
    const payload = await verify(here, received[0] ?? expect.fail('Nothing came'))
    for (const claim of ['nonce', 'auth_time', 'at_hash']) expect(payload).not.toHaveProperty(claim)
    await expect(verify(here, { url: '', token: tokens.id_token, init: {} })).rejects.toThrow()
    await expect(verify(here, { url: '', token: tokens.access_token, init: {} })).rejects.toThrow()
  })

  it('every application of the session is notified once, and no other one', async () => {
    const here = await world()
    const second = await at(here, { backchannelLogoutUri: 'https://second.example/out', idTokenAlg: 'ES256' })
    await at(here, { backchannelLogoutUri: 'https://never-used.example/out' })
    const unregistered = await at(here, { backchannelLogoutUri: undefined })
    const elsewhere = { ...(await at(here, { backchannelLogoutUri: 'https://elsewhere.example/out' })) }
    const received = receiveLogouts()
    const tokens = await signIn(here)
    await signIn(here)
    await signIn(second)
    await signIn(unregistered)
    // The same person in another browser is another session.
    await signIn({ ...elsewhere, person: new Person(here.server, here.person.user) })
    await signOut(here, tokens.id_token)
    expect(received.map(({ url }) => url).sort()).toEqual([
      backchannelLogoutUri,
      'https://second.example/out',
    ])
    for (const notice of received) await verify(notice.url === backchannelLogoutUri ? here : second, notice)
  })

  it('it is also notified when the person signs out on our own page', async () => {
    const here = await world()
    const received = receiveLogouts()
    await signIn(here)
    await (await here.person.browser.get('/logout')).submit({})
    expect(received).toHaveLength(1)
  })

  it('and not notified when nobody signed out: a question, a bad hint, a cancelled page', async () => {
    const here = await world()
    const received = receiveLogouts()
    await signIn(here)
    await here.person.browser.get('/o/logout')
    await signOut(here, 'nonsense')
    await here.person.browser.get('/logout')
    expect(received).toEqual([])
  })
})
