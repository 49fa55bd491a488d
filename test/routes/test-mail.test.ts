import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { mailsTo } from '../mails.ts'
import { addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)
beforeEach(() => env.DB.prepare('DELETE FROM outbox').run())
afterEach(() => vi.restoreAllMocks())

let people = 0
let root: Browser
let email: string

beforeEach(async () => {
  const user = await addUser(`root${people++}`, 'administrator')
  email = `${user.username}@example.com`
  root = await startServer().signedIn(user)
})

const settings = { from: 'id@latchkey.example', apiUrl: 'https://mail.example/send', apiToken: 'token' }
const send = async (server = startServer()) => (await carriedTo(server, root).get('/admin/health')).submit({})

it('a test mail goes to the administrator who requests it, and to nobody else', async () => {
  const page = await send()
  expect([page.status, page.location]).toEqual([303, '/admin/health?mailed='])
  expect((await root.get(page.location)).text).toContain('The test email was handed over')
  const [mail] = await mailsTo(email)
  expect([mail?.subject, mail?.text.includes('You asked http://localhost:8000 for an email')]).toEqual([
    'A test email',
    true,
  ])
  expect(await env.DB.prepare('SELECT count(*) AS n FROM outbox').first('n')).toBe(1)
})

it('the answer is shown, to administrators only', async () => {
  vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('no', { status: 403 }))
  const refused = await send(startServer({ config: { mail: { ...settings, mailer: 'http' } } }))
  expect(refused.status).toBe(400)
  expect(refused.text).toMatch(/The test email was refused: .*403/)
  expect(refused.html).not.toContain('token-of')

  const binding = { send: () => Promise.reject(new Error('sender <domain> not verified')) }
  const mail = { ...settings, mailer: 'send_email' } as const
  // The used part of Cloudflare's binding.
  const server = startServer({ config: { mail }, bindings: { EMAIL: binding as unknown as SendEmail } })
  const unverified = await send(server)
  expect(unverified.html).toContain('The test email was refused: sender &lt;domain&gt; not verified')
  expect(unverified.text).toContain('Email is sent by send_email, from id@latchkey.example')
})

it('nothing can be sent without a mailer, or without an address', async () => {
  const off = startServer({ config: { mail: { ...settings, mailer: 'off' } } })
  const page = await carriedTo(off, root).get('/admin/health')
  expect([page.text.includes('No email is sent'), page.html.includes('Send a test email')]).toEqual([
    true,
    false,
  ])
  await env.DB.prepare('UPDATE users SET email = NULL WHERE email = ?').bind(email).run()
  expect((await root.get('/admin/health')).text).toContain('Add an email address to your account')
})
