import { beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../browser.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { Person } from '../person.ts'
import type { Parameters } from '../relying-party.ts'
import { addUser, applySchema, issuer, password } from '../server.ts'

beforeAll(applySchema)

const nextOf = (page: Page) => new URL(page.location, issuer).searchParams.get('next') ?? ''

/** A person who signed in `age` seconds ago, and gave consent. */
async function returning(age: number): Promise<Cast> {
  const world = await cast()
  await signIn(world)
  world.server.now += age
  world.person.signIns = 0
  world.person.consents = 0
  return world
}

describe('for somebody who is signed in', () => {
  it.each<[Parameters, signIns: number, consents: number]>([
    [{}, 0, 0],
    [{ prompt: 'login' }, 1, 0],
    [{ prompt: 'select_account' }, 1, 0],
    [{ prompt: 'create' }, 1, 0],
    [{ prompt: 'login select_account create' }, 1, 0],
    [{ prompt: 'consent' }, 0, 1],
    [{ prompt: 'login consent' }, 1, 1],
    [{ prompt: 'login login' }, 1, 0],
    [{ max_age: '100' }, 0, 0],
    [{ max_age: '99' }, 1, 0],
    [{ max_age: '0' }, 1, 0],
    [{ max_age: '0', prompt: 'login' }, 1, 0],
    [{ max_age: '10', prompt: 'consent' }, 1, 1],
    [{ max_age: '1000', prompt: 'login' }, 1, 0],
    [{ max_age: '9999999999' }, 0, 0],
  ])('%o asks to sign in %i times and to agree %i times', async (changes, signIns, consents) => {
    const { rp, person, server } = await returning(100)
    const code = rp.codeOf(await person.visit(rp.request(changes)))
    expect([person.signIns, person.consents]).toEqual([signIns, consents])
    const { auth_time } = await rp.verifyIdToken(await rp.tokens(code))
    expect(auth_time).toBe(signIns === 0 ? server.now - 100 : server.now)
  })

  it.each<Parameters>([{ prompt: 'login' }, { max_age: '0' }])(
    '%o asks once, also in the second of the earlier sign-in',
    async (changes) => {
      const { rp, person, server } = await returning(0)
      const code = rp.codeOf(await person.visit(rp.request(changes)))
      expect(person.signIns).toBe(1)
      const { auth_time } = await rp.verifyIdToken(await rp.tokens(code))
      expect(auth_time).toBe(server.now)
    },
  )

  it.each<[Parameters, string]>([
    [{ max_age: '99' }, 'login_required'],
    [{ max_age: '0' }, 'login_required'],
    [{ scope: 'openid email' }, 'consent_required'],
    [{ claims: '{"userinfo":{"email":null}}' }, 'consent_required'],
  ])('prompt=none with %o is %s', async (changes, error) => {
    const { rp, person } = await returning(100)
    expect(rp.errorOf(await person.browser.get(rp.request({ prompt: 'none', ...changes })))).toBe(error)
  })

  it.each<Parameters>([
    { prompt: 'none login' },
    { prompt: 'none consent' },
    { prompt: 'none none login' },
    { prompt: 'Login' },
    { prompt: 'sing' },
    { max_age: '-1' },
    { max_age: '1.5' },
    { max_age: '1e3' },
    { max_age: '12345678901' },
  ])('%o is invalid_request', async (changes) => {
    const { rp, person } = await returning(0)
    expect(rp.errorOf(await person.browser.get(rp.request(changes)))).toBe('invalid_request')
  })
})

it('prompt=none never shows a page where consent is asked every time: a loopback redirect authenticates nobody', async () => {
  const world = await cast(undefined, { redirectUris: ['http://127.0.0.1/callback'] })
  const { rp, person } = world
  await signIn(world)
  expect(rp.errorOf(await person.browser.get(rp.request({ prompt: 'none' })))).toBe('consent_required')
})

describe('a sign-in caused by prompt=login counts for this request', () => {
  it.each([{ max_age: '1' }, { max_age: '0' }, { prompt: 'login' }])(
    '%o, however long the person thinks about consent',
    async (changes) => {
      const { rp, person, server } = await cast()
      const login = await person.browser.get((await person.browser.get(rp.request(changes))).location)
      server.now += 60
      const back = await login.submit({ username: person.user.username, password })
      const consent = await person.browser.get(back.location)
      server.now += 600
      const { auth_time } = await rp.verifyIdToken(
        await rp.tokens(rp.codeOf(await consent.submit({ decision: 'authorize' }))),
      )
      expect(auth_time).toBe(server.now - 600)
    },
  )

  it('but not a sign-in before the request in another browser', async () => {
    const { rp, person, server } = await cast()
    const elsewhere = server.browser()
    const path = rp.request({ prompt: 'login' })
    const marked = nextOf(await elsewhere.get(path))
    server.now += 1
    await signIn({ server, rp, person })
    server.now += 1
    expect((await person.browser.get(marked)).location).toMatch(/^\/login/)
    expect((await person.browser.get(nextOf(await person.browser.get(path)))).location).toMatch(/^\/login/)
  })

  it('but not for the next one', async () => {
    const { rp, person, server } = await returning(100)
    rp.codeOf(await person.visit(rp.request({ max_age: '10' })))
    server.now += 11
    rp.codeOf(await person.visit(rp.request({ max_age: '10' })))
    expect(person.signIns).toBe(2)
  })

  it('also for another person, whom the client then gets', async () => {
    const world = await returning(100)
    const grace = await addUser(`grace-${world.person.user.username}`)
    const other = new Person(world.server, grace)
    for (const [name, value] of world.person.browser.cookies) other.browser.cookies.set(name, value)
    const tokens = await signIn({ ...world, person: other }, { prompt: 'login' })
    expect((await world.rp.verifyIdToken(tokens)).sub).toBe(grace.id)
  })
})
