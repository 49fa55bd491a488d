import { env } from 'cloudflare:workers'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import {
  addPasskey,
  type Faults,
  registrationOptionsOn,
  SoftAuthenticator,
  usePasskey,
} from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { authorizePath, codeRequest, consentTo, postToken } from '../flow.ts'
import { atCode, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, issuer, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let user: User
let browser: Browser
let device: SoftAuthenticator

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  user = await addUser(`user${people++}`)
  browser = await server.signedIn(user)
  device = new SoftAuthenticator()
})

const eventsOf = async (who: User) => {
  const { results } = await env.DB.prepare(
    'SELECT type FROM audit_events WHERE user_id = ? ORDER BY at, type',
  )
    .bind(who.id)
    .all<{ type: string }>()
  return results.map(({ type }) => type).filter((type) => type.startsWith('passkey'))
}
const isIn = async (on: Browser) => (await on.get('/')).html.includes(user.username)

describe('adding a passkey', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    'with a key for %s, and signing in with it',
    async (algorithm) => {
      expect((await browser.get('/account/passkeys')).text).toContain('You have no passkey yet')
      const added = await addPasskey(browser, device, 'My  phone ', algorithm)
      expect([added.status, added.location]).toEqual([303, '/account/passkeys'])
      const list = await browser.get('/account/passkeys')
      expect(list.text).toContain('My phone')
      expect(list.text).toContain('never used')
      const visitor = server.browser()
      const answer = await usePasskey(visitor, device, {}, '/o/applications')
      expect([answer.status, answer.location]).toEqual([303, '/o/applications'])
      expect(await isIn(visitor)).toBe(true)
      expect((await visitor.get('/account/passkeys')).text).toContain('last used 15 Jan 2027')
      expect(await eventsOf(user)).toEqual(['passkey_added'])
    },
  )

  it('asks the browser for a discoverable one, and not for one that is registered already', async () => {
    await addPasskey(browser, device)
    await usePasskey(browser, device)
    const options = registrationOptionsOn(await browser.get('/account/passkeys/new'))
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      user: { id: Buffer.from(user.id).toString('base64url'), name: user.username },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      excludeCredentials: [{ type: 'public-key', id: device.credentials[0]?.id }],
    })
  })

  const refused: [string, Faults][] = [
    ['from another page', { origin: 'https://evil.example' }],
    ['from a frame in another page', { crossOrigin: true }],
    ['for another host', { rpId: 'evil.example' }],
    ['of a sign-in', { type: 'webauthn.get' }],
    ['without user presence', { flags: 0x04 }],
    ['without user verification', { flags: 0x01 }],
    ['under another id', { spoil: 'id' }],
    ['for the challenge of another person', { challenge: 'QUFBQQ' }],
  ]
  it.each(refused)('refuses an answer %s', async (_, faults) => {
    const page = await browser.get('/account/passkeys/new')
    const credential = JSON.stringify(device.create(registrationOptionsOn(page), faults))
    const answer = await page.submit({ name: 'Phone', credential })
    expect([answer.status, answer.html.includes('<title>Error: ')]).toEqual([400, true])
    expect((await browser.get('/account/passkeys')).text).toContain('You have no passkey yet')
  })

  it.each([
    '',
    '{}',
    'null',
    '{"id":"AA","response":{"clientDataJSON":"AA","attestationObject":"AA"}}',
    '['.repeat(9000),
  ])('refuses input that no browser sends: %.20s', async (credential) => {
    const answer = await (await browser.get('/account/passkeys/new')).submit({ name: 'Phone', credential })
    expect(answer.status).toBe(400)
  })

  it.each(['', ' ', 'x'.repeat(65), 'a\u202eb', 'a\u0000b'])(
    'refuses the name %j, and keeps the rest',
    async (name) => {
      const page = await browser.get('/account/passkeys/new')
      const credential = JSON.stringify(device.create(registrationOptionsOn(page)))
      expect((await page.submit({ name, credential })).status).toBe(400)
    },
  )

  it('accepts a challenge for five minutes, once, in one browser', async () => {
    const { phone } = await setUpAuthenticator(server, browser)
    server.now += 30
    const [other, code] = await atCode(server, user)
    await code.submit({ code: phone.code() })
    const page = await browser.get('/account/passkeys/new')
    const options = registrationOptionsOn(page)
    const credential = () => JSON.stringify(device.create(options))
    const elsewhere = await other.get('/account/passkeys/new')
    expect((await elsewhere.submit({ name: 'Thief', credential: credential() })).status).toBe(400)
    expect((await page.submit({ name: 'One', credential: credential() })).status).toBe(303)
    expect((await page.submit({ name: 'Two', credential: credential() })).status).toBe(400)
    const late = await browser.get('/account/passkeys/new')
    const old = JSON.stringify(device.create(registrationOptionsOn(late)))
    server.now += 300
    expect((await late.submit({ name: 'Late', credential: old })).status).toBe(400)
    expect(await eventsOf(user)).toEqual(['passkey_added'])
  })

  it('sent twice adds one, and after its removal none', async () => {
    await setUpAuthenticator(server, browser)
    const page = await browser.get('/account/passkeys/new')
    const fields = { name: 'Phone', credential: JSON.stringify(device.create(registrationOptionsOn(page))) }
    expect((await page.submit(fields)).status).toBe(303)
    expect((await page.submit(fields)).status).toBe(303)
    expect(await eventsOf(user)).toEqual(['passkey_added'])
    await removeFirst()
    await page.submit(fields)
    expect((await browser.get('/account/passkeys')).text).toContain('You have no passkey yet')
  })

  it.each([
    ['every write is executed twice', everyBatchTwice],
    ['every first answer is lost', everyFirstAnswerLost],
  ])('and using it has the same result when %s', async (_, fault) => {
    const faulty = startServer({ bindings: { DB: fault() } })
    const there = await faulty.signedIn(user)
    expect((await addPasskey(there, device)).status).toBe(303)
    for (let i = 0; i < 2; i++) expect((await usePasskey(faulty.browser(), device)).location).toBe('/')
    expect(await eventsOf(user)).toEqual(['passkey_added'])
  })

  it('is limited to twenty', async () => {
    await setUpAuthenticator(server, browser)
    for (let i = 0; i < 20; i++) expect((await addPasskey(browser, device, `Key ${i}`)).status).toBe(303)
    expect((await addPasskey(browser, device, 'One more')).status).toBe(400)
  })

  it("can't add a passkey of another person", async () => {
    await addPasskey(browser, device)
    const thief = await server.signedIn(await addUser(`thief${people++}`))
    const page = await thief.get('/account/passkeys/new')
    const made = device.create(registrationOptionsOn(page))
    const [owned] = device.credentials
    // The same authenticator, claiming the id of the other credential.
    const again = JSON.parse(JSON.stringify(made).replaceAll(made.id, owned?.id ?? ''))
    expect((await page.submit({ name: 'Mine', credential: JSON.stringify(again) })).status).toBe(400)
  })
})

