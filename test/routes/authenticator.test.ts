import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { afterPassword, atCode, codesOn, scan, setUpAuthenticator } from '../second-factor.ts'
import { addUser, applySchema, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let user: User
let browser: Browser

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  user = await addUser(`user${people++}`)
  browser = await server.signedIn(user)
})

const eventsOf = async (who: User) => {
  const { results } = await env.DB.prepare(
    'SELECT type FROM audit_events WHERE user_id = ? ORDER BY at, type',
  )
    .bind(who.id)
    .all<{ type: string }>()
  return results.map(({ type }) => type).filter((type) => type !== 'sign_in')
}

describe('setting up an authenticator app', () => {
  it('shows the key, accepts one code, and shows ten recovery codes once', async () => {
    expect((await browser.get('/account/authenticator')).text).toContain('Set up an authenticator app')
    const page = await browser.get('/account/authenticator/set-up')
    expect(page.html).toContain('<svg')
    const code = scan(server, page).code()
    const done = await page.submit({ code })
    expect(done.status).toBe(200)
    expect(done.headers.get('Cache-Control')).toBe('no-store')
    expect(new Set(codesOn(done)).size).toBe(10)
    const [, file = ''] =
      /href="data:text\/plain;charset=utf-8,([^"]+)" download="recovery-codes.txt"/.exec(done.html) ?? []
    expect(decodeURIComponent(file)).toBe(`${codesOn(done).join('\n')}\n`)
    const after = await browser.get('/account/authenticator')
    expect(after.text).toContain('Recovery codes left 10')
    expect(codesOn(after)).toEqual([])
    expect(await eventsOf(user)).toEqual(['authenticator_added'])
  })

  it('keeps the key when the code was mistyped', async () => {
    const page = await browser.get('/account/authenticator/set-up')
    const phone = scan(server, page)
    const again = await page.submit({ code: '000000' })
    expect([again.status, again.html.includes('<title>Error: ')]).toEqual([400, true])
    expect((await again.submit({ code: phone.code() })).text).toContain('is set up')
  })

  it('stores nothing before that, and then neither key nor codes in plain text', async () => {
    const page = await browser.get('/account/authenticator/set-up')
    const count = () => env.DB.prepare('SELECT count(*) AS n FROM authenticators').first<number>('n')
    const before = await count()
    await page.submit({ code: '000000' })
    expect(await count()).toBe(before)
    const secret = /secret=([A-Z2-7]+)/.exec(page.html)?.[1] ?? 'missing'
    const done = await page.submit({ code: scan(server, page).code() })
    const stored = JSON.stringify([
      await env.DB.prepare('SELECT * FROM authenticators').all(),
      await env.DB.prepare('SELECT * FROM recovery_codes').all(),
      await env.DB.prepare('SELECT * FROM audit_events').all(),
    ])
    for (const text of [secret, ...codesOn(done)]) expect(stored).not.toContain(text)
  })

  it('shows the same codes when the form is sent twice, and none later', async () => {
    const page = await browser.get('/account/authenticator/set-up')
    const code = scan(server, page).code()
    const [one, two] = [await page.submit({ code }), await page.submit({ code })]
    expect(codesOn(one)).toHaveLength(10)
    expect(codesOn(two)).toEqual(codesOn(one))
    server.now += 301
    const late = await page.submit({ code: scan(server, page).code() })
    expect([late.status, late.location]).toEqual([303, '/account/authenticator'])
  })

  it('sent twice at once: one wins, and its codes are the only ones', async () => {
    const pages = await Promise.all([1, 2, 3].map(() => browser.get('/account/authenticator/set-up')))
    const phones = pages.map((page) => scan(server, page))
    const answers = await Promise.all(pages.map((page, i) => page.submit({ code: phones[i]?.code() ?? '' })))
    const won = answers.findIndex(({ status }) => status === 200)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await browser.get('/account/authenticator')).text).toContain('Recovery codes left 10')
    server.now += 30
    for (const [i, phone] of phones.entries()) {
      const [, page] = await atCode(server, user)
      expect((await page.submit({ code: phone.code() })).status).toBe(i === won ? 303 : 400)
    }
    expect(await eventsOf(user)).toContain('authenticator_added')
  })

  it.each([
    ['every write is executed twice', everyBatchTwice],
    ['every first answer is lost', everyFirstAnswerLost],
  ])('has the same result when %s', async (_, fault) => {
    const faulty = startServer({ bindings: { DB: fault() } })
    const { recoveryCodes } = await setUpAuthenticator(faulty, await faulty.signedIn(user))
    expect(recoveryCodes).toHaveLength(10)
    expect(await eventsOf(user)).toEqual(['authenticator_added'])
    const [, page] = await atCode(faulty, user)
    expect((await page.submit({ code: recoveryCodes[0] ?? '' })).status).toBe(303)
    expect((await browser.get('/account/authenticator')).text).toContain('Recovery codes left 9')
  })

  it('needs our own form', async () => {
    const page = await browser.get('/account/authenticator/set-up')
    const fields = { ...page.forms[0]?.fields, code: scan(server, page).code() }
    const forged = await browser.post('/account/authenticator/set-up', fields, {
      Origin: 'https://evil.example',
    })
    expect(forged.status).toBe(400)
    expect((await browser.get('/account/authenticator')).text).toContain('Set up an authenticator app')
  })
})

