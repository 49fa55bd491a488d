import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { counted, everyBatchTwice, faults } from '../faults.ts'
import { authorizePath, codeRequest, consentTo, postToken } from '../flow.ts'
import { afterPassword, atCode, type Protected, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let user: User
let mine: Protected

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  user = await addUser(`user${people++}`)
  mine = await setUpAuthenticator(server, await server.signedIn(user))
  server.now += 60
})

describe('after the right password', () => {
  it('the code is asked for, and nobody is signed in', async () => {
    const [browser, answer] = await afterPassword(server, user, '/o/applications')
    expect([answer.status, answer.location]).toEqual([303, '/login/code?next=%2Fo%2Fapplications'])
    expect(browser.cookies.has('latchkey-session')).toBe(false)
    expect((await browser.get('/')).html).not.toContain(user.username)
    expect((await browser.get('/o/applications')).status).toBe(303)
    expect((await browser.get('/login/code')).html).toContain('autocomplete="one-time-code"')
  })

  it('a half-completed sign-in is not a session, in any cookie', async () => {
    const [browser] = await afterPassword(server, user)
    browser.cookies.set('latchkey-session', browser.cookies.get('latchkey-sign-in') ?? '')
    expect((await browser.get('/')).html).not.toContain(user.username)
    expect((await browser.get('/account/authenticator')).status).toBe(303)
  })

  it('the right code signs in, under a new id, and continues', async () => {
    const [browser, page] = await atCode(server, user, '/o/applications')
    const half = browser.cookies.get('latchkey-sign-in')
    const answer = await page.submit({ code: mine.phone.code() })
    expect([answer.status, answer.location]).toEqual([303, '/o/applications'])
    expect(browser.cookies.get('latchkey-session')).not.toBe(half)
    expect(browser.cookies.has('latchkey-sign-in')).toBe(false)
    expect((await browser.get('/')).html).toContain(user.username)
    const row = await env.DB.prepare(
      'SELECT amr FROM sessions WHERE user_id = ? ORDER BY authenticated_at DESC',
    )
      .bind(user.id)
      .first<string>('amr')
    expect(row).toBe('["pwd","otp","mfa"]')
    expect((await page.submit({ code: mine.phone.code(1) })).location).toBe('/o/applications')
  })

  it('an earlier session stays until the code is right', async () => {
    const other = await addUser(`other${people++}`)
    const browser = await server.signedIn(other)
    const answer = await (await browser.get('/login')).submit({
      username: user.username,
      password: 'correct horse battery',
    })
    expect((await browser.get('/')).html).toContain(other.username)
    await (await browser.get(answer.location)).submit({ code: mine.phone.code() })
    expect((await browser.get('/')).html).toContain(user.username)
  })

  it('never redirects to another origin', async () => {
    const [, page] = await atCode(server, user, '//evil.example')
    expect((await page.submit({ code: mine.phone.code() })).location).toBe('/')
  })

  it('the second step must follow within ten minutes', async () => {
    const [, page] = await atCode(server, user)
    server.now += 599
    expect((await page.submit({ code: '000000' })).status).toBe(400)
    server.now += 1
    const late = await page.submit({ code: mine.phone.code() })
    expect([late.status, late.location]).toEqual([303, '/login'])
  })

  it('a password that was changed in the meantime signs nobody in', async () => {
    const [, page] = await atCode(server, user)
    await env.DB.prepare('UPDATE users SET password_hash = password_hash || ? WHERE id = ?')
      .bind('x', user.id)
      .run()
    expect((await page.submit({ code: mine.phone.code() })).location).toBe('/login')
  })

  it("a suspended person can't continue", async () => {
    const [, page] = await atCode(server, user)
    await env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(user.id).run()
    expect((await page.submit({ code: mine.phone.code() })).location).toBe('/login')
  })

  it('a form from another site is refused', async () => {
    const [browser, page] = await atCode(server, user)
    const fields = { ...page.forms[0]?.fields, code: mine.phone.code() }
    expect((await browser.post('/login/code', fields, { Origin: 'https://evil.example' })).status).toBe(403)
    expect((await browser.post('/login/code', { ...fields, form_token: 'x' })).status).toBe(403)
    expect((await browser.post('/login/code', fields)).status).toBe(303)
  })
})

