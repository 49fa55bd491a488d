import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import type { Role } from '../../src/rules/people/role.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { type Cast, cast, olderClient, signIn } from '../cast.ts'
import { scan, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

const strict = { openid: { ...defaultClientOpenid, ...olderClient.openid, needsTwoFactors: true } }

const pathOf = (location: string) => location.split('?')[0]
const nextOf = (location: string) => new URL(location, 'https://x').searchParams.get('next') ?? ''

async function told({ rp }: Cast, page: Page) {
  const { acr, amr } = await rp.verifyIdToken(await rp.tokens(rp.codeOf(page)))
  return { acr, amr }
}

describe('an application that requires two factors', () => {
  let world: Cast
  let browser: Browser
  beforeEach(async () => {
    world = await cast(undefined, strict)
    browser = await world.server.signedIn(world.person.user)
    for (const cookie of browser.cookies) world.person.browser.cookies.set(...cookie)
    browser = world.person.browser
  })

  it('is configured by its owner', async () => {
    const { server } = world
    const owner = await addUser(`owner${world.person.user.id}`)
    const { client } = await addClient(owner)
    const theirs = await server.signedIn(owner)
    const policy = `/o/applications/${client.id}/policy`
    expect((await theirs.get(policy)).forms[0]?.fields.factors).toBe('one')
    await (await theirs.get(policy)).submit({ factors: 'two' })
    expect((await theirs.get(policy)).forms[0]?.fields.factors).toBe('two')
    await (await theirs.get(policy)).submit({ factors: 'one' })
    expect((await theirs.get(policy)).forms[0]?.fields.factors).toBe('one')
  })

  it('sends a person without one to set one up, and back to the request', async () => {
    const { server, rp, person } = world
    const sent = await browser.get(rp.request({ prompt: undefined }))
    expect([sent.status, pathOf(sent.location)]).toEqual([303, '/account/second-factor'])
    const choice = await browser.get(sent.location)
    const [, link = ''] = /href="(\/account\/authenticator\/set-up[^"]*)"/.exec(choice.html) ?? []
    const setUp = await browser.get(link.replaceAll('&amp;', '&'))
    const wrong = await setUp.submit({ code: '000000' })
    expect(wrong.status).toBe(400)
    const done = await wrong.submit({ code: scan(server, wrong).code() })
    expect(done.html).toContain(`href="${nextOf(sent.location).replaceAll('&', '&amp;')}"`)
    expect(await told(world, await person.visit(nextOf(sent.location)))).toEqual({
      acr: '2',
      amr: ['pwd', 'otp', 'mfa'],
    })
    expect(person.signIns).toBe(0)
    // Once they have it, the page redirects.
    expect((await browser.get(sent.location)).location).toBe(nextOf(sent.location))
  })

  it('accepts a passkey, and reports it; the password of a person with a passkey is not enough', async () => {
    const { rp, person, server } = world
    const device = new SoftAuthenticator()
    const sent = await browser.get(rp.request({}))
    const form = await browser.get(`/account/passkeys/new?next=${encodeURIComponent(nextOf(sent.location))}`)
    expect(form.forms[0]?.fields.next).toBe(nextOf(sent.location))
    await addPasskey(browser, device)

    for (let i = 0; i < 2; i++) {
      const login = await browser.get(rp.request({}))
      expect([pathOf(login.location), login.location.endsWith('&again=factor')]).toEqual(['/login', true])
      const page = await browser.get(login.location)
      expect(page.text).toContain('This step needs your second factor.')
      server.now += 1
      await page.submit({ username: person.user.username, password })
    }
    await usePasskey(browser, device)
    expect(await told(world, await person.visit(rp.request({})))).toEqual({
      acr: '2',
      amr: ['pop', 'user', 'mfa'],
    })
  })

  it('names the missing factor without a page, for prompt=none', async () => {
    const { rp, person, server } = world
    const silent = rp.request({ prompt: 'none' })
    expect(rp.errorOf(await browser.get(silent))).toBe('interaction_required')
    const device = new SoftAuthenticator()
    await addPasskey(browser, device)
    expect(rp.errorOf(await browser.get(silent))).toBe('login_required')
    await usePasskey(browser, device)
    await setUpAuthenticator(server, browser)
    await signIn(world)
    const again = await person.visit(rp.request({ prompt: 'none' }))
    expect((await told(world, again)).acr).toBe('2')
  })

  it('issues nothing for a decision that is sent without it', async () => {
    const { rp, server, person } = world
    await setUpAuthenticator(server, browser)
    const consent = await browser.get(rp.request({}))
    const weaker = await server.signedIn(await addUser(`weak${person.user.id}`))
    const form_token = (await weaker.get('/account/profile')).forms[0]?.fields.form_token ?? ''
    const form = { ...consent.forms[0]?.fields, decision: 'authorize', form_token }
    const answer = await weaker.post(consent.forms[0]?.action ?? '', form)
    expect(pathOf(answer.location)).toBe('/account/second-factor')
  })

  it('asks for a new sign-in and for the factor, when both are missing', async () => {
    const { rp, person, server } = world
    server.now += 5
    const login = await browser.get(rp.request({ prompt: 'login' }))
    expect(pathOf(login.location)).toBe('/login')
    const page = await browser.get(login.location)
    const back = await page.submit({ username: person.user.username, password })
    const setUp = await browser.get(back.location)
    expect(pathOf(setUp.location)).toBe('/account/second-factor')
    await setUpAuthenticator(server, browser)
    expect(await told(world, await person.visit(nextOf(setUp.location)))).toMatchObject({ acr: '2' })
  })
})

