import { env } from 'cloudflare:workers'
import { decodeJwt, SignJWT } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ensureSigningKeys } from '../../src/acts/server/rotate-keys.ts'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { openSigningKey, signJwt } from '../../src/secrets/signing-key.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { Person } from '../person.ts'
import { receiveLogouts } from '../receivers.ts'
import type { TokenSet } from '../relying-party.ts'
import { addUser, applySchema, startedAt } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

interface SignedIn extends Cast {
  readonly tokens: TokenSet
}

const openid = {
  ...defaultClientOpenid,
  pkceOptional: true,
  userinfoAlg: 'RS256',
  backchannelLogoutUri: 'https://app.example/backchannel',
} as const

async function signedIn(): Promise<SignedIn> {
  const world = await cast(undefined, { openid })
  return { ...world, tokens: await signIn(world) }
}

/** Signed with our own key, with any claims. */
async function ours(claims: Record<string, unknown>, typ = 'JWT'): Promise<string> {
  const secret = String(env.KEY_ENCRYPTION_SECRET)
  const key = (await ensureSigningKeys(env.DB, secret, startedAt)).find(({ alg }) => alg === 'RS256')
  if (key === undefined) throw new Error('There is no key')
  return signJwt(await openSigningKey(key, [secret]), typ, claims)
}

const silently = ({ rp, person }: Cast, id_token_hint: string) =>
  person.browser.get(rp.request({ prompt: 'none', id_token_hint }))

describe('id_token_hint of the signed-in person', () => {
  it.each(signingAlgorithms)('is recognized, signed with %s', async (idTokenAlg) => {
    const world = await cast(undefined, { openid: { ...openid, idTokenAlg } })
    const { id_token } = await signIn(world)
    world.rp.codeOf(await silently(world, id_token))
  })

  it('may have expired long ago, and may come from a refresh or from another application', async () => {
    const world = await signedIn()
    world.server.now += 5 * 86_400
    const refreshed = await world.rp.refresh(world.tokens.refresh_token)
    const other = await cast()
    const elsewhere = await signIn({ ...world, rp: other.rp })
    world.server.now += 5 * 86_400
    for (const { id_token } of [world.tokens, refreshed]) world.rp.codeOf(await silently(world, id_token))
    // The other server's clock is behind, so its token is verified only here.
    world.rp.codeOf(await silently(world, elsewhere.id_token))
  })
})

describe('id_token_hint of another person', () => {
  it('is login_required when nothing may be shown', async () => {
    const world = await signedIn()
    const other = await cast()
    const theirs = await signIn({ ...other, rp: world.rp })
    expect(world.rp.errorOf(await silently(world, theirs.id_token))).toBe('login_required')
    expect(world.rp.errorOf(await silently({ ...world, person: newcomer(world) }, theirs.id_token))).toBe(
      'login_required',
    )
  })

  it('asks to sign in, and gives no answer about a different person', async () => {
    const world = await signedIn()
    const other = await cast()
    const theirs = await signIn({ ...other, rp: world.rp })
    world.server.now += 1
    const asked = world.rp.request({ id_token_hint: theirs.id_token })
    expect(world.rp.errorOf(await world.person.visit(asked))).toBe('login_required')
    expect(world.person.signIns).toBe(2)
  })

  it('is answered once that person signs in', async () => {
    const world = await signedIn()
    const other = await cast()
    const theirs = await signIn({ ...other, rp: world.rp })
    world.server.now += 1
    const asked = world.rp.request({ id_token_hint: theirs.id_token })
    const login = await world.person.browser.get((await world.person.browser.get(asked)).location)
    const back = await login.submit({
      username: other.person.user.username,
      password: 'correct horse battery',
    })
    const tokens = await world.rp.tokens(world.rp.codeOf(await world.person.visit(back.location)))
    expect((await world.rp.verifyIdToken(tokens)).sub).toBe(other.person.user.id)
  })
})