describe('recovery codes', () => {
  it('are replaced, and the old ones stop working', async () => {
    const { recoveryCodes } = await setUpAuthenticator(server, browser)
    const ask = await browser.get('/account/authenticator/recovery-codes')
    const done = await ask.submit({ attempt: ask.forms[0]?.fields.attempt ?? '' })
    expect(codesOn(done)).toHaveLength(10)
    expect(codesOn(done).filter((code) => recoveryCodes.includes(code))).toEqual([])
    const [, page] = await atCode(server, user)
    expect((await page.submit({ code: recoveryCodes[0] ?? '' })).status).toBe(400)
    expect((await page.submit({ code: codesOn(done)[0] ?? '' })).status).toBe(303)
    expect(await eventsOf(user)).toContain('recovery_codes_replaced')
  })

  it('made by an older form do not come back', async () => {
    await setUpAuthenticator(server, browser)
    const [older, newer] = [
      await browser.get('/account/authenticator/recovery-codes'),
      await browser.get('/account/authenticator/recovery-codes'),
    ]
    const [dead = ''] = codesOn(await older.submit({}))
    const latest = codesOn(await newer.submit({}))
    const repeated = await older.submit({})
    expect([repeated.status, codesOn(repeated)]).toEqual([303, []])
    const [, page] = await atCode(server, user)
    expect((await page.submit({ code: dead })).status).toBe(400)
    expect((await page.submit({ code: latest[0] ?? '' })).status).toBe(303)
  })

  it('are for people with an app', async () => {
    const page = await browser.get('/account/authenticator/recovery-codes')
    expect([page.status, page.location]).toEqual([303, '/account/authenticator'])
  })
})

describe('removing the app', () => {
  it('makes the password enough again, and ends the recovery codes', async () => {
    await setUpAuthenticator(server, browser)
    const ask = await browser.get('/account/authenticator/remove')
    expect((await ask.submit({})).status).toBe(303)
    expect((await afterPassword(server, user))[1].location).toBe('/')
    const left = await env.DB.prepare('SELECT count(*) AS n FROM recovery_codes WHERE user_id = ?')
      .bind(user.id)
      .first<number>('n')
    expect(left).toBe(0)
    expect(await eventsOf(user)).toEqual(['authenticator_added', 'authenticator_removed'])
  })
})

describe('a sign-in of more than ten minutes ago', () => {
  it.each(['set-up', 'remove', 'recovery-codes'])('is asked to sign in again before: %s', async (action) => {
    const path = `/account/authenticator/${action}`
    if (action !== 'set-up') await setUpAuthenticator(server, browser)
    server.now += 600
    const page = await browser.get(path)
    expect(page.status).toBe(200)
    server.now += 1
    const asked = await browser.get(path)
    const sent = await page.submit({})
    for (const answer of [asked, sent]) {
      expect([answer.status, answer.location]).toEqual([
        303,
        `/login?next=${encodeURIComponent(path)}&again=`,
      ])
    }
    const login = await browser.get(asked.location)
    expect(login.text).toContain('Please sign in again')
    expect(login.forms[0]?.fields).toMatchObject({ username: user.username, next: path })
  })

  it('continues after it', async () => {
    server.now += 601
    const asked = await browser.get('/account/authenticator/set-up')
    const back = await (await browser.get(asked.location)).submit({ password: 'correct horse battery' })
    expect(back.location).toBe('/account/authenticator/set-up')
    expect((await browser.get(back.location)).status).toBe(200)
  })
})

describe('without signing in', () => {
  it.each(['', '/set-up', '/remove', '/recovery-codes'])(
    'nothing is shown of /account/authenticator%s',
    async (path) => {
      const page = await server.browser().get(`/account/authenticator${path}`)
      expect([page.status, page.location]).toEqual([
        303,
        `/login?next=${encodeURIComponent(`/account/authenticator${path}`)}`,
      ])
    },
  )
})
