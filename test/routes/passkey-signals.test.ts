import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, registrationOptionsOn, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { addUser, applySchema, issuer, password, type Server, startServer } from '../server.ts'

let server: Server
let user: User
let browser: Browser
let device: SoftAuthenticator
let people = 0

beforeAll(applySchema)

beforeEach(async () => {
  server = startServer()
  user = await addUser(`signalled${people++}`)
  browser = await server.signedIn(user)
  device = new SoftAuthenticator()
})

/** The data that a page's script reports to the browser; undefined for none. */
const signalOn = (page: Page): unknown => {
  const json = /data-signal="([^"]*)"/.exec(page.html)?.[1]
  expect(page.html.includes('src="/passkeys/signal.js"')).toBe(json !== undefined)
  return json === undefined ? undefined : JSON.parse(json.replaceAll('&quot;', '"'))
}

const encoded = (id: string) => Buffer.from(id).toString('base64url')
const ids = () => device.credentials.map(({ id }) => id)

describe('the browser is told', () => {
  it('which passkeys a person has, on the page that lists them, also when one is removed', async () => {
    await addPasskey(browser, device, 'One')
    await usePasskey(browser, device)
    await addPasskey(browser, device, 'Two')
    const list = await browser.get('/account/passkeys')
    expect(signalOn(list)).toEqual({
      rpId: 'localhost',
      userId: encoded(user.id),
      allAcceptedCredentialIds: expect.arrayContaining(ids()),
      name: user.username,
      displayName: user.username,
    })
    const [remove = ''] = /\/account\/passkeys\/[^"]+\/remove/.exec(list.html) ?? []
    await (await browser.get(remove)).submit({})
    const { allAcceptedCredentialIds: left } = signalOn(await browser.get('/account/passkeys')) as {
      allAcceptedCredentialIds: string[]
    }
    expect(left).toHaveLength(1)
  })

  it('that a passkey is unknown, when nobody has it', async () => {
    await addPasskey(browser, device)
    const [id] = ids()
    expect(signalOn(await browser.get('/login'))).toBeUndefined()
    await env.DB.prepare('DELETE FROM passkeys WHERE user_id = ?').bind(user.id).run()
    const refused = await usePasskey(server.browser(), device)
    expect([refused.status, signalOn(refused)]).toEqual([400, { rpId: 'localhost', credentialId: id }])
  })

  it.each([
    ['whose owner is suspended', 'UPDATE users SET suspended_at = 1 WHERE id = ?'],
    ['that a reset distrusts', 'UPDATE passkeys SET doubted = 1 WHERE user_id = ?'],
  ])('nothing about one %s: the browser would delete it', async (_, change) => {
    await addPasskey(browser, device)
    await env.DB.prepare(change).bind(user.id).run()
    const refused = await usePasskey(server.browser(), device)
    expect([refused.status, signalOn(refused)]).toEqual([400, undefined])
  })

  it('nothing about one that is refused for its signature', async () => {
    await addPasskey(browser, device)
    expect(signalOn(await usePasskey(server.browser(), device, { spoil: 'signature' }))).toBeUndefined()
  })

  it('that all passkeys of a deleted account are gone, but not by a forged link', async () => {
    await addPasskey(browser, device)
    await usePasskey(browser, device)
    const done = await (await browser.get('/account/delete')).submit({ password })
    const page = await browser.get(done.location)
    expect(page.text).toContain('Your account is deleted')
    expect(signalOn(page)).toEqual({
      rpId: 'localhost',
      userId: encoded(user.id),
      allAcceptedCredentialIds: [],
    })
    const other = await addUser(`other${people}`)
    for (const link of [
      done.location.replace(user.id, other.id),
      `/account/deleted?id=${other.id}`,
      '/account/deleted',
    ])
      expect(signalOn(await server.browser().get(link))).toBeUndefined()
  })
})

describe('/.well-known/passkey-endpoints', () => {
  it('publishes where passkeys are added and managed, to every origin', async () => {
    const answer = await server.fetch('/.well-known/passkey-endpoints', {
      headers: { Origin: 'https://x.example' },
    })
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const endpoints: Record<string, string> = await answer.json()
    expect(endpoints).toEqual({
      enroll: `${issuer}/account/passkeys/new`,
      manage: `${issuer}/account/passkeys`,
    })
    for (const url of Object.values(endpoints))
      expect((await browser.get(new URL(url).pathname)).status).toBe(200)
  })
})

describe('a passkey that the browser creates by itself after the password', () => {
  const offer = () => browser.get('/account/passkeys/offer?next=/account')
  const made = (page: Page, faults = {}) =>
    page.submit({
      mediation: 'conditional',
      credential: JSON.stringify(device.create(registrationOptionsOn(page), faults)),
    })

  it('is requested without a question, and verifies the user at sign-in', async () => {
    const page = await offer()
    expect(registrationOptionsOn(page)).toMatchObject({
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    })
    const added = await made(page, { flags: 0 })
    expect([added.status, added.location]).toEqual([303, '/account'])
    expect((await usePasskey(server.browser(), device, { flags: 0x01 })).status).toBe(400)
    expect((await usePasskey(server.browser(), device)).status).toBe(303)
  })

  it('is checked in every other way, and needs the same proof', async () => {
    for (const faults of [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { type: 'webauthn.get' },
    ])
      expect([faults, (await made(await offer(), faults)).status]).toEqual([faults, 400])
    const page = await offer()
    server.now += 601
    expect((await made(page)).location).toContain('again=')
  })

  it('does not allow skipping user presence in other ceremonies', async () => {
    const page = await browser.get('/account/passkeys/new')
    const credential = JSON.stringify(device.create(registrationOptionsOn(page), { flags: 0 }))
    expect((await page.submit({ name: 'Phone', credential })).status).toBe(400)
  })
})
