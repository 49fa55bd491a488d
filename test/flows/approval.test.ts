import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { everyBatchTwice } from '../faults.ts'
import { answerOf, authorizePath, codeRequest, errorOf, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addUser, applySchema, issuer, startedAt, startServer } from '../server.ts'

const registration = {
  mode: 'open',
  initialAccessToken: '',
  approval: true,
  mostOfNetwork: 1000,
  documents: undefined,
} as const
const server = startServer({ config: { registration } })
const redirect_uris = ['https://app.example/callback']
let root: Browser
let bob: Browser
let waiting: Awaited<ReturnType<typeof register>>

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
  bob = await server.signedIn(await addUser('bob'))
})

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM clients').run()
  waiting = await register({ redirect_uris, client_name: 'Newcomer' })
})

async function register(metadata: object, at = server) {
  const headers = { 'content-type': 'application/json' }
  const response = await at.fetch('/o/register', { method: 'POST', body: JSON.stringify(metadata), headers })
  const answer = await response.json<Record<string, string>>()
  const { client_id: id = '', client_secret: secret = '', registration_access_token = '' } = answer
  return {
    client: { id, type: 'confidential' as const, redirectUris: redirect_uris },
    secret,
    registration_access_token,
  }
}

const change = (metadata: object, at = server, { client, registration_access_token } = waiting) =>
  at.fetch(`/o/register/${client.id}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${registration_access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: client.id, client_name: 'Newcomer', ...metadata }),
  })

const approvalPath = () => `/admin/applications/${waiting.client.id}/approval`
const decide = async (decision: 'approve' | 'refuse', who = root) =>
  (await who.get(approvalPath())).submit({ decision })
const ask = (who: Browser, changes = {}) => who.get(authorizePath(waiting, { scope: 'read', ...changes }))
const eventsOf = async (type: string) =>
  (await env.DB.prepare('SELECT client_id FROM audit_events WHERE type = ?').bind(type).all()).results.filter(
    ({ client_id }) => client_id === waiting.client.id,
  ).length

describe('a client that waits for approval', () => {
  it('people are told so, signed in or not, and may try again or go back', async () => {
    for (const who of [bob, server.browser()]) {
      const page = await ask(who)
      expect([page.status, page.headers.get('cache-control')]).toEqual([403, 'no-store'])
      expect(page.text).toContain('Newcomer registered itself here')
      expect(page.html).toContain('error=unauthorized_client')
      expect(page.html).toContain('Try again')
      expect(page.html).not.toContain('/approval')
    }
    const own = await ask(root)
    expect(own.html).toContain(`href="${approvalPath()}"`)
  })

  it('prompt=none is answered by redirect', async () => {
    const answer = answerOf(await ask(bob, { prompt: 'none' }))
    expect(answer.get('error')).toBe('unauthorized_client')
  })

  it('gets no token, and an error that does not make it drop its registration', async () => {
    const known = await register({ redirect_uris, grant_types: ['client_credentials'] })
    const form = {
      grant_type: 'client_credentials',
      client_id: known.client.id,
      client_secret: known.secret,
    }
    expect(await errorOf(await postToken(server, form))).toBe('400 unauthorized_client')
    expect(await errorOf(await postToken(server, { ...form, client_secret: 'wrong' }))).toBe(
      '401 invalid_client',
    )
  })
})

describe('the queue', () => {
  it('is counted on the pages of administrators, and contains only waiting clients', async () => {
    expect((await root.get('/admin')).text).toContain('Waiting for approval: 1')
    const all = await root.get('/admin/applications')
    expect(all.text).toContain('Waiting for approval: 1')
    expect(all.html).toContain(`href="${approvalPath()}"`)
    await decide('refuse')
    const other = await register({ redirect_uris, client_name: 'Another' })
    const { html } = await root.get('/admin/applications?approval=waiting')
    expect([html.includes(other.client.id), html.includes(waiting.client.id)]).toEqual([true, false])
    await env.DB.prepare('DELETE FROM clients WHERE id = ?').bind(other.client.id).run()
    expect((await root.get('/admin/applications?approval=waiting')).text).toContain(
      'No application is waiting',
    )
    expect((await root.get('/admin')).text).not.toContain('Waiting for approval')
  })

  it('shows the whole registration, to administrators only', async () => {
    const page = await root.get(approvalPath())
    expect(page.text).toContain('https://app.example/callback')
    expect((await bob.get(approvalPath())).status).toBe(404)
    const fields = { decision: 'approve', seen_at: String(server.now) }
    expect((await bob.post(approvalPath(), fields)).status).toBeGreaterThanOrEqual(400)
    expect((await ask(bob)).status).toBe(403)
  })
})

describe('the decision of an administrator', () => {
  it('admits an approved client, and is recorded once when it is sent and written twice', async () => {
    const twice = startServer({ config: { registration }, bindings: { DB: everyBatchTwice() } })
    const page = await carriedTo(twice, root).get(approvalPath())
    expect((await page.submit({ decision: 'approve' })).status).toBe(303)
    await page.submit({ decision: 'approve' })
    expect(await eventsOf('client_approved')).toBe(1)
    const code = await obtainCode(bob, waiting, { scope: 'read' })
    expect(await tokensOf(await postToken(server, codeRequest(waiting, code)))).toHaveProperty('access_token')
    expect((await root.get(approvalPath())).status).toBe(404)
  })

  it('stops a refused client, and may be changed', async () => {
    await decide('refuse')
    expect(await eventsOf('client_refused')).toBe(1)
    expect((await ask(bob)).text).toContain('did not approve Newcomer')
    await decide('approve')
    expect((await ask(bob)).status).toBe(200)
  })

  it('applies to what the administrator saw, not to a later change of the client', async () => {
    const page = await root.get(approvalPath())
    expect((await change({ redirect_uris: ['https://elsewhere.example/'] })).status).toBe(200)
    expect((await page.submit({ decision: 'approve' })).status).toBe(409)
    expect([await eventsOf('client_approved'), (await ask(bob)).status]).toEqual([0, 400])
    await decide('approve')
    expect(await eventsOf('client_approved')).toBe(1)
  })

  it('sent again at once, does not approve what the client changed in between', async () => {
    const page = await root.get(approvalPath())
    await page.submit({ decision: 'approve' })
    await change({ redirect_uris: ['https://elsewhere.example/', ...redirect_uris] })
    const again = await page.submit({ decision: 'approve' })
    expect([again.status, again.text.includes('Waiting for approval')]).toEqual([409, true])
    expect((await ask(bob)).text).toContain('Waiting for approval')
  })

  it('counts as used once it is approved among several, and stays', async () => {
    const page = await root.get(`/admin/applications/selection?act=approve&id=${waiting.client.id}`)
    expect((await page.submit({})).status).toBe(303)
    const settled = env.DB.prepare('SELECT settled FROM client_registrations WHERE client_id = ?')
    expect(await settled.bind(waiting.client.id).first('settled')).toBe(1)
  })

  it('is the only way to resume it', async () => {
    const suspension = `/admin/applications/${waiting.client.id}/suspension`
    expect((await root.get(suspension)).status).toBe(404)
    await decide('refuse')
    expect((await root.get(suspension)).status).toBe(404)
  })

  it('sent again later, does not undo a newer decision', async () => {
    const page = await root.get(approvalPath())
    await page.submit({ decision: 'approve' })
    await (await root.get(`/admin/applications/${waiting.client.id}/suspension`)).submit({
      suspended: 'true',
    })
    server.now++
    await page.submit({ decision: 'approve' })
    expect((await ask(bob)).location).toContain('unauthorized_client')
  })
})

describe('an approved client that changes its registration (RFC 7592)', () => {
  const elsewhere = { redirect_uris: [...redirect_uris, 'https://elsewhere.example/'] }

  it('waits again; one that sends the same metadata does not', async () => {
    await decide('approve')
    expect((await change({ redirect_uris })).status).toBe(200)
    expect((await ask(bob)).status).toBe(200)
    expect((await change(elsewhere)).status).toBe(200)
    expect((await ask(bob)).text).toContain('Waiting for approval')
    await decide('approve')
    expect((await ask(bob)).status).toBe(200)
  })

  it('waits again if it was refused', async () => {
    await decide('refuse')
    await change(elsewhere)
    expect((await ask(bob)).text).toContain('Waiting for approval')
  })

  it('stays suspended if it was suspended', async () => {
    await decide('approve')
    await (await root.get(`/admin/applications/${waiting.client.id}/suspension`)).submit({
      suspended: 'true',
    })
    await change(elsewhere)
    expect((await ask(bob)).location).toContain('suspended')
    expect((await root.get(approvalPath())).status).toBe(404)
  })

  it('works on where no approval is needed', async () => {
    await decide('approve')
    const free = startServer({ config: { registration: { ...registration, approval: false } } })
    await change(elsewhere, free)
    expect((await ask(bob)).status).toBe(200)
  })
})

describe('mails about the queue', () => {
  const sent = async () => {
    const { results } = await env.DB.prepare('SELECT recipient, text FROM outbox ORDER BY number').all()
    return results
  }
  const post = { assets: env.ASSETS, email: undefined }
  const parsed = parseConfig({ ...env, ISSUER: issuer })
  const run = (after: number, db = env.DB, config = parsed) =>
    maintain(db, config, () => startedAt + after, undefined, undefined, post)

  beforeEach(async () => {
    server.now = startedAt
    const admins = ["UPDATE users SET email_verified_at = 1 WHERE username IN ('root', 'gone', 'bob')"]
    for (const text of ['DELETE FROM maintenance_runs', 'DELETE FROM outbox', ...admins])
      await env.DB.prepare(text).run()
    await run(0)
  })

  it('go to administrators with a verified address, one in six hours for all of them', async () => {
    await addUser('unproven', 'administrator')
    await addUser('gone', 'administrator')
    await env.DB.prepare(
      "UPDATE users SET email_verified_at = 1, suspended_at = 1 WHERE username = 'gone'",
    ).run()
    for (let i = 0; i < 3; i++) await register({ redirect_uris, contacts: ['victim@example.net'] })
    await run(900, everyBatchTwice())
    expect(await sent()).toEqual([
      { recipient: 'root@example.com', text: expect.stringContaining('Waiting now: 4.') },
    ])
    expect((await sent())[0]?.text).toContain(`${issuer}/admin/applications?approval=waiting`)
    // In the same second, but later.
    server.now = startedAt + 900
    await register({ redirect_uris, client_name: 'Free money at evil.example' })
    for (let quarter = 2; quarter < 25; quarter++) await run(quarter * 900)
    expect((await sent()).length).toBe(1)
    await run(25 * 900)
    expect((await sent()).length).toBe(2)
    expect((await sent())[1]?.text).not.toContain('evil')
    await run(50 * 900)
    expect((await sent()).length).toBe(2)
  })

  it('are not sent when nothing waits, nor without an address of this server for the link', async () => {
    await run(900, env.DB, { ...parsed, issuer: undefined })
    expect(await sent()).toEqual([])
    await decide('refuse')
    await run(1800)
    expect(await sent()).toEqual([])
  })

  it('tell a developer who was made the owner, and no other address', async () => {
    await decide('approve')
    expect(await sent()).toEqual([])
    const other = await register({ redirect_uris, client_name: 'Handed over' })
    const given = "UPDATE clients SET owner_id = (SELECT id FROM users WHERE username = 'bob') WHERE id = ?"
    await env.DB.prepare(given).bind(other.client.id).run()
    await (await root.get(`/admin/applications/${other.client.id}/approval`)).submit({ decision: 'refuse' })
    expect(await sent()).toEqual([
      { recipient: 'bob@example.com', text: expect.stringContaining('“Handed over”') },
    ])
  })
})