describe('a code', () => {
  it('of the step before or after is accepted, for clock skew', async () => {
    for (const stepsAway of [-1, 1]) {
      const [, page] = await atCode(server, user)
      expect((await page.submit({ code: mine.phone.code(stepsAway) })).status).toBe(303)
      server.now += 90
    }
    const [, page] = await atCode(server, user)
    expect((await page.submit({ code: mine.phone.code(2) })).status).toBe(400)
    expect((await page.submit({ code: mine.phone.code(-2) })).status).toBe(400)
  })

  it('works once, and no older one works after it', async () => {
    const [, first] = await atCode(server, user)
    expect((await first.submit({ code: mine.phone.code() })).status).toBe(303)
    const [, second] = await atCode(server, user)
    const used = await second.submit({ code: mine.phone.code() })
    expect([used.status, used.text]).toEqual([400, expect.stringContaining('already used')])
    expect((await second.submit({ code: mine.phone.code(-1) })).status).toBe(400)
    expect((await second.submit({ code: mine.phone.code(1) })).status).toBe(303)
  })

  it('that confirmed the set-up does not sign in', async () => {
    const other = await addUser(`fresh${people++}`)
    const { phone } = await setUpAuthenticator(server, await server.signedIn(other))
    const [, page] = await atCode(server, other)
    expect((await page.submit({ code: phone.code() })).status).toBe(400)
  })

  it('used many times at once signs in once', async () => {
    const waiting = await Promise.all(Array.from({ length: 5 }, () => atCode(server, user)))
    const code = mine.phone.code()
    const answers = await Promise.all(waiting.map(([, page]) => page.submit({ code })))
    expect(answers.filter(({ status, location }) => status === 303 && location === '/')).toHaveLength(1)
  })

  it('is the same when every write is executed twice', async () => {
    const twice = startServer({ bindings: { DB: everyBatchTwice() } })
    twice.now = server.now
    const [, page] = await atCode(twice, user)
    expect((await page.submit({ code: mine.phone.code() })).location).toBe('/')
    const [, again] = await atCode(twice, user)
    expect((await again.submit({ code: mine.phone.code() })).status).toBe(400)
  })
})

describe('a recovery code', () => {
  it('replaces the app, once', async () => {
    const [code = ''] = mine.recoveryCodes
    const [browser, page] = await atCode(server, user)
    expect((await browser.get('/login/code?recovery')).text).toContain('Recovery code')
    expect((await page.submit({ code: ` ${code.toUpperCase()} ` })).status).toBe(303)
    expect((await browser.get('/account/authenticator')).text).toContain('Recovery codes left 9')
    const [, again] = await atCode(server, user)
    expect((await again.submit({ code })).status).toBe(400)
    const noted = await env.DB.prepare(`SELECT type FROM audit_events WHERE user_id = ? AND type LIKE 'rec%'`)
      .bind(user.id)
      .all()
    expect(noted.results).toEqual([{ type: 'recovery_code_used' }])
  })

  it('used many times at once signs in once', async () => {
    const [code = ''] = mine.recoveryCodes
    const waiting = await Promise.all(Array.from({ length: 5 }, () => atCode(server, user)))
    const answers = await Promise.all(waiting.map(([, page]) => page.submit({ code })))
    expect(answers.filter(({ status, location }) => status === 303 && location === '/')).toHaveLength(1)
  })

  it('of another person is wrong', async () => {
    const other = await addUser(`other${people++}`)
    await setUpAuthenticator(server, await server.signedIn(other))
    const [, page] = await atCode(server, other)
    expect((await page.submit({ code: mine.recoveryCodes[0] ?? '' })).status).toBe(400)
  })
})

