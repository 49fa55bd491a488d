import { env } from 'cloudflare:workers'
import { generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../browser.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { formOf, type Parameters, type TokenSet } from '../relying-party.ts'
import { addUser, applySchema, issuer } from '../server.ts'

beforeAll(applySchema)

const post_logout_redirect_uri = 'https://app.example/signed-out'
const state = `${'s'.repeat(200)} &=?#+%"<é`

interface SignedIn extends Cast {
  readonly tokens: TokenSet
}

async function signedIn(): Promise<SignedIn> {
  const world = await cast(undefined, { postLogoutRedirectUris: [post_logout_redirect_uri] })
  return { ...world, tokens: await signIn(world) }
}

const logout = (parameters: Parameters) => `/o/logout?${formOf(parameters)}`
const usual = ({ tokens }: SignedIn): Parameters => ({
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri,
  state,
})

async function isSignedIn({ rp, person }: Cast): Promise<boolean> {
  const answer = rp.answer(await person.browser.get(rp.request({ prompt: 'none' })))
  if (!answer.has('code')) expect(answer.get('error')).toBe('login_required')
  return answer.has('code')
}

/** First a question, and only then signed out, on our own page. */
async function expectQuestion(world: SignedIn, page: Page): Promise<void> {
  expect([page.status, page.location]).toEqual([200, ''])
  expect(page.text).toContain('Sign out?')
  expect(await isSignedIn(world)).toBe(true)
  const done = await page.submit({ confirm: 'yes' })
  expect([done.status, done.location]).toEqual([303, '/logout'])
  expect((await world.person.browser.get('/logout')).text).toContain('You are signed out')
  expect(await isSignedIn(world)).toBe(false)
}

/** OpenID Connect RP-Initiated Logout OP. */
describe('RP-Initiated Logout OP', () => {
  it('discovery names the endpoint', async () => {
    const { server } = await cast()
    const document = await (await server.fetch('/.well-known/openid-configuration')).json()
    expect(document).toHaveProperty('end_session_endpoint', `${issuer}/o/logout`)
  })

  it('with hint, address and state: signed out and sent back at once, with state exactly as sent and nothing else', async () => {
    const world = await signedIn()
    const page = await world.person.browser.get(logout(usual(world)))
    expect([page.status, page.location]).toEqual([
      303,
      `${post_logout_redirect_uri}?${new URLSearchParams({ state })}`,
    ])
    expect(await isSignedIn(world)).toBe(false)
  })

  it('the same by POST', async () => {
    const world = await signedIn()
    const fields = Object.fromEntries(formOf(usual(world)))
    const strangers = { Origin: 'https://app.example', 'Sec-Fetch-Site': 'cross-site' }
    const sentOn = await world.person.browser.post('/o/logout', fields, strangers)
    expect(sentOn.status).toBe(303)
    const page = await world.person.browser.get(sentOn.location)
    expect(page.location).toBe(`${post_logout_redirect_uri}?${new URLSearchParams({ state })}`)
    expect(await isSignedIn(world)).toBe(false)
  })

  it('without state none is sent back', async () => {
    const world = await signedIn()
    const page = await world.person.browser.get(logout({ ...usual(world), state: undefined }))
    expect(page.location).toBe(post_logout_redirect_uri)
    expect(await isSignedIn(world)).toBe(false)
  })

  it('without an address: signed out, on our own page', async () => {
    const world = await signedIn()
    const page = await world.person.browser.get(
      logout({ ...usual(world), post_logout_redirect_uri: undefined }),
    )
    expect(page.location).toBe('/logout')
    expect((await world.person.browser.get(page.location)).text).toContain('You are signed out')
    expect(await isSignedIn(world)).toBe(false)
  })

  it.each([
    'https://app.example/signed-out/',
    'https://app.example/signed-out?foo=bar',
    'https://app.example/signed-out#x',
    'https://APP.example/signed-out',
    'https://app.example/',
    'https://app.example/callback',
    'https://evil.example/',
    'javascript:alert(1)',
  ])('%s is not registered: no redirect, and nobody is signed out', async (uri) => {
    const world = await signedIn()
    const page = await world.person.browser.get(logout({ ...usual(world), post_logout_redirect_uri: uri }))
    expect([page.status, page.location, page.headers.get('Refresh')]).toEqual([400, '', null])
    expect(page.html).not.toContain(uri)
    expect(await isSignedIn(world)).toBe(true)
  })

  it('no parameters at all: asked, then signed out', async () => {
    const world = await signedIn()
    await expectQuestion(world, await world.person.browser.get('/o/logout'))
  })

  it('state alone: asked, then signed out', async () => {
    const world = await signedIn()
    await expectQuestion(world, await world.person.browser.get(logout({ state })))
  })

  it('no hint and no client_id: asked, and never redirected', async () => {
    const world = await signedIn()
    const asked = { ...usual(world), id_token_hint: undefined, client_id: undefined }
    await expectQuestion(world, await world.person.browser.get(logout(asked)))
  })

  const byClientId = (world: SignedIn, changes = {}) =>
    logout({
      ...usual(world),
      id_token_hint: undefined,
      client_id: world.rp.registered.client.id,
      ...changes,
    })

  it('no hint, but client_id: asked, and after confirming redirected with state', async () => {
    const world = await signedIn()
    const page = await world.person.browser.get(byClientId(world))
    expect([page.status, page.location, page.headers.get('Refresh')]).toEqual([200, '', null])
    expect(await isSignedIn(world)).toBe(true)
    const gone = await page.submit({ confirm: 'yes' })
    expect(gone.location).toBe(`${post_logout_redirect_uri}?${new URLSearchParams({ state })}`)
    expect(await isSignedIn(world)).toBe(false)
  })

  it('no hint, but client_id: a visitor without a session continues by a link only', async () => {
    const world = await signedIn()
    const page = await world.server.browser().get(byClientId(world))
    expect([page.status, page.location, page.headers.get('Refresh')]).toEqual([200, '', null])
    expect(page.text).toContain('You are signed out')
    expect(page.html).toContain(`href="${post_logout_redirect_uri}?${new URLSearchParams({ state })}"`)
  })

  it.each([
    ['another application', { client_id: 'another' }],
    ['a bad hint beside it', { id_token_hint: 'nonsense' }],
  ])('client_id of %s never redirects', async (_, changes) => {
    const world = await signedIn()
    await expectQuestion(world, await world.person.browser.get(byClientId(world, changes)))
  })

  it('client_id does not redirect to an unregistered address', async () => {
    const world = await signedIn()
    const path = byClientId(world, { post_logout_redirect_uri: 'https://evil.example/' })
    expect((await world.person.browser.get(path)).status).toBe(400)
    expect(await isSignedIn(world)).toBe(true)
  })

  it('a hint for a deleted user: asked, and redirected after confirming', async () => {
    const world = await signedIn()
    const other = await addUser(`other-${world.person.user.username}`)
    const browser = await world.server.signedIn(other)
    // The application belongs to another person by then, or it would be deleted with its owner.
    await env.DB.prepare('UPDATE clients SET owner_id = ?').bind(other.id).run()
    await env.DB.prepare('DELETE FROM users WHERE id = ?').bind(world.person.user.id).run()
    const page = await browser.get(logout(usual(world)))
    expect([page.status, page.location]).toEqual([200, ''])
    const gone = await page.submit({ confirm: 'yes' })
    expect(gone.location.startsWith(post_logout_redirect_uri)).toBe(true)
  })

  it.each<[string, (world: SignedIn) => string | Promise<string>]>([
    ['with alg changed to none', ({ tokens }) => unsigned(tokens.id_token)],
    ['with one letter changed', ({ tokens }) => tokens.id_token.replace(/.{6}$/, 'AAAAAA')],
    [
      'with our issuer, signed by somebody else',
      ({ rp, person }) => forged(rp.registered.client.id, person.user.id),
    ],
    ['that is not a JWT', () => 'nonsense'],
    ['that is an access token', ({ tokens }) => tokens.access_token],
    ['that is a refresh token', ({ tokens }) => tokens.refresh_token],
  ])('a hint %s: asked, and never redirected', async (_, hintOf) => {
    const world = await signedIn()
    const id_token_hint = await hintOf(world)
    await expectQuestion(world, await world.person.browser.get(logout({ ...usual(world), id_token_hint })))
  })

  it('an invalid hint without a session shows our page, no redirect', async () => {
    const world = await signedIn()
    const stranger = world.server.browser()
    const page = await stranger.get(
      logout({ ...usual(world), id_token_hint: unsigned(world.tokens.id_token) }),
    )
    expect(page.location).toBe('/logout')
  })

  it('an expired hint works like a fresh one', async () => {
    const world = await signedIn()
    world.server.now += 10 * 86_400
    const page = await world.person.browser.get(logout(usual(world)))
    expect(page.location).toMatch(/^https:\/\/app\.example\/signed-out\?/)
    expect(await isSignedIn(world)).toBe(false)
  })

  it('a hint of a deleted application: asked, and never redirected', async () => {
    const world = await signedIn()
    await env.DB.prepare('DELETE FROM clients WHERE id = ?').bind(world.rp.registered.client.id).run()
    const page = await world.person.browser.get(logout(usual(world)))
    expect([page.status, page.location, page.text.includes('Sign out?')]).toEqual([200, '', true])
    expect((await page.submit({ confirm: 'yes' })).location).toBe('/logout')
  })

  it('client_id may repeat the client of the hint, and must not differ', async () => {
    const world = await signedIn()
    const { id } = world.rp.registered.client
    const refused = await world.person.browser.get(logout({ ...usual(world), client_id: 'another' }))
    expect([refused.status, refused.location]).toEqual([400, ''])
    expect(await isSignedIn(world)).toBe(true)
    const page = await world.person.browser.get(logout({ ...usual(world), client_id: id }))
    expect(page.location).toMatch(/^https:\/\/app\.example\/signed-out\?/)
  })
})

function unsigned(jwt: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  return `${header}.${jwt.split('.')[1]}.`
}

/** Like one of ours, with every claim of an ID token. */
async function forged(aud: string, sub: string): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  return new SignJWT({ iss: issuer, aud, sub, sid: 'x', auth_time: 1, iat: 1, exp: 4_000_000_000 })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'theirs' })
    .sign(privateKey)
}
