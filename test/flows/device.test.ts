import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { deviceCodeGrant } from '../../src/rules/clients/client.ts'
import type { Browser, Page } from '../browser.ts'
import { errorOf, introspect, postToken, type Tokens, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, type Server, startServer } from '../server.ts'

interface Started {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

let server: Server
let browser: Browser
let tv: Registered
let box: Registered

beforeAll(async () => {
  await applySchema()
  server = startServer()
  const ada = await addUser('ada')
  tv = await addClient(ada, {
    type: 'public',
    grantType: 'device-code',
    redirectUris: [],
    name: 'Television',
  })
  box = await addClient(ada, { grantType: 'device-code', redirectUris: [], name: 'Box' })
  browser = await server.signedIn(ada)
})

const post = (body: Record<string, string>, headers: Record<string, string> = {}) =>
  server.fetch('/o/device-authorization', { method: 'POST', body: new URLSearchParams(body), headers })

async function start(client: Registered = tv, scope = 'read openid'): Promise<Started> {
  const secret = client.client.type === 'confidential' ? { client_secret: client.secret } : {}
  const response = await post({ client_id: client.client.id, scope, ...secret })
  expect(response.status).toBe(200)
  return response.json()
}

const poll = (device_code: string, { client, secret }: Registered = tv) =>
  postToken(server, {
    grant_type: deviceCodeGrant,
    device_code,
    client_id: client.id,
    client_secret: client.type === 'confidential' ? secret : undefined,
  })

async function askPage(code: string, from: Browser = browser): Promise<Page> {
  return (await from.get('/o/device')).submit({ user_code: code })
}

async function answer(
  code: string,
  decision: 'authorize' | 'cancel',
  from: Browser = browser,
): Promise<Page> {
  return (await askPage(code, from)).submit({ decision })
}

describe('device authorization (RFC 8628)', () => {
  it('answers with everything that real devices need', async () => {
    const started = await start()
    expect(started).toEqual({
      device_code: expect.stringMatching(/^lkd_[A-Za-z0-9_-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: 'http://localhost:8000/o/device',
      verification_uri_complete: `http://localhost:8000/o/device?user_code=${started.user_code}`,
      expires_in: 600,
      interval: 5,
    })
  })

  it('is in both metadata documents', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      const metadata: Record<string, unknown> = await (await server.fetch(path)).json()
      expect(metadata.device_authorization_endpoint).toBe('http://localhost:8000/o/device-authorization')
      expect(metadata.grant_types_supported).toContain(deviceCodeGrant)
    }
  })

  it('gives a device its tokens, with an ID token where openid was granted', async () => {
    const { device_code, user_code } = await start()
    expect(await errorOf(await poll(device_code))).toBe('400 authorization_pending')
    const done = await answer(user_code, 'authorize')
    expect(done.status).toBe(303)
    server.now += 5
    const tokens: Tokens & { id_token?: string } = await tokensOf(await poll(device_code))
    expect(tokens.scope).toBe('read openid')
    expect(tokens.id_token).toBeDefined()
    expect(tokens.refresh_token).toBeDefined()
  })

  it('accepts the code in lower case and without its dash', async () => {
    const { user_code } = await start()
    expect((await askPage(user_code.toLowerCase().replace('-', ' '))).html).toContain('Television')
  })

  it('fills in the code of the link, but never submits it', async () => {
    const { verification_uri_complete, device_code, user_code } = await start()
    const page = await browser.get(verification_uri_complete.replace('http://localhost:8000', ''))
    expect(page.html).toContain(`value="${user_code}"`)
    expect(await errorOf(await poll(device_code))).toBe('400 authorization_pending')
  })

  it('signs the person in first, and returns with the code', async () => {
    const { user_code } = await start()
    const page = await server.browser().get(`/o/device?user_code=${user_code}`)
    expect(page.status).toBe(303)
    expect(page.location).toContain(encodeURIComponent(`/o/device?user_code=${user_code}`))
  })

  it('tells a device that it was refused', async () => {
    const { device_code, user_code } = await start()
    expect((await answer(user_code, 'cancel')).status).toBe(303)
    expect(await errorOf(await poll(device_code))).toBe('400 access_denied')
  })

  it('is single use, and a second poll revokes nothing', async () => {
    const { device_code, user_code } = await start(box)
    await answer(user_code, 'authorize')
    const { access_token } = await tokensOf(await poll(device_code, box))
    expect(await errorOf(await poll(device_code, box))).toBe('400 invalid_grant')
    expect((await introspect(server, box, access_token)).active).toBe(true)
  })

  it('has one winner of sixty polls at once', async () => {
    const { device_code, user_code } = await start()
    await answer(user_code, 'authorize')
    const all = await Promise.all(Array.from({ length: 60 }, () => poll(device_code)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('has one winner of sixty answers at once', async () => {
    const { device_code, user_code } = await start()
    const people = [browser]
    for (const name of ['bob', 'cleo', 'dan']) people.push(await server.signedIn(await addUser(name)))
    const pages: Page[] = []
    for (const person of people) {
      for (let i = 0; i < 15; i++) pages.push(await askPage(user_code, person))
    }
    const decisions = pages.map((_, i) => (i % 2 === 0 ? 'authorize' : 'cancel'))
    const answers = await Promise.all(pages.map((page, i) => page.submit({ decision: decisions[i] ?? '' })))
    const winners = answers.flatMap(({ status }, i) => (status === 303 ? (decisions[i] ?? []) : []))
    expect(winners).toHaveLength(1)
    expect((await poll(device_code)).status).toBe(winners[0] === 'authorize' ? 200 : 400)
  })

  it('belongs to its client', async () => {
    const { device_code, user_code } = await start()
    await answer(user_code, 'authorize')
    expect(await errorOf(await poll(device_code, box))).toBe('400 invalid_grant')
    expect((await poll(device_code)).status).toBe(200)
  })

  it('is not an authorization code, and an authorization code is not a device code', async () => {
    const { device_code } = await start()
    const form = { grant_type: 'authorization_code', code: device_code, client_id: tv.client.id }
    expect(await errorOf(await postToken(server, form))).toBe('400 unauthorized_client')
    expect(await errorOf(await poll(`lkc_${device_code.slice(4)}`))).toBe('400 invalid_grant')
  })

  it('asks again when the application has changed since the page was shown', async () => {
    const { device_code, user_code } = await start()
    const page = await askPage(user_code)
    await server.env.DB.prepare("UPDATE clients SET name = 'Your bank' WHERE id = ?").bind(tv.client.id).run()
    const again = await page.submit({ decision: 'authorize' })
    expect(again.status).toBe(200)
    expect(again.html).toContain('Your bank')
    expect(await errorOf(await poll(device_code))).toBe('400 authorization_pending')
    await server.env.DB.prepare("UPDATE clients SET name = 'Television' WHERE id = ?")
      .bind(tv.client.id)
      .run()
  })

  it('expires', async () => {
    const { device_code, user_code } = await start()
    server.now += 600
    expect(await errorOf(await poll(device_code))).toBe('400 expired_token')
    expect((await askPage(user_code)).status).toBe(400)
  })

  it('does not count a poll whose client authentication fails', async () => {
    const { device_code } = await start(box)
    const wrong = { client: box.client, secret: `lk_${'A'.repeat(43)}` }
    expect(await errorOf(await poll(device_code, wrong))).toBe('401 invalid_client')
    expect(await errorOf(await poll(device_code, box))).toBe('400 authorization_pending')
  })

  it('treats two polls within a second as one, and slows a device down only when it polls far too fast', async () => {
    const { device_code } = await start()
    const polled = async () => errorOf(await poll(device_code))
    expect(await polled()).toBe('400 authorization_pending')
    expect(await polled()).toBe('400 authorization_pending')
    server.now += 1
    expect(await polled()).toBe('400 authorization_pending')
    server.now += 1
    expect(await polled()).toBe('400 slow_down')
    // The interval is ten seconds now: half of it is not far below it.
    server.now += 5
    expect(await polled()).toBe('400 authorization_pending')
  })

  it('refuses an application that is not registered for the grant', async () => {
    const ada = await addUser('eve')
    const web = await addClient(ada, { type: 'public' })
    expect(await errorOf(await post({ client_id: web.client.id, scope: 'read' }))).toBe(
      '400 unauthorized_client',
    )
    const also = await addClient(ada, { type: 'public', furtherGrantTypes: ['device-code'] })
    expect((await post({ client_id: also.client.id, scope: 'read' })).status).toBe(200)
  })

  it('accepts an empty scope and an empty secret', async () => {
    const response = await post({ client_id: tv.client.id, scope: '', client_secret: '' })
    expect(response.status).toBe(200)
  })

  it('limits the codes that a person may try', async () => {
    const guesser = await server.signedIn(await addUser('mallory'))
    const statuses: number[] = []
    for (let i = 0; i < 22; i++) statuses.push((await askPage('BBBB-BBBB', guesser)).status)
    expect(statuses.at(0)).toBe(400)
    expect(statuses.at(-1)).toBe(429)
    const { headers } = await askPage('BBBB-BBBB', guesser)
    expect(headers.get('Retry-After')).toMatch(/^[1-9][0-9]*$/)
    // Another person is not affected.
    const { user_code } = await start()
    expect((await askPage(user_code)).html).toContain('Television')
  })

  it('limits how many may wait from one network', async () => {
    const headers = { 'cf-connecting-ip': '203.0.113.77' }
    const sent = { client_id: tv.client.id, scope: 'read' }
    for (let i = 0; i < 200; i++) await post(sent, headers)
    expect((await post(sent, headers)).status).toBe(503)
    expect((await post(sent, { 'cf-connecting-ip': '203.0.113.78' })).status).toBe(200)
  })

  it('limits how many may wait from one IPv6 site', async () => {
    const sent = { client_id: tv.client.id, scope: 'read' }
    await env.DB.prepare('DELETE FROM device_authorizations').run()
    await post(sent, { 'cf-connecting-ip': '2001:db8:7::1' })
    await env.DB.prepare(
      `INSERT INTO device_authorizations (device_code_hash, user_code_hash, client_id, scope, resources, poll_interval, origin, created_at, expires_at)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
       SELECT 'd' || i, 'u' || i, client_id, scope, resources, poll_interval,
         substr(origin, 1, instr(origin, '.')) || (i % 100), created_at, expires_at
       FROM n, (SELECT * FROM device_authorizations)`,
    ).run()
    expect((await post(sent, { 'cf-connecting-ip': '2001:db8:7:9::1' })).status).toBe(503)
    expect((await post(sent, { 'cf-connecting-ip': '2001:db8:8::1' })).status).toBe(200)
  })
})
