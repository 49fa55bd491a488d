import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { counted } from '../faults.ts'
import { mailsTo } from '../mails.ts'
import { recording, scansOf } from '../plans.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

const config = parseConfig({ ...env })
const server = startServer()
const day = 86_400
/** The beginning of today, UTC. */
const midnight = Math.floor(startedAt / day) * day
let root: Browser
let made = 0

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
})

const note = (at: number, type: string) =>
  env.DB.prepare(`INSERT INTO audit_events (id, at, type, reference) VALUES (?, ?, ?, 'r')`)
    .bind(`event${made++}`, at, type)
    .run()

/** Today's count and that of 14 days, by the name of the event. */
async function countsOf(name: string): Promise<readonly number[]> {
  const { text } = await root.get('/admin/health')
  const [, ...counts] = new RegExp(`${name} Today: ([\\d,]+) 14 days: ([\\d,]+)`).exec(text) ?? []
  return counts.map((count) => Number(count.replace(/(?<=\d),(?=\d{3}$)/, '')))
}

describe('the health of the server', () => {
  it('is what npm run doctor finds, each finding with its fix', async () => {
    const page = await root.get('/admin/health')
    expect(page.text).toMatch(/ISSUER Unset: only localhost is answered Good/)
    expect(page.text).toMatch(/Schema 0\d+_\w+\.sql Good/)
    expect(page.text).toMatch(/Administrator At least one Good/)
    expect(page.text).toMatch(/Audit log 0 events are sealed Good/)
    await maintain(env.DB, config, () => startedAt)
    expect((await root.get('/admin/health')).text).toMatch(/Signing key ES256 In use for 0 minutes Good/)

    const other = startServer({ config: { corsAllowAllOrigins: true } })
    other.now = startedAt
    expect((await carriedTo(other, root).get('/admin/health')).text).toMatch(
      /CORS Every web page may call the token endpoint Remove CORS_ALLOW_ALL_ORIGINS Needs attention/,
    )
  })

  it('triggers the scheduled handler where there is one', async () => {
    const deployed = startServer({ config: { issuer: 'https://id.example' } })
    deployed.now = startedAt + 3 * 3600
    // The jar is that of http on loopback, where the cookie has another name.
    const value = root.cookies.get('latchkey-session')
    const answer = await deployed.fetch('https://id.example/admin/health', {
      headers: { Cookie: `__Host-session=${value}` },
    })
    expect(await answer.text()).toMatch(/Ran 3 hours ago: nothing is purged/)
  })

  it('counts each event once, sealed or not', async () => {
    await note(midnight, 'code_replayed')
    await note(midnight - 1, 'code_replayed')
    await note(midnight - 13 * day, 'code_replayed')
    await note(midnight - 13 * day - 1, 'code_replayed')
    expect(await countsOf('Code used twice')).toEqual([1, 3])
    await maintain(env.DB, config, () => startedAt)
    await maintain(env.DB, config, () => startedAt)
    expect(await countsOf('Code used twice')).toEqual([1, 3])
    await note(midnight + 5, 'code_replayed')
    expect(await countsOf('Code used twice')).toEqual([2, 4])
    expect((await root.get('/admin/health')).text).not.toContain('Refresh token used twice')
    expect(await countsOf('Signed in')).toEqual([1, 1])
  })

  it('counts the newest 1000 unsealed events, and all sealed ones', async () => {
    await env.DB.prepare(
      `INSERT INTO audit_events (id, at, type, reference)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
       SELECT 'many' || i, ?, 'mail_failed', 'r' FROM n`,
    )
      .bind(startedAt)
      .run()
    expect(await countsOf('Email not sent')).toEqual([1000, 1000])
    await maintain(env.DB, config, () => startedAt)
    expect(await countsOf('Email not sent')).toEqual([1500, 1500])
  })

  it('counts the logout notices that wait, and those that were given up', async () => {
    const { client } = await addClient(await addUser('ada'))
    const statement = env.DB.prepare(
      `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, next_attempt_at, delivered_at)
       VALUES (?1, ?2, 'u', ?1, '', ?3, 1, ?4, ?5)`,
    )
    const insert = (id: string, at: number, nextAt: number | null, deliveredAt: number | null) =>
      statement.bind(id, client.id, at, nextAt, deliveredAt)
    await env.DB.batch([
      insert('a', startedAt, startedAt + 60, null),
      insert('b', startedAt, startedAt + 60, null),
      insert('c', startedAt, null, null),
      insert('d', startedAt, null, startedAt),
      insert('e', startedAt - 20 * day, null, null),
    ])
    const { text } = await root.get('/admin/health')
    expect(text).toMatch(/Pending 2 Failed in the last 14 days 1/)
  })

  it('takes six round trips, and scans no table', async () => {
    const count = counted()
    await carriedTo(startServer({ bindings: { DB: count.db } }), root).get('/admin/health')
    expect(count.counts).toEqual({ reads: 6, writes: 0, gets: 0, puts: 0 })
    const statements = new Set<string>()
    await carriedTo(startServer({ bindings: { DB: recording(statements) } }), root).get('/admin/health')
    expect(statements.size).toBeGreaterThan(8)
    const scans = await scansOf(statements)
    expect(scans.filter((scan) => !/ LIMIT |d1_migrations/.test(scan))).toEqual([])
  })
})

describe('a test mail', () => {
  let people = 0
  let sender: Browser
  let email: string

  afterEach(() => vi.restoreAllMocks())
  beforeEach(async () => {
    await env.DB.prepare('DELETE FROM outbox').run()
    const user = await addUser(`root${people++}`, 'administrator')
    email = `${user.username}@example.com`
    sender = await startServer().signedIn(user)
  })

  const settings = { from: 'id@latchkey.example', apiUrl: 'https://mail.example/send', apiToken: 'token' }
  const send = async (server = startServer()) =>
    (await carriedTo(server, sender).get('/admin/health')).submit({})

  it('goes to the administrator who requests it, and to nobody else', async () => {
    const page = await send()
    expect([page.status, page.location]).toEqual([303, '/admin/health?mailed='])
    expect((await sender.get(page.location)).text).toContain('The test email was handed over')
    const [mail] = await mailsTo(email)
    expect([mail?.subject, mail?.text.includes('You asked http://localhost:8000 for an email')]).toEqual([
      'A test email',
      true,
    ])
    expect(await env.DB.prepare('SELECT count(*) AS n FROM outbox').first('n')).toBe(1)
  })

  it('shows the answer, to administrators only', async () => {
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

  it('is not possible without a mailer, or without an address', async () => {
    const off = startServer({ config: { mail: { ...settings, mailer: 'off' } } })
    const page = await carriedTo(off, sender).get('/admin/health')
    expect([page.text.includes('No email is sent'), page.html.includes('Send a test email')]).toEqual([
      true,
      false,
    ])
    await env.DB.prepare('UPDATE users SET email = NULL WHERE email = ?').bind(email).run()
    expect((await sender.get('/admin/health')).text).toContain('Add an email address to your account')
  })
})