describe('an invalid hint is refused by redirect, and no page is shown', () => {
  it.each<[string, (world: SignedIn) => string | Promise<string>]>([
    ['nonsense', () => 'nonsense'],
    ['three dots', () => '...'],
    ['one without a signature', ({ tokens }) => `${tokens.id_token.split('.').slice(0, 2).join('.')}.`],
    ['one with another signature', ({ tokens }) => tokens.id_token.replace(/.{6}$/, 'AAAAAA')],
    ['one with other claims', ({ tokens }) => withClaims(tokens.id_token, { sub: 'somebody' })],
    ['alg none', ({ tokens }) => withHeader(tokens.id_token, { alg: 'none', typ: 'JWT' })],
    ['an unknown algorithm', ({ tokens }) => withHeader(tokens.id_token, { alg: 'RS1', typ: 'JWT' })],
    ['one signed with our public key as an HMAC secret', macked],
    ['an access token', ({ tokens }) => tokens.access_token],
    ['a refresh token', ({ tokens }) => tokens.refresh_token],
    ['a signed answer of userinfo', userinfoOf],
    ['a logout token', logoutTokenOf],
    [
      'one of another issuer under our key',
      (world) => ours({ ...own(world), iss: 'https://id.example.com' }),
    ],
    ['one without a subject', (world) => ours({ ...own(world), sub: undefined })],
    [
      'one for several audiences',
      (world) => ours({ ...own(world), aud: [world.rp.registered.client.id, 'other'] }),
    ],
    ['one of another type', (world) => ours(own(world), 'at+jwt')],
  ])('%s', async (_, hintOf) => {
    const world = await signedIn()
    const hint = await hintOf(world)
    expect(world.rp.errorOf(await silently(world, hint))).toBe('invalid_request')
    expect(world.rp.errorOf(await world.person.browser.get(world.rp.request({ id_token_hint: hint })))).toBe(
      'invalid_request',
    )
  })

  it('a valid hint signed with our key is accepted (control)', async () => {
    const world = await signedIn()
    world.rp.codeOf(await silently(world, await ours(own(world))))
  })
})

describe('a sub in the claims parameter requests one user', () => {
  const meaning = (value: string, userinfo = {}) => ({
    claims: JSON.stringify({ id_token: { sub: { value } }, userinfo }),
  })

  it('and nobody else', async () => {
    const world = await signedIn()
    const { rp, person } = world
    rp.codeOf(await person.browser.get(rp.request({ prompt: 'none', ...meaning(person.user.id) })))
    const other = await addUser(`other-${person.user.username}`)
    const asked = rp.request({ prompt: 'none', ...meaning(other.id) })
    expect(rp.errorOf(await person.browser.get(asked))).toBe('login_required')
  })

  it('which a hint must not contradict', async () => {
    const { rp, person, tokens } = await signedIn()
    const other = await addUser(`other-${person.user.username}`)
    const both = { prompt: 'none', id_token_hint: tokens.id_token }
    rp.codeOf(await person.browser.get(rp.request({ ...both, ...meaning(person.user.id) })))
    expect(rp.errorOf(await person.browser.get(rp.request({ ...both, ...meaning(other.id) })))).toBe(
      'invalid_request',
    )
  })
})

it('login_hint fills in the name, as text', async () => {
  const { rp, person } = await cast()
  const hint = `ada?"><script>alert(1)</script>`
  const login = await person.browser.get(
    (await person.browser.get(rp.request({ login_hint: hint }))).location,
  )
  expect(login.forms[0]?.fields.username).toBe(hint)
  expect(login.html).not.toContain('<script>alert')
})

const newcomer = ({ server, person }: Cast) => new Person(server, person.user)

const own = ({ tokens }: SignedIn) => ({ ...decodeJwt(tokens.id_token) })

function withHeader(jwt: string, header: object): string {
  const [, claims, signature] = jwt.split('.')
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), claims, signature].join('.')
}

function withClaims(jwt: string, changes: object): string {
  const [header, , signature] = jwt.split('.')
  const claims = Buffer.from(JSON.stringify({ ...decodeJwt(jwt), ...changes })).toString('base64url')
  return [header, claims, signature].join('.')
}

async function macked(world: SignedIn): Promise<string> {
  const set: { keys: { kid: string; alg: string; n?: string }[] } = await (
    await world.server.fetch('/.well-known/jwks.json')
  ).json()
  const key = set.keys.find(({ alg }) => alg === 'RS256')
  return new SignJWT(own(world))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key?.kid ?? '' })
    .sign(Buffer.from(key?.n ?? '', 'base64url'))
}

async function userinfoOf({ rp, tokens }: SignedIn): Promise<string> {
  return Buffer.from(await (await rp.userinfo(tokens.access_token)).arrayBuffer()).toString()
}

/** Of the same session, which ends: the person signs in again. */
async function logoutTokenOf(world: SignedIn): Promise<string> {
  const received = receiveLogouts()
  await world.person.browser.get(`/o/logout?id_token_hint=${world.tokens.id_token}`)
  await signIn(world)
  return received[0]?.token ?? ''
}
