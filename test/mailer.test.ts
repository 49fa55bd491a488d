import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../src/app.ts'
import { type Bindings, type MailSettings, parseConfig } from '../src/config.ts'
import type { Language } from '../src/values/language.ts'
import { Browser } from './browser.ts'
import { mailsTo } from './mails.ts'
import { addUser, applySchema, issuer, type Server, startedAt, startServer } from './server.ts'
import { mails } from './texts/mails.ts'

beforeAll(applySchema)
beforeEach(() => env.DB.prepare('DELETE FROM sign_in_attempts').run())
afterEach(() => vi.restoreAllMocks())

let people = 0

const http: MailSettings = {
  mailer: 'http',
  from: 'id@latchkey.example',
  apiUrl: 'https://mail.example/send',
  apiToken: 'token-of-the-mail-api',
}

/** Makes a server send one mail; returns the receiver's address. */
async function askForMail(server: Server): Promise<{ email: string; status: number; userId: string }> {
  const { username, id } = await addUser(`mailed${people++}`)
  const page = await (await server.browser().get('/password-reset')).submit({ account: username })
  return { email: `${username}@example.com`, status: page.status, userId: id }
}

describe('MAILER', () => {
  const settings = (variables: Record<string, unknown>) => {
    const bindings: Bindings = { ...env, ...variables }
    return parseConfig(bindings).mail.mailer
  }

  it('is an outbox in development, and off elsewhere', () => {
    expect(settings({})).toBe('outbox')
    expect(settings({ ISSUER: 'http://localhost:8000' })).toBe('outbox')
    expect(settings({ ISSUER: 'https://id.example' })).toBe('off')
  })

  it.each([
    [{ ISSUER: 'https://id.example', MAILER: 'outbox' }, 'MAILER=outbox shows every mail'],
    [{ MAILER: 'http' }, 'MAIL_FROM'],
    [{ MAILER: 'http', MAIL_FROM: 'id@latchkey.example' }, 'MAIL_API_URL'],
    [{ MAILER: 'http', MAIL_API_URL: 'http://mail.example' }, 'must be an https URL'],
    [{ MAILER: 'send_email', MAIL_FROM: 'id@latchkey.example' }, 'EMAIL'],
    [{ MAILER: 'pigeon' }, 'MAILER'],
  ])('refuses %j', (variables, reason) => {
    expect(() => settings(variables)).toThrow(reason)
  })
})

describe('the outbox', () => {
  it('shows the mails, with links that work', async () => {
    const server = startServer()
    const { email } = await askForMail(server)
    const page = await server.browser().get('/dev/outbox')
    expect(page.text).toContain(email)
    expect(page.html).toMatch(/<a href="http:\/\/localhost:8000\/password-reset\/password\?token=[\w-]{43}">/)
  })

  it.each([
    ['with another mailer', { mail: http }],
    ['without one', { mail: { ...http, mailer: 'off' } }],
    ['for an issuer that is not localhost', { issuer: 'https://id.example' }],
  ] as const)('is nowhere else: %s', async (_, config) => {
    const server = startServer({ config })
    const origin = 'issuer' in config ? config.issuer : ''
    expect((await server.fetch(`${origin}/dev/outbox`)).status).toBe(404)
  })
})

describe('a mail by the API', () => {
  it('is one JSON request, with the text in both formats', async () => {
    const calls: { url: string; init: RequestInit }[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init = {}) => {
      calls.push({ url: String(url), init })
      return new Response('{}')
    })
    const { email } = await askForMail(startServer({ config: { mail: http } }))
    expect(calls).toHaveLength(1)
    expect(calls[0]?.url).toBe(http.apiUrl)
    expect(new Headers(calls[0]?.init.headers).get('Authorization')).toBe(`Bearer ${http.apiToken}`)
    const body = JSON.parse(String(calls[0]?.init.body))
    expect(body).toMatchObject({ from: http.from, to: email, subject: 'Choose a new password' })
    const url = /http:\S+token=[\w-]{43}/.exec(body.text)?.[0] ?? 'missing'
    expect(body.html).toContain(`<a href="${url}">`)
  })

  it.each([
    ['refuses it', async () => new Response('no such mailbox as you@example.com', { status: 422 })],
    [
      'is out',
      async () => {
        throw new Error('connect to you@example.com failed')
      },
    ],
  ])('that %s changes no answer, and is logged without the address', async (_, answer) => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(answer)
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => lines.push(String(line)))
    const { status, email, userId } = await askForMail(startServer({ config: { mail: http } }))
    expect(status).toBe(303)
    const events = await env.DB.prepare(
      `SELECT * FROM audit_events WHERE type = 'mail_failed' AND user_id = ?`,
    )
      .bind(userId)
      .all()
    expect(events.results).toHaveLength(1)
    expect(lines.join()).toContain('mail_failed')
    for (const address of [email, 'you@example.com']) {
      expect(JSON.stringify(events.results) + lines.join()).not.toContain(address)
    }
  })
})

