import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashSecret, makeSecret } from '../../src/secrets/secret.ts'
import { write } from '../../src/store/database.ts'
import { insertSetupToken } from '../../src/store/people/setup-tokens.ts'
import { everyBatchTwice, faults } from '../faults.ts'
import { addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

let link = ''

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare('DELETE FROM users'), env.DB.prepare('DELETE FROM setup_tokens')])
  const token = makeSecret('setup')
  await write(env.DB, [insertSetupToken(env.DB, hashSecret(token), 0)], {})
  link = `/setup?token=${token.plain}`
})

const recorded = (type: string) =>
  env.DB.prepare('SELECT count(*) AS n FROM audit_events WHERE type = ?').bind(type).first('n')

const administrators = () =>
  env.DB.prepare(`SELECT count(*) AS n FROM users WHERE role = 'administrator'`).first('n')

describe('setting up', () => {
  it.each([
    ['as usual', {}],
    ['with every batch executed twice', { bindings: { DB: everyBatchTwice() } }],
  ])('creates the first administrator, signed in, with the playground, %s', async (_, options) => {
    const server = startServer(options)
    const browser = server.browser()
    const done = await (await browser.get(link)).submit({ username: 'ada', password })
    expect([done.status, done.location]).toEqual([303, '/?created='])
    expect((await browser.get('/')).html).toContain('ada')
    expect((await browser.get('/admin')).html).not.toContain('Nobody signed in')
    expect(
      await env.DB.prepare('SELECT owner_id FROM clients WHERE id = ?').bind('playground').first(),
    ).not.toBeNull()
  })

  it.each(['before', 'after'] as const)(
    'notes who was made, whatever fails: each call lost %s it happened, twice',
    async (when) => {
      const fault = faults()
      const browser = startServer({ bindings: { DB: fault.db } }).browser()
      let failed = 0
      for (let call = 1; call <= 6; call++) {
        await env.DB.batch([
          env.DB.prepare('DELETE FROM users'),
          env.DB.prepare('DELETE FROM audit_events'),
          env.DB.prepare('DELETE FROM setup_tokens'),
        ])
        const token = makeSecret('setup')
        await write(env.DB, [insertSetupToken(env.DB, hashSecret(token), 0)], {})
        const page = await browser.get(`/setup?token=${token.plain}`)
        fault.arm(call, [when, when])
        const { status } = await page.submit({ username: 'ada', password })
        fault.disarm()
        if (status === 503) failed++
        const made = await administrators()
        const sessions = await env.DB.prepare('SELECT count(*) AS n FROM sessions').first('n')
        const noted = [await recorded('administrator_created'), await recorded('sign_in')]
        expect([call, ...noted, sessions]).toEqual([call, made, made, made])
      }
      expect(failed).toBeGreaterThan(0)
    },
  )

  it('is closed for good afterwards', async () => {
    const server = startServer()
    const browser = server.browser()
    const page = await browser.get(link)
    await page.submit({ username: 'ada', password })
    for (const [visitor, maySignIn] of [
      [server.browser(), true],
      [browser, false],
    ] as const) {
      const { status, html } = await visitor.get(link)
      expect([status, html.includes('href="/login"')]).toEqual([404, maySignIn])
    }
    // The person who did it is signed in, and continues.
    expect((await page.submit({ username: 'eve', password })).location).toBe('/')
    expect(
      (await server.browser().post('/setup', { ...page.forms[0]?.fields, username: 'eve', password })).status,
    ).toBe(404)
    expect(await administrators()).toBe(1)
  })

  it('by eight people at once creates one administrator', async () => {
    await env.DB.prepare('DELETE FROM audit_events').run()
    const server = startServer()
    const pages = await Promise.all(Array.from({ length: 8 }, () => server.browser().get(link)))
    const answers = await Promise.all(
      pages.map((page, i) => page.submit({ username: `admin${i}`, password })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404, 404, 404, 404, 404, 404, 404])
    expect([await administrators(), await recorded('sign_in')]).toEqual([1, 1])
  })

  it('begins in the first field, and says where the name is seen', async () => {
    const { html, text } = await startServer().browser().get(link)
    expect(html).toMatch(/<input[^>]*id="username"[^>]*autofocus/)
    expect(text).toContain('You sign in with it. Other people can see it.')
    // The password can be seen: the link works once, and a mistake would lock the administrator out.
    expect(html).toContain('data-reveal="password"')
  })

  it('without the token shows nothing', async () => {
    const server = startServer()
    for (const path of ['/setup', '/setup?token=', `/setup?token=${'A'.repeat(43)}`]) {
      expect((await server.browser().get(path)).status).toBe(404)
    }
    await addUser('root', 'administrator')
    expect((await server.browser().get(link)).status).toBe(404)
  })

  it('keeps what was typed and says what to fix', async () => {
    const page = await (await startServer().browser().get(link)).submit({
      username: 'ada lovelace',
      email: 'x',
      password: 'short',
    })
    expect(page.status).toBe(400)
    expect(page.html).toContain('<title>Error: ')
    for (const field of ['username', 'email', 'password']) expect(page.html).toContain(`href="#${field}"`)
    expect(page.html).toContain('value="ada lovelace"')
    expect(page.html).not.toContain('short')
  })
})
