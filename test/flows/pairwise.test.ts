import { decodeJwt } from 'jose'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { type ClientOpenid, defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { introspect } from '../flow.ts'
import { receiveLogouts } from '../receivers.ts'
import { RelyingParty } from '../relying-party.ts'
import { addClient, applySchema, issuer } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

const pairwise = (changes: Partial<ClientOpenid> = {}): ClientOpenid => ({
  ...defaultClientOpenid,
  pkceOptional: true,
  subjectType: 'pairwise',
  ...changes,
})

/** The same person at another client. */
async function at(
  world: Cast,
  redirectUris: readonly string[],
  changes: Partial<ClientOpenid> = {},
): Promise<Cast> {
  const registered = await addClient(world.person.user, { redirectUris, openid: pairwise(changes) })
  return { ...world, rp: new RelyingParty(world.server, registered) }
}

const idTokenOf = async (world: Cast) => world.rp.verifyIdToken(await signIn(world))
const subjectAt = async (world: Cast) => (await idTokenOf(world)).sub

it('a pairwise subject is the same in everything that the client is told', async () => {
  const backchannelLogoutUri = 'https://app.example/backchannel'
  const userinfoAlg = 'ES256'
  const world = await cast(undefined, { openid: pairwise({ backchannelLogoutUri, userinfoAlg }) })
  const { server, rp, person } = world
  const tokens = await signIn(world, { scope: 'openid offline_access' })
  const { sub, sid } = await rp.verifyIdToken(tokens)
  expect(sub).not.toContain(person.user.id)
  const refreshed = await rp.refresh(tokens.refresh_token)
  const received = receiveLogouts()
  const signedUserinfo = Buffer.from(await (await rp.userinfo(tokens.access_token)).arrayBuffer()).toString()
  const told = [
    (await rp.verifyIdToken(refreshed, '')).sub,
    decodeJwt(tokens.access_token).sub,
    decodeJwt(signedUserinfo).sub,
    (await introspect(server, rp.registered, tokens.access_token)).sub,
    (await introspect(server, rp.registered, refreshed.refresh_token)).sub,
  ]
  await person.browser.get(`/o/logout?id_token_hint=${tokens.id_token}`)
  const logout = decodeJwt(received[0]?.token ?? '')
  expect([...told, logout.sub]).toEqual(told.map(() => sub).concat(sub ?? ''))
  expect(logout.sid).toBe(sid)
})

it('it is the same at clients of one host, whatever the port, and another at every other', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const here = await subjectAt(world)
  expect(await subjectAt(await at(world, ['https://app.example/other']))).toBe(here)
  expect(await subjectAt(await at(world, ['https://app.example:8443/cb', 'https://app.example/x']))).toBe(
    here,
  )
  expect(await subjectAt(await at(world, ['https://other.example/cb']))).not.toBe(here)
  expect(
    await subjectAt(await at(world, ['https://other.example/cb'], { sectorIdentifier: 'app.example' })),
  ).toBe(here)
  expect(await subjectAt(await at(world, ['https://app.example/cb'], { subjectType: 'public' }))).toBe(
    world.person.user.id,
  )
})

it('nobody learns who is who at another host by registering it beside their own', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const here = await subjectAt(world)
  const curious = ['https://app.example/callback', 'https://curious.example/cb']
  for (const redirectUris of [
    curious,
    curious.toReversed(),
    ['https://app.example/cb', 'http://127.0.0.1/cb'],
  ]) {
    const other = await at(world, redirectUris)
    const page = await other.person.visit(other.rp.request())
    expect((await other.rp.verifyIdToken(await other.rp.tokens(other.rp.codeOf(page)))).sub).not.toBe(here)
  }
})

it('two native applications are not one sector, though both listen on loopback or a scheme', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const subjects = []
  for (const redirectUri of ['http://127.0.0.1/cb', 'http://127.0.0.1/cb', 'notes:/cb', 'notes:/cb']) {
    const client = await addClient(world.person.user, { redirectUris: [redirectUri], openid: pairwise() })
    subjects.push(await subjectAt({ ...world, rp: new RelyingParty(world.server, client) }))
  }
  expect(new Set(subjects).size).toBe(4)
})

it('it is not the same for two people', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const other = await cast()
  expect(await subjectAt(world)).not.toBe(await subjectAt({ ...other, rp: world.rp }))
})

it('neither the session id nor introspection gives away who it is elsewhere', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const elsewhere = await at(world, ['https://other.example/cb'])
  const tokens = await signIn(world, { scope: 'openid offline_access' })
  const { sid } = await world.rp.verifyIdToken(tokens)
  expect((await idTokenOf(elsewhere)).sid).not.toBe(sid)
  expect((await idTokenOf(await at(world, ['https://app.example/other']))).sid).toBe(sid)
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    const told = await introspect(world.server, world.rp.registered, token)
    expect([told.active, 'username' in told]).toEqual([true, false])
  }
})

it('a hint with the subject of the client finds the session; one of another sector means somebody else', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const elsewhere = await at(world, ['https://other.example/cb'])
  const own = await signIn(world)
  const foreign = await signIn(elsewhere)
  const silently = (id_token_hint: string) =>
    world.person.browser.get(world.rp.request({ prompt: 'none', id_token_hint }))
  world.rp.codeOf(await silently(own.id_token))
  expect(world.rp.errorOf(await silently(foreign.id_token))).toBe('login_required')
})

it('the frame of a front-channel logout names the session as the client knows it', async () => {
  const frontchannelLogoutUri = `https://app.example/frontchannel?x=%20${randomText(3)}`
  const world = await cast(undefined, { openid: pairwise({ frontchannelLogoutUri }) })
  const tokens = await signIn(world)
  const { sid } = await world.rp.verifyIdToken(tokens)
  const page = await world.person.browser.get(`/o/logout?id_token_hint=${tokens.id_token}`)
  const source = /<iframe src="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
  expect(source).toBe(`${frontchannelLogoutUri}&${new URLSearchParams({ iss: issuer, sid })}`)
})
