import { beforeAll, describe, expect, it } from 'vitest'
import { pathOf, register, sendRegistration } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { answerOf, authorizePath, obtainCode } from '../flow.ts'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer()
let ada: Browser
let bob: Browser
let root: Browser

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
  bob = await server.signedIn(await addUser('bob'))
  root = await server.signedIn(await addUser('root', 'administrator'))
})

describe('the consent page', () => {
  it('says that nobody has checked, until somebody has', async () => {
    const known = await register(ada)
    const before = (await bob.get(authorizePath(known))).text
    expect(before).toContain('Unverified')
    expect(before).toContain('Nobody here has checked')
    await (await root.get(`/admin/applications/${known.client.id}/trust`)).submit({ trust: 'verified' })
    const after = (await bob.get(authorizePath(known))).text
    expect(after).toContain('Verified')
    expect(after).not.toContain('Nobody here has checked')
  })

  it('does not warn the owner about themselves, and says where access ends', async () => {
    const known = await register(ada)
    const [mine, theirs] = [await ada.get(authorizePath(known)), await bob.get(authorizePath(known))]
    expect(mine.text).toContain('Your own application')
    expect(mine.text).not.toContain('Nobody here has checked')
    expect(theirs.text).not.toContain('Your own application')
    for (const { text } of [mine, theirs])
      expect(text).toContain('You can remove this access at any time in your account.')
  })

  it('shows a host in punycode, however it was written', async () => {
    const known = await register(ada, { redirect_uris: 'https://%D0%B0pple.example/callback' })
    const page = await bob.get(authorizePath(known))
    expect(page.text).toContain('you return to xn--pple-43d.example')
  })

  it.each([
    ['http://127.0.0.1:8080/callback', 'goes to a program on this device'],
    ['http://localhost/callback', 'goes to a program on this device'],
    ['com.example.diary:/callback', 'opens com.example.diary: addresses'],
  ])('warns of %s', async (redirect_uris, warning) => {
    const known = await register(ada, { redirect_uris, client_type: 'public' })
    expect((await bob.get(authorizePath(known))).text).toContain(warning)
  })

  it('does not warn of an address on the web', async () => {
    expect((await bob.get(authorizePath(await register(ada)))).text).not.toContain('on this device')
  })

  it('says who is signed in, and leads to signing in as another person and back', async () => {
    const path = authorizePath(await register(ada))
    const page = await bob.get(path)
    expect(page.text).toContain('You are signed in as bob .')
    const login = /href="(\/login\?next=[^"]+)"/.exec(page.html)?.[1] ?? ''
    const back = await (await bob.get(login)).submit({ username: 'root', password: 'correct horse battery' })
    expect(back.location).toBe(path)
    expect((await bob.get(back.location)).text).toContain('You are signed in as root .')
    bob = await server.signedIn(await addUser('rob'))
  })

  it('says what Cancel does, and Cancel does that', async () => {
    const page = await bob.get(authorizePath(await register(ada)))
    expect(page.text).toContain('Cancel sends you back without sharing anything.')
    const answer = answerOf(await page.submit({ decision: 'cancel' }))
    expect([...answer.keys()].sort()).toEqual(['error', 'error_description', 'error_uri', 'iss', 'state'])
  })

  it.each([
    ['name', { name: 'Bank' }, 'https://app.example/callback'],
    ['host', { redirect_uris: 'https://other.example/callback' }, 'https://other.example/callback'],
  ])('asks again when the developer changes the %s', async (_, changes, redirect_uri) => {
    const known = await register(ada)
    await obtainCode(bob, known)
    expect((await bob.get(authorizePath(known))).status).toBe(303)
    await (await ada.get(pathOf(known, '/update'))).submit(changes)
    expect((await bob.get(authorizePath(known, { redirect_uri }))).status).toBe(200)
  })
})

describe('an unregistered address', () => {
  const asked = 'https://app.example/callback/?a=<b>'

  it('is compared with the registered ones, for the owner and administrators', async () => {
    const known = await register(ada)
    for (const browser of [ada, root]) {
      const page = await browser.get(authorizePath(known, { redirect_uri: asked }))
      expect([page.status, page.location]).toEqual([400, ''])
      expect(page.text).toContain(`redirect_uri=${asked}`)
      expect(page.text).toContain('Registered https://app.example/callback Change')
      expect(page.html).toContain(`href="${pathOf(known, '/update')}"`)
      expect(page.text).toMatch(/Reference \S+/)
    }
  })

  it('reveals the registered ones to nobody else', async () => {
    const known = await register(ada)
    for (const browser of [bob, server.browser()]) {
      const page = await browser.get(authorizePath(known, { redirect_uri: asked }))
      expect([page.status, page.text.includes('app.example')]).toEqual([400, false])
      expect(page.text).toMatch(/Reference \S+/)
    }
  })
})

describe('the name of an application', () => {
  it.each([
    ['Аpple', 'mixes Latin and Cyrillic'],
    ['Gοοgle Drive', 'mixes Latin and Greek'],
    ['Bank of Аmerica', 'mixes Latin and Cyrillic'],
    ['𝗣ayРal', 'mixes Latin and Cyrillic'],
    ['Google Рау', 'look like Latin ones'],
    ['Chase (ΒΑΝΚ)', 'look like Latin ones'],
    ['Goo\u200bgle', 'invisible'],
    ['Goo\u00adgle', 'invisible'],
    ['Pay\u2066pal', 'invisible'],
  ])('may not be %s', async (name, reason) => {
    const page = await sendRegistration(ada, { name })
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(reason)])
  })

  it.each([
    'Сбер ID',
    'Войти с Google',
    'Роса',
    'Ελληνικά news',
    'LINEアプリ',
    'Tシャツ 工房',
    '한국 Bank',
    'Café Zoë',
    'دفتر Notes',
    'Diary 👩‍👩‍👧',
    'λ',
  ])('may be %s', async (name) => {
    expect((await sendRegistration(ada, { name })).status).toBe(200)
  })
})
