import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ClientOpenid, defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { introspect } from '../flow.ts'
import { receiveLogouts } from '../receivers.ts'
import { RelyingParty } from '../relying-party.ts'
import { addClient, addUser, applySchema, issuer } from '../server.ts'

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

it('a pairwise subject is the same in everything sent to the client', async () => {
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

it('it is the same for clients of one host, whatever the port, and different for every other host', async () => {
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

it('nobody learns the subjects of another host by registering it beside their own', async () => {
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

describe('an application that changes its hosts', () => {
  const backchannelLogoutUri = 'https://curious.example/backchannel'
  const frontchannelLogoutUri = 'https://curious.example/frontchannel'
  const other = ['https://curious.example/cb']

  /** Saved by its developer, who is also the person. */
  const move = async ({ rp, person }: Cast, redirectUri: string) => {
    const page = await person.browser.get(`/o/applications/${rp.registered.client.id}/update`)
    expect((await page.submit({ redirect_uris: redirectUri })).status).toBe(303)
  }

  const movable = async () => {
    const victim = await cast(undefined, { openid: pairwise() })
    const foreign = await subjectAt(victim)
    const world = await at(victim, other, { backchannelLogoutUri, frontchannelLogoutUri })
    const tokens = await signIn(world, { scope: 'openid offline_access' })
    return { foreign, world, tokens, told: await world.rp.verifyIdToken(tokens) }
  }

  it('keeps its subjects for everybody who had allowed it', async () => {
    const { foreign, world, tokens, told } = await movable()
    const { server, rp, person } = world
    await move(world, 'https://app.example/anything')
    const refreshed = await rp.refresh(tokens.refresh_token)
    const received = receiveLogouts()
    const again = await rp.verifyIdToken(refreshed, '')
    const subjects = [
      again.sub,
      decodeJwt(refreshed.access_token).sub,
      (await rp.claims(refreshed.access_token)).sub,
      (await introspect(server, rp.registered, refreshed.access_token)).sub,
      (await introspect(server, rp.registered, refreshed.refresh_token)).sub,
    ]
    expect(again.sid).toBe(told.sid)
    const page = await (await person.browser.get('/o/logout')).submit({ confirm: 'yes' })
    const logout = decodeJwt(received[0]?.token ?? '')
    expect([...subjects, logout.sub]).toEqual([...subjects, ''].map(() => told.sub))
    expect(logout.sid).toBe(told.sid)
    expect(page.html).toContain(`sid=${told.sid}`)
    expect(subjects).not.toContain(foreign)
  })

  it('gets a sector of its own, even if it changes back, until an administrator confirms', async () => {
    const { foreign, world, told } = await movable()
    const { rp, person } = world
    await move(world, 'https://app.example/anything')
    const claims = async () =>
      (await person.browser.get(`/o/applications/${rp.registered.client.id}/claims`)).text
    expect(await claims()).not.toContain(foreign)
    await move(world, other[0] ?? '')
    const own = await subjectAt(world)
    expect([foreign, told.sub]).not.toContain(own)
    const policy = `/o/applications/${rp.registered.client.id}/policy`
    const saved = await person.browser.get(policy)
    expect(saved.text).toContain('The hosts of the redirect URIs have changed.')
    await saved.submit({ scope: 'openid', sector_hosts: 'confirmed' })
    expect(await subjectAt(world)).toBe(own)

    const root = await world.server.signedIn(await addUser(`root-${randomText(4)}`, 'administrator'))
    await (await root.get(policy)).submit({ scope: 'openid', claims_in_id_token: 'no' })
    expect(await subjectAt(world)).toBe(own)
    await (await root.get(policy)).submit({ scope: 'openid', sector_hosts: 'confirmed' })
    expect(await subjectAt(world)).toBe(told.sub)
  })

  it('also leaves a sector that an administrator set', async () => {
    const { foreign, world } = await movable()
    const root = await world.server.signedIn(await addUser(`root-${randomText(4)}`, 'administrator'))
    const policy = `/o/applications/${world.rp.registered.client.id}/policy`
    await (await root.get(policy)).submit({ scope: 'openid', sector_identifier: 'app.example' })
    expect(await subjectAt(world)).toBe(foreign)
    await move(world, 'https://thief.example/cb')
    await move(world, other[0] ?? '')
    expect(await subjectAt(world)).not.toBe(foreign)
  })

  it('keeps its subjects when only the path changes, and when an administrator moves it', async () => {
    const { world, told } = await movable()
    await move(world, 'https://curious.example/other')
    await move(world, other[0] ?? '')
    expect(await subjectAt(world)).toBe(told.sub)
    const root = await world.server.signedIn(await addUser(`root-${randomText(4)}`, 'administrator'))
    for (const redirect_uris of ['https://new.example/cb', other[0] ?? ''])
      await (await root.get(`/o/applications/${world.rp.registered.client.id}/update`)).submit({
        redirect_uris,
      })
    expect(await subjectAt(world)).toBe(told.sub)
  })

  it('gets new subjects for everybody when it changes the kind of identifier', async () => {
    const { world, tokens, told } = await movable()
    const { rp, person } = world
    const change = async (subject_type: string) =>
      (await person.browser.get(`/o/applications/${rp.registered.client.id}/policy`)).submit({
        scope: 'openid offline_access',
        subject_type,
      })
    await change('public')
    const refreshed = await rp.refresh(tokens.refresh_token)
    expect((await rp.verifyIdToken(refreshed, '')).sub).toBe(told.sub)
    const { refresh_token } = await signIn(world, { scope: 'openid offline_access' })
    await change('pairwise')
    expect((await rp.verifyIdToken(await rp.refresh(refresh_token), '')).sub).toBe(person.user.id)
  })

  it('keeps its current sector if it was authorized before sectors were stored', async () => {
    const { world, tokens, told } = await movable()
    await env.DB.prepare(
      `UPDATE authorizations SET openid = json_set(json_remove(openid, '$.sector'), '$.sid', sid)`,
    ).run()
    const refreshed = await world.rp.refresh(tokens.refresh_token)
    expect((await world.rp.verifyIdToken(refreshed, '')).sub).toBe(told.sub)
    await move(world, 'https://app.example/anything')
    const moved = await world.rp.verifyIdToken(await world.rp.refresh(refreshed.refresh_token), '')
    expect(moved.sub).not.toBe(told.sub)
  })
})

it('two native applications are not one sector, even if both use loopback or a private scheme', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const subjects = []
  for (const redirectUri of ['http://127.0.0.1/cb', 'http://127.0.0.1/cb', 'notes:/cb', 'notes:/cb']) {
    const client = await addClient(world.person.user, { redirectUris: [redirectUri], openid: pairwise() })
    subjects.push(await subjectAt({ ...world, rp: new RelyingParty(world.server, client) }))
  }
  expect(new Set(subjects).size).toBe(4)
})

it('it differs between two people', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const other = await cast()
  expect(await subjectAt(world)).not.toBe(await subjectAt({ ...other, rp: world.rp }))
})

it('neither the session id nor introspection reveals the subject at another sector', async () => {
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

it('a hint with the subject of the client finds the session; one of another sector means another person', async () => {
  const world = await cast(undefined, { openid: pairwise() })
  const elsewhere = await at(world, ['https://other.example/cb'])
  const own = await signIn(world)
  const foreign = await signIn(elsewhere)
  const silently = (id_token_hint: string) =>
    world.person.browser.get(world.rp.request({ prompt: 'none', id_token_hint }))
  world.rp.codeOf(await silently(own.id_token))
  expect(world.rp.errorOf(await silently(foreign.id_token))).toBe('login_required')
})

it.each(['pairwise', 'public'] as const)(
  'the frame of a front-channel logout uses the session id that a client authorized as %s knows',
  async (subjectType) => {
    const frontchannelLogoutUri = `https://app.example/frontchannel?x=%20${randomText(3)}`
    const world = await cast(undefined, { openid: { ...pairwise({ frontchannelLogoutUri }), subjectType } })
    const tokens = await signIn(world)
    const { sid } = await world.rp.verifyIdToken(tokens)
    // Changed afterwards.
    await env.DB.prepare(`UPDATE clients SET openid = json_set(openid, '$.subject_type', 'pairwise')`).run()
    const page = await (await world.person.browser.get('/o/logout')).submit({})
    const source = /<iframe src="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
    expect(source).toBe(`${frontchannelLogoutUri}&${new URLSearchParams({ iss: issuer, sid })}`)
  },
)