describe('SECOND_FACTOR', () => {
  const server = startServer({ config: { secondFactor: 'administrators' } })
  const everyone = startServer({ config: { secondFactor: 'everyone', signUp: 'open' } })
  let made = 0
  const person = async (role: Role, on = server) => {
    const user = await addUser(`person${made++}`, role)
    return { user, browser: await on.signedIn(user) }
  }

  /** Pages for signed-in people, from the table of routes. */
  const pages = createApp(parseConfig({ KEY_ENCRYPTION_SECRET: 'x'.repeat(32) }), () => 0)
    .routes.filter(({ path, method }) => method === 'GET' && /^\/(account|admin|o\/applications)/.test(path))
    .map(({ path }) => path.replaceAll(/:\w+/g, 'x'))
  const exempt = [
    '/account/second-factor',
    '/account/authenticator/set-up',
    '/account/passkeys/new',
    '/account/deleted',
  ]

  it.each(pages.filter((path) => !exempt.includes(path)))(
    'everyone: %s waits for the second factor',
    async (path) => {
      const { browser } = await person('administrator', everyone)
      const answer = await browser.get(`${path}?a=b`)
      const expected = `/account/second-factor?${new URLSearchParams({ next: `${path}?a=b` })}`
      expect([answer.status, answer.location]).toEqual([303, expected])
    },
  )

  it('administrators: required only for the administration, and used at sign-in by those who have one', async () => {
    for (const role of ['user', 'developer'] as const)
      expect((await (await person(role)).browser.get('/account')).status).toBe(200)
    for (const role of ['administrator', 'support'] as const) {
      const { browser, user } = await person(role)
      expect(pathOf((await browser.get('/admin')).location)).toBe('/account/second-factor')
      expect((await browser.get('/account/second-factor?next=/admin')).status).toBe(200)
      const other = await server.signedIn(user)
      await setUpAuthenticator(server, browser)
      expect((await browser.get('/admin')).status).toBe(200)
      const login = await other.get('/account')
      expect(login.location).toBe('/login?next=%2Faccount&again=factor')
      for (const path of exempt.slice(0, 3)) expect(pathOf((await other.get(path)).location)).toBe('/login')
      expect((await other.get(login.location)).text).toContain('This step needs your second factor.')
    }
  })

  it('everyone: every application sends a person on to set one up, too', async () => {
    const { browser, user } = await person('user', everyone)
    const { client } = await addClient(user)
    const request = `/o/authorize?${new URLSearchParams({
      client_id: client.id,
      response_type: 'code',
      redirect_uri: client.redirectUris[0] ?? '',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })}`
    expect(pathOf((await browser.get(request)).location)).toBe('/account/second-factor')
    await setUpAuthenticator(everyone, browser)
    expect((await browser.get(request)).status).toBe(200)
  })
})
