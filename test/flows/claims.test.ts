import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { scopeOfNewClient } from '../../src/rules/requests/scope.ts'
import { cast, signIn } from '../cast.ts'
import { completeProfile } from '../person.ts'
import { applySchema } from '../server.ts'

beforeAll(applySchema)

const openid = { ...defaultClientOpenid, pkceOptional: true }
const { name, phone_number, address } = completeProfile
const asking = (request: unknown) => ({ claims: JSON.stringify(request) })

describe('the claims parameter', () => {
  it('puts each claim where it was requested: userinfo, the ID token, or both', async () => {
    const world = await cast()
    const tokens = await signIn(
      world,
      asking({
        userinfo: { phone_number: null, address: { essential: true } },
        id_token: { name: { essential: true }, address: { value: 'ignored' } },
      }),
    )
    const idToken = await world.rp.verifyIdToken(tokens)
    expect(idToken).toMatchObject({ name, address })
    expect(idToken).not.toHaveProperty('phone_number')
    expect(await world.rp.claims(tokens.access_token)).toEqual({
      sub: idToken.sub,
      phone_number,
      phone_number_verified: false,
      address,
    })
  })

  it('applies to refreshed ID tokens and later userinfo too', async () => {
    const world = await cast()
    const tokens = await signIn(world, asking({ userinfo: { phone_number: null }, id_token: { name: null } }))
    const again = await world.rp.refresh(tokens.refresh_token)
    expect(await world.rp.verifyIdToken(again, '')).toHaveProperty('name', name)
    expect(await world.rp.claims(again.access_token)).toHaveProperty('phone_number', phone_number)
  })

  it('adds to the claims of the scope', async () => {
    const world = await cast()
    const tokens = await signIn(world, { scope: 'openid email', ...asking({ userinfo: { name: null } }) })
    expect(Object.keys(await world.rp.claims(tokens.access_token)).sort()).toEqual(
      ['email', 'email_verified', 'name', 'sub'].sort(),
    )
  })

  it('never replaces the standard claims of the ID token, and ignores unknown claims', async () => {
    const world = await cast()
    const tokens = await signIn(
      world,
      asking({
        id_token: {
          iss: { value: 'https://evil.example' },
          exp: { value: 1 },
          auth_time: { essential: true },
          shoe_size: { essential: true },
          'name#fr': null,
          __proto__: null,
        },
        other: { name: null },
      }),
    )
    const standard = 'acr amr at_hash aud auth_time authorization_id exp iat iss nonce sid sub'
    expect(
      Object.keys(await world.rp.verifyIdToken(tokens))
        .toSorted()
        .join(' '),
    ).toBe(standard)
  })

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['text', '"name"'],
    ['a member that is a list', '{"userinfo":["name"]}'],
    ['a claim that is text', '{"id_token":{"name":"essential"}}'],
    ['an essential that is text', '{"id_token":{"name":{"essential":"yes"}}}'],
    ['values that are not a list', '{"id_token":{"acr":{"values":"1"}}}'],
  ])('%s is invalid_request', async (_, claims) => {
    const { rp, person } = await cast()
    expect(rp.errorOf(await person.visit(rp.request({ claims })))).toBe('invalid_request')
  })

  it('never gives claims of a scope that the application may not request', async () => {
    const policy = { ...defaultClientPolicy, scope: ['openid', 'email'] }
    const world = await cast(undefined, { policy })
    const tokens = await signIn(world, asking({ userinfo: { name: null, email: null, groups: null } }))
    expect(Object.keys(await world.rp.claims(tokens.access_token)).sort()).toEqual(
      ['email', 'email_verified', 'sub'].sort(),
    )
  })
})

describe('consent to individually requested claims', () => {
  it('is asked in the words of the scope, remembered with it, and covers the scope later', async () => {
    const { rp, person } = await cast()
    rp.codeOf(await person.visit(rp.request()))
    const page = await person.browser.get(rp.request(asking({ id_token: { phone_number: null } })))
    expect(page.text).toContain('See your phone number')
    rp.codeOf(await page.submit({ decision: 'authorize' }))
    const stored = await env.DB.prepare('SELECT scope FROM consents WHERE user_id = ?')
      .bind(person.user.id)
      .first('scope')
    expect(stored).toBe('openid phone')
    rp.codeOf(await person.browser.get(rp.request(asking({ userinfo: { phone_number: null } }))))
    rp.codeOf(await person.browser.get(rp.request({ scope: 'openid phone', prompt: 'none' })))
  })

  it('gives the claims, not the scope: the access token stays the same', async () => {
    const world = await cast()
    const tokens = await signIn(world, asking({ userinfo: { phone_number: null } }))
    expect(tokens.scope).toBe('openid')
  })
})

describe('an application may get its claims in the ID token', () => {
  it('those of its scopes, and userinfo stays the same', async () => {
    const world = await cast(undefined, { openid: { ...openid, claimsInIdToken: true } })
    const tokens = await signIn(world, { scope: 'openid email phone' })
    const expected = { email: world.person.user.email, email_verified: true, phone_number }
    expect(await world.rp.verifyIdToken(tokens)).toMatchObject(expected)
    expect(await world.rp.claims(tokens.access_token)).toMatchObject(expected)
    expect(await world.rp.verifyIdToken(await world.rp.refresh(tokens.refresh_token), '')).toMatchObject(
      expected,
    )
  })
})

it('email_verified and phone_number_verified come with the address and the number, even when not requested', async () => {
  const world = await cast(undefined, { openid })
  await env.DB.prepare('UPDATE users SET email_verified_at = NULL WHERE id = ?')
    .bind(world.person.user.id)
    .run()
  const claims = JSON.stringify({
    userinfo: { email: null, phone_number: null },
    id_token: { email: null, phone_number: null },
  })
  const tokens = await signIn(world, { scope: 'openid', claims })
  const { email } = world.person.user
  const told = { email, email_verified: false, phone_number, phone_number_verified: false }
  expect(await world.rp.claims(tokens.access_token)).toMatchObject(told)
  expect(await world.rp.verifyIdToken(tokens)).toMatchObject(told)
})

it('groups come with their scope, where an administrator allowed it', async () => {
  const policy = { ...defaultClientPolicy, scope: [...scopeOfNewClient, 'groups'] }
  const world = await cast(undefined, { policy })
  const tokens = await signIn(world, { scope: 'openid groups' })
  expect(await world.rp.claims(tokens.access_token)).toMatchObject({ groups: ['engineers'] })
  const other = await cast()
  const without = await signIn(other, { scope: 'openid groups' })
  expect(without.scope).toBe('openid')
  expect(await other.rp.claims(without.access_token)).not.toHaveProperty('groups')
})

it('an unverified address is not reported as verified', async () => {
  const world = await cast()
  await env.DB.prepare('UPDATE users SET email_verified_at = NULL WHERE id = ?')
    .bind(world.person.user.id)
    .run()
  const tokens = await signIn(world, { scope: 'openid email' })
  const { id: sub, email } = world.person.user
  expect(await world.rp.claims(tokens.access_token)).toEqual({ sub, email, email_verified: false })
})

it.each(['n', `${'n'.repeat(500)} &=?#+%"<é𝄞`, '{"a":1}', '0'])(
  'nonce comes back exactly (%#)',
  async (nonce) => {
    const world = await cast()
    expect((await world.rp.verifyIdToken(await signIn(world, { nonce }))).nonce).toBe(nonce)
  },
)