async function removeFirst() {
  const [path = ''] =
    (await browser.get('/account/passkeys')).html.match(/\/account\/passkeys\/[^"]+\/remove/) ?? []
  const ask = await browser.get(path)
  return { path, ask, answer: await ask.submit({}) }
}

describe('signing in with a passkey', () => {
  beforeEach(async () => {
    await addPasskey(browser, device)
  })

  it('reveals nothing about people with passkeys', async () => {
    const options = JSON.parse((await server.browser().get('/login/passkey')).html)
    expect(Object.keys(options).sort()).toEqual(['challenge', 'rpId', 'timeout', 'userVerification'])
  })

  it('counts as two factors: no code is asked for, and applications see it', async () => {
    await usePasskey(browser, device)
    await setUpAuthenticator(server, browser)
    const visitor = server.browser()
    const registered = await addClient(user)
    const login = await visitor.get(authorizePath(registered, { scope: 'openid' }))
    const next = new URL(login.location, issuer).searchParams.get('next') ?? ''
    const back = await usePasskey(visitor, device, {}, next)
    const answer = await consentTo(await visitor.get(back.location))
    const code = new URL(answer.location).searchParams.get('code') ?? ''
    const { id_token }: { id_token: string } = await (
      await postToken(server, codeRequest(registered, code))
    ).json()
    const claims = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ acr: '2', amr: ['pop', 'user', 'mfa'], sub: user.id })
  })

  it('never redirects to another origin', async () => {
    expect((await usePasskey(server.browser(), device, {}, '//evil.example')).location).toBe('/')
  })

  const refused: [string, Faults][] = [
    ['from another page', { origin: 'https://evil.example' }],
    ['from a frame in another page', { crossOrigin: true }],
    ['for another host', { rpId: 'evil.example' }],
    ['of a registration', { type: 'webauthn.create' }],
    ['without user presence', { flags: 0x04 }],
    ['without user verification', { flags: 0x01 }],
    ['for another person', { userHandle: 'QUFBQQ' }],
    ['with a wrong signature', { spoil: 'signature' }],
    ['for a made-up challenge', { challenge: 'QUFBQQ' }],
  ]
  it.each(refused)('refuses an answer %s', async (_, faults) => {
    const visitor = server.browser()
    const answer = await usePasskey(visitor, device, faults)
    expect([answer.status, answer.html.includes('<title>Error: ')]).toEqual([400, true])
    expect(await isIn(visitor)).toBe(false)
  })

  it('refuses a challenge that was fetched in another browser, or for adding a passkey', async () => {
    const [victim, thief] = [server.browser(), server.browser()]
    const stolen = JSON.parse((await thief.get('/login/passkey')).html)
    const login = await victim.get('/login')
    expect((await login.submit({ credential: JSON.stringify(device.get(stolen)) })).status).toBe(400)
    await usePasskey(browser, device)
    const adding = registrationOptionsOn(await browser.get('/account/passkeys/new'))
    const again = await browser.get('/login')
    expect((await again.submit({ credential: JSON.stringify(device.get(adding)) })).status).toBe(400)
  })

  it('accepts a challenge for five minutes', async () => {
    const visitor = server.browser()
    const login = await visitor.get('/login')
    const options = JSON.parse((await visitor.get('/login/passkey')).html)
    server.now += 300
    const late = await login.submit({ credential: JSON.stringify(device.get(options)) })
    expect([late.status, late.text]).toEqual([400, expect.stringContaining('took too long')])
  })

  it('accepts an answer once, also from an authenticator without a counter', async () => {
    const visitor = server.browser()
    const login = await visitor.get('/login')
    const options = JSON.parse((await visitor.get('/login/passkey')).html)
    const credential = JSON.stringify(device.get(options, { step: 0 }))
    const answers = await Promise.all(Array.from({ length: 5 }, () => login.submit({ credential })))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    const signIns = await env.DB.prepare(
      `SELECT count(*) AS n FROM sessions WHERE user_id = ? AND amr LIKE '%pop%'`,
    )
      .bind(user.id)
      .first<number>('n')
    expect(signIns).toBe(1)
  })

  it('refuses a counter that does not increase, and logs it', async () => {
    const login = () => usePasskey(server.browser(), device)
    expect((await login()).status).toBe(303)
    const copy = new SoftAuthenticator()
    for (const credential of device.credentials) copy.credentials.push({ ...credential })
    expect((await login()).status).toBe(303)
    const cloned = await usePasskey(server.browser(), copy)
    expect([cloned.status, cloned.text]).toEqual([400, expect.stringContaining('to have been copied')])
    expect((await usePasskey(server.browser(), copy, { step: -2 })).status).toBe(400)
    expect(await eventsOf(user)).toEqual(['passkey_added', 'passkey_refused', 'passkey_refused'])
    expect((await login()).status).toBe(303)
  })

  it('accepts one of two answers with the same counter', async () => {
    const copies = [1, 2, 3].map(() => {
      const copy = new SoftAuthenticator()
      for (const credential of device.credentials) copy.credentials.push({ ...credential })
      return copy
    })
    const answers = await Promise.all(copies.map((copy) => usePasskey(server.browser(), copy)))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
  })

  it('refuses a form from another site', async () => {
    const visitor = server.browser()
    const login = await visitor.get('/login')
    const options = JSON.parse((await visitor.get('/login/passkey')).html)
    const form = login.forms.find(({ action }) => action === '/login/passkey')
    const fields = { ...form?.fields, credential: JSON.stringify(device.get(options)) }
    const forged = await visitor.post('/login/passkey', fields, { Origin: 'https://evil.example' })
    expect(forged.status).toBe(403)
    expect((await visitor.post('/login/passkey', { ...fields, form_token: 'x' })).status).toBe(403)
    expect((await visitor.post('/login/passkey', fields)).status).toBe(303)
  })

  it('refuses the passkey of a suspended person as unknown', async () => {
    await env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(user.id).run()
    const answer = await usePasskey(server.browser(), device)
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('not known here')])
  })

  it('refuses a removed passkey as unknown', async () => {
    await usePasskey(browser, device)
    const { path, ask, answer } = await removeFirst()
    expect([ask.text.includes('Phone'), answer.location]).toEqual([true, '/account/passkeys'])
    expect((await usePasskey(server.browser(), device)).text).toContain('not known here')
    expect(await eventsOf(user)).toEqual(['passkey_added', 'passkey_removed'])
    expect((await browser.get(path)).status).toBe(404)
  })

  it('refuses a passkey that is removed during the sign-in', async () => {
    const remove = () => env.DB.prepare('DELETE FROM passkeys WHERE user_id = ?').bind(user.id).run()
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(remove, env.DB, 3) } }).browser()
    await usePasskey(racing, device)
    expect(await isIn(racing)).toBe(false)
  })

  it('the list is visible and editable for its owner only', async () => {
    const { id } = (await env.DB.prepare('SELECT id FROM passkeys WHERE user_id = ?').bind(user.id).first<{
      id: string
    }>()) ?? { id: '' }
    const other = await server.signedIn(await addUser(`other${people++}`))
    expect((await other.get(`/account/passkeys/${id}/remove`)).status).toBe(404)
    const own = await other.get('/account/passkeys/new')
    const { form_token = '', attempt = '' } = own.forms[0]?.fields ?? {}
    await other.post(`/account/passkeys/${id}/remove`, { form_token, attempt })
    expect((await usePasskey(server.browser(), device)).status).toBe(303)
  })

  it('a sign-in of more than ten minutes ago adds and removes none', async () => {
    const [path = ''] =
      (await browser.get('/account/passkeys')).html.match(/\/account\/passkeys\/[^"]+\/remove/) ?? []
    server.now += 601
    for (const asked of [path, '/account/passkeys/new']) {
      const page = await browser.get(asked)
      expect([page.status, page.location]).toEqual([303, `/login?next=${encodeURIComponent(asked)}&again=`])
    }
    // A passkey works for that, too.
    const back = await usePasskey(browser, device, {}, path)
    expect((await browser.get(back.location)).status).toBe(200)
  })
})