describe('a mail by the binding', () => {
  it('is handed to Cloudflare', async () => {
    const sent: unknown[] = []
    const EMAIL: SendEmail = {
      send: async (mail: unknown) => {
        sent.push(mail)
        return { messageId: '1' }
      },
    }
    const mail = { ...http, mailer: 'send_email' } as const
    const { email } = await askForMail(startServer({ config: { mail }, bindings: { EMAIL } }))
    expect(sent).toMatchObject([{ from: http.from, to: email, subject: 'Choose a new password' }])
  })
})

describe('the language of a mail', () => {
  const guess = async (server: Server, username: string, language: Language) => {
    await env.DB.prepare('UPDATE users SET language = ?, language_chosen_at = 1 WHERE username = ?')
      .bind(language, username)
      .run()
    const browser = server.browser()
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) {
      const page = await (await browser.get('/login')).submit({ username, password: 'wrong password' })
      statuses.push(page.status)
    }
    return statuses
  }
  const assetsWithout = (missing: (path: string) => boolean): Fetcher => {
    const fetch = async (input: URL) =>
      missing(input.pathname) ? new Response('', { status: 404 }) : env.ASSETS.fetch(input)
    return new Proxy(env.ASSETS, { get: (_, name) => (name === 'fetch' ? fetch : undefined) })
  }

  it.each<[Language, string]>([
    ['de', 'lang="de" dir="ltr"'],
    ['ar', 'lang="ar" dir="rtl"'],
  ])('is that of its reader, also on the way to an application: %s', async (language, tag) => {
    const { username } = await addUser(`guessed-in-${language}`)
    await guess(startServer(), username, language)
    const [mail] = await mailsTo(`${username}@example.com`)
    expect(mail?.subject).toBe(mails[language].locked.subject)
    expect(mail?.html).toContain(`<html ${tag}>`)
    expect(mail?.text).toContain(mails[language].locked.link)
    expect(mail?.text).not.toMatch(/\{\w+\}|undefined/)
  })

  it('is English when the language can’t be read', async () => {
    // Each isolate reads a language once: a new one has read none.
    vi.resetModules()
    const { startServer } = await import('./server.ts')
    const ASSETS = assetsWithout((path) => path === '/messages/mails/de.json')
    const { username } = await addUser('guessed-without-german')
    await guess(startServer({ bindings: { ASSETS } }), username, 'de')
    const [mail] = await mailsTo(`${username}@example.com`)
    expect(mail?.subject).toBe(mails.en.locked.subject)
    expect(mail?.html).toContain('<html lang="en" dir="ltr">')
  })

  it('that can’t be read at all changes no answer, and is logged', async () => {
    vi.resetModules()
    const { startServer } = await import('./server.ts')
    const ASSETS = assetsWithout((path) => path.startsWith('/messages/mails/'))
    const { username, id } = await addUser('guessed-without-words')
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const statuses = await guess(startServer({ bindings: { ASSETS } }), username, 'de')
    expect(statuses).toEqual([400, 400, 400, 400, 400])
    expect(await mailsTo(`${username}@example.com`)).toEqual([])
    const noted = env.DB.prepare(`SELECT id FROM audit_events WHERE type = 'mail_failed' AND user_id = ?`)
    expect((await noted.bind(id).all()).results).toHaveLength(1)
  })
})

describe('no request waits for a mail', () => {
  it('and the page is sent before the mail', async () => {
    let leave = () => {}
    const handedOver = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(() => new Promise((resolve) => (leave = () => resolve(new Response('{}')))))
    const app = createApp({ ...parseConfig({ ...env }), mail: http }, () => startedAt)
    const waiting: ExecutionContext[] = []
    const browser = new Browser(async (path, init) => {
      const ctx = createExecutionContext()
      waiting.push(ctx)
      return app.fetch(new Request(new URL(path, issuer), init), { ...env }, ctx)
    })
    const { username } = await addUser(`mailed${people++}`)
    const page = await (await browser.get('/password-reset')).submit({ account: username })
    expect(page.status).toBe(303)
    await vi.waitFor(() => expect(handedOver).toHaveBeenCalled(), { timeout: 60_000 })
    leave()
    for (const ctx of waiting) await waitOnExecutionContext(ctx)
  })
})

describe('without a mailer', () => {
  it('no mail is offered', async () => {
    const server = startServer({ config: { mail: { ...http, mailer: 'off' } } })
    expect((await server.browser().get('/login')).html).not.toContain('/password-reset')
    for (const path of ['/password-reset', '/password-reset/sent', '/password-reset/password']) {
      expect((await server.browser().get(path)).status).toBe(404)
    }
    expect(await mailsTo('nobody@example.com')).toEqual([])
  })
})