describe('a used recovery code', () => {
  it('is recorded, whatever fails after that', async () => {
    const fault = faults()
    const faulty = startServer({ bindings: { DB: fault.db } })
    for (let call = 1; call <= 6; call++) {
      const person = await addUser(`spent${call}`)
      const { recoveryCodes } = await setUpAuthenticator(server, await server.signedIn(person))
      const [, page] = await atCode(faulty, person)
      fault.arm(call, ['after', 'after'])
      await page.submit({ code: recoveryCodes[0] ?? '' })
      fault.disarm()
      const counts = await env.DB.prepare(
        `SELECT (SELECT count(*) FROM recovery_codes WHERE user_id = ?1 AND used_at IS NOT NULL) AS spent,
          (SELECT count(*) FROM audit_events WHERE user_id = ?1 AND type = 'recovery_code_used') AS noted`,
      )
        .bind(person.id)
        .first<{ spent: number; noted: number }>()
      expect([call, counts?.noted]).toEqual([call, counts?.spent])
    }
  })
})

describe('guessing codes', () => {
  it('is slowed like guessing passwords, also with a new sign-in for each guess', async () => {
    for (let i = 0; i < 5; i++) {
      const [, page] = await atCode(server, user)
      expect((await page.submit({ code: '000000' })).status).toBe(400)
    }
    const [, page] = await atCode(server, user)
    const locked = await page.submit({ code: mine.phone.code() })
    expect([locked.status, locked.headers.get('Retry-After')]).toEqual([429, '2'])
    server.now += 2
    expect((await page.submit({ code: mine.phone.code() })).status).toBe(303)
  })

  it('in parallel gets no more than the five free attempts', async () => {
    const [, page] = await atCode(server, user)
    const answers = await Promise.all(Array.from({ length: 20 }, () => page.submit({ code: '000000' })))
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  it('is counted, and an event for the person when a lock begins and when it ends', async () => {
    const eventsOf = async () => {
      const { results } = await env.DB.prepare(
        `SELECT type FROM audit_events WHERE user_id = ? AND type LIKE '%lock%' ORDER BY at`,
      )
        .bind(user.id)
        .all()
      return results.map(({ type }) => type)
    }
    const [, page] = await atCode(server, user)
    for (let i = 0; i < 4; i++) await page.submit({ code: '000000' })
    expect(await eventsOf()).toEqual([])
    for (let i = 0; i < 3; i++) await page.submit({ code: '000000' })
    expect(await eventsOf()).toEqual(['code_locked'])
    server.now += 3600
    await (await atCode(server, user))[1].submit({ code: mine.phone.code() })
    expect(await eventsOf()).toEqual(['code_locked', 'lock_ended'])
  })
})

describe('until the password is right', () => {
  it('an account with a second factor looks like one without, and costs the same', async () => {
    const plain = await addUser(`plain${people++}`)
    const count = counted()
    const watched = startServer({ bindings: { DB: count.db } })
    watched.now = server.now
    const observe = async ({ username }: User) => {
      const login = await watched.browser().get('/login')
      count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
      const page = await login.submit({ username, password: 'wrong password' })
      const html = page.html
        .replaceAll(username, 'NAME')
        .replaceAll(/value="[A-Za-z0-9_-]{43}"|<code>[^<]*<\/code>/g, '')
      return { status: page.status, cookies: page.headers.getSetCookie().length, html, ...count.counts }
    }
    expect(await observe(user)).toEqual(await observe(plain))
  })
})

describe('an application', () => {
  it('is told that there were two factors', async () => {
    const registered = await addClient(user)
    const browser = server.browser()
    const path = authorizePath(registered, { scope: 'openid' })
    const login = await browser.get((await browser.get(path)).location)
    const asked = await login.submit({ username: user.username, password: 'correct horse battery' })
    const back = await (await browser.get(asked.location)).submit({ code: mine.phone.code() })
    const answer = await consentTo(await browser.get(back.location))
    const code = new URL(answer.location).searchParams.get('code') ?? ''
    const { id_token }: { id_token: string } = await (
      await postToken(server, codeRequest(registered, code))
    ).json()
    const claims = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ acr: '2', amr: ['pwd', 'otp', 'mfa'], auth_time: server.now })
  })
})