describe('a second implementation', () => {
  it('comes to the same verdicts', async () => {
    const page = await browser.get('/account/passkeys/new')
    const options = registrationOptionsOn(page)
    const expected = { expectedOrigin: issuer, expectedRPID: 'localhost', requireUserVerification: true }
    const made = device.create(options)
    const registration = await verifyRegistrationResponse({
      response: made,
      expectedChallenge: options.challenge,
      ...expected,
    })
    expect(registration.verified).toBe(true)
    expect((await page.submit({ name: 'Phone', credential: JSON.stringify(made) })).status).toBe(303)
    const stored = registration.registrationInfo?.credential
    if (stored === undefined) throw new Error('Nothing was registered')

    const cases: Faults[] = [
      {},
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { type: 'webauthn.create' },
      { flags: 0x04 },
      { flags: 0x01 },
      { spoil: 'signature' },
    ]
    for (const faults of cases) {
      const visitor = server.browser()
      const login = await visitor.get('/login')
      const { challenge } = JSON.parse((await visitor.get('/login/passkey')).html)
      const response = device.get({ challenge }, faults)
      const theirs = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        credential: stored,
        ...expected,
      }).then(
        ({ verified }) => verified,
        () => false,
      )
      const ours = (await login.submit({ credential: JSON.stringify(response) })).status === 303
      expect([faults, ours]).toEqual([faults, theirs])
    }
  })

  const noExtensions = encodeCBOR(new Map())
  const shapes: readonly (readonly [string, Faults])[] = [
    ['that is valid', {}],
    ['eligible for backup', { flags: 0x0d }],
    ['backed up', { flags: 0x1d }],
    ['backed up without being eligible', { flags: 0x15 }],
    ['with extensions', { flags: 0x85, after: noExtensions }],
    ['with extensions that the flags do not announce', { after: noExtensions }],
    ['without the extensions that the flags announce', { flags: 0x85 }],
    ['with a byte left over', { after: new Uint8Array([0]) }],
    [
      'with a byte left over after the extensions',
      { flags: 0x85, after: Buffer.concat([noExtensions, Buffer.alloc(1)]) },
    ],
  ]

  it.each(shapes)('judges a new passkey %s as @simplewebauthn/server does', async (_, faults) => {
    const page = await browser.get('/account/passkeys/new')
    const options = registrationOptionsOn(page)
    const made = device.create(options, faults)
    const theirs = await verifyRegistrationResponse({
      response: made,
      expectedChallenge: options.challenge,
      expectedOrigin: issuer,
      expectedRPID: 'localhost',
    }).then(
      ({ verified }) => verified,
      () => false,
    )
    const ours = (await page.submit({ name: 'Phone', credential: JSON.stringify(made) })).status === 303
    expect(ours).toBe(theirs)
  })

  it.each(shapes)('judges an answer %s as @simplewebauthn/server does', async (_, faults) => {
    const page = await browser.get('/account/passkeys/new')
    const options = registrationOptionsOn(page)
    const expected = { expectedOrigin: issuer, expectedRPID: 'localhost' }
    const made = device.create(options, { flags: 0x0d })
    const known = await verifyRegistrationResponse({
      response: made,
      expectedChallenge: options.challenge,
      ...expected,
    })
    await page.submit({ name: 'Phone', credential: JSON.stringify(made) })
    const credential = known.registrationInfo?.credential ?? expect.fail('Nothing was registered')
    const visitor = server.browser()
    const login = await visitor.get('/login')
    const { challenge } = JSON.parse((await visitor.get('/login/passkey')).html)
    const response = device.get({ challenge }, faults)
    const theirs = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      credential,
      ...expected,
    }).then(
      ({ verified }) => verified,
      () => false,
    )
    const ours = (await login.submit({ credential: JSON.stringify(response) })).status === 303
    expect(ours).toBe(theirs)
  })
})
