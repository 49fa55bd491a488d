import { beforeAll, describe, expect, it } from 'vitest'
import { acrOf } from '../../src/rules/openid/id-token.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { applySchema, password } from '../server.ts'

beforeAll(applySchema)

const essential = (...values: string[]) => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
})

it('acr is the first requested value that was reached, or else the highest', () => {
  expect(acrOf(['pwd'], [])).toBe('1')
  expect(acrOf(['pwd'], ['2', '1'])).toBe('1')
  expect(acrOf(['pwd'], ['2', 'urn:x'])).toBe('1')
  expect(acrOf(['pwd', 'otp', 'mfa'], [])).toBe('2')
  expect(acrOf(['pwd', 'otp', 'mfa'], ['urn:x', '1', '2'])).toBe('1')
})

describe('an acr that is essential', () => {
  it('is in the ID token when reached', async () => {
    const world = await cast()
    expect((await world.rp.verifyIdToken(await signIn(world, essential('2', '1')))).acr).toBe('1')
  })

  it('is an error when not reached after another sign-in with one factor', async () => {
    const world = await cast()
    await signIn(world)
    const { rp, person, server } = world
    server.now += 1
    const silent = rp.request({ prompt: 'none', ...essential('2') })
    expect(rp.errorOf(await person.browser.get(silent))).toBe('login_required')
    expect(rp.errorOf(await person.visit(rp.request(essential('2'))))).toBe(
      'unmet_authentication_requirements',
    )
    expect(person.signIns).toBe(2)
  })

  it('is an error at once when unknown', async () => {
    const { rp, person } = await cast()
    const page = await person.visit(rp.request(essential('urn:mace:incommon:iap:gold')))
    expect([rp.errorOf(page), person.signIns]).toEqual(['unmet_authentication_requirements', 0])
  })

  it('is only a preference without essential, or without a value', async () => {
    const world = await cast()
    for (const acr of [{ values: ['2'] }, { essential: true }, null]) {
      const claims = JSON.stringify({ id_token: { acr } })
      expect((await world.rp.verifyIdToken(await signIn(world, { claims }))).acr).toBe('1')
    }
  })

  it('is reached by signing in again with a second factor', async () => {
    const world = await cast()
    const { rp, person, server } = world
    await signIn(world)
    const { phone } = await setUpAuthenticator(server, await server.signedIn(person.user))
    server.now += 60
    const login = await person.browser.get((await person.browser.get(rp.request(essential('2')))).location)
    const code = await person.browser.get(
      (await login.submit({ username: person.user.username, password })).location,
    )
    const back = await code.submit({ code: phone.code() })
    expect(await acrAfter(world, back.location)).toEqual({ acr: '2', amr: ['pwd', 'otp', 'mfa'] })
    expect(await acrAfter(world, rp.request({ acr_values: '1' }))).toMatchObject({ acr: '1' })
  })

  it('is reached by setting up the second factor in this session', async () => {
    const world = await cast()
    await signIn(world)
    await setUpAuthenticator(world.server, world.person.browser)
    const told = await acrAfter(world, world.rp.request(essential('2')))
    expect([told, world.person.signIns]).toEqual([{ acr: '2', amr: ['pwd', 'otp', 'mfa'] }, 1])
  })
})

async function acrAfter({ rp, person }: Cast, path: string) {
  const { acr, amr } = await rp.verifyIdToken(await rp.tokens(rp.codeOf(await person.visit(path))))
  return { acr, amr }
}
