import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { answerOf, authorizePath, consentTo } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startedAt, startServer } from '../server.ts'

const server = startServer()
let bob: Browser
let known: Registered
let owner: User
let made = 0

beforeAll(async () => {
  await applySchema()
  bob = await server.signedIn(await addUser('bob'))
})

beforeEach(async () => {
  server.now = startedAt
  await env.DB.prepare(
    `INSERT INTO scopes (name, description) VALUES ('pay', 'Pay for you')
     ON CONFLICT (name) DO UPDATE SET description = excluded.description, resource = NULL`,
  ).run()
  owner = await addUser(`ada${made++}`)
  known = await addClient(owner, {
    name: 'Weather',
    redirectUris: ['https://weather.example/callback'],
    policy: { ...defaultClientPolicy, scope: ['read', 'write', 'pay'] },
  })
})

const change = (set: string) =>
  env.DB.prepare(`UPDATE clients SET ${set} WHERE id = ?`).bind(known.client.id).run()

const path = (changes = {}) =>
  authorizePath(known, { scope: 'read pay', redirect_uri: undefined, ...changes })

const consents = async () => {
  const { results } = await env.DB.prepare(
    'SELECT redirect_host, client_name, trust, scope FROM consent_hosts WHERE client_id = ? ORDER BY redirect_host',
  )
    .bind(known.client.id)
    .all()
  return results
}

const logo = async (hash: string) =>
  env.DB.prepare(
    `INSERT INTO client_logos (client_id, hash, type, content) VALUES (?, ?, 'image/png', 'AAAA')
     ON CONFLICT DO UPDATE SET hash = excluded.hash`,
  )
    .bind(known.client.id, hash)
    .run()

/** Everything that the consent page shows, and how it can change while the page is open. */
const changes: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
  ['the name', () => change(`name = 'Your bank'`), /Your bank<\/bdi> asks/],
  ['the redirect host', () => change(`redirect_uris = '["https://evil.example/"]'`), /evil\.example/],
  ['its trust', () => change(`trust = 'verified'`), /Verified/],
  [
    'its owner',
    async () => {
      const { id } = await addUser(`other${made}`)
      await env.DB.prepare(`UPDATE users SET email = ?, email_verified_at = 1 WHERE id = ?`)
        .bind(`other${made}@other.example`, id)
        .run()
      await change(`owner_id = '${id}'`)
    },
    /address at <bdi>other\.example/,
  ],
  [
    'the description of a scope',
    () => env.DB.prepare(`UPDATE scopes SET description = 'Take it all' WHERE name = 'pay'`).run(),
    /Take it all/,
  ],
  [
    'the API of a scope',
    () =>
      env.DB.batch([
        env.DB.prepare(
          `INSERT INTO resources (identifier, name, created_at) VALUES ('https://bank.example', 'The bank', 0) ON CONFLICT DO NOTHING`,
        ),
        env.DB.prepare(`UPDATE scopes SET resource = 'https://bank.example' WHERE name = 'pay'`),
      ]),
    /bank\.example/,
  ],
  ['its logo', () => logo('another'), /\/another/],
]

describe('approval of an application that changed while the page was open', () => {
  it.each(changes)('in %s is asked for again', async (_, happens, shown) => {
    await logo('first')
    const page = await bob.get(path())
    await happens()
    const again = await page.submit({ decision: 'authorize' })
    expect([again.status, again.location]).toEqual([409, ''])
    expect(again.text).toContain('has changed since you were asked')
    expect(again.html).toMatch(shown)
    expect(await consents()).toEqual([])
    expect(answerOf(await again.submit({ decision: 'authorize' })).has('code')).toBe(true)
    expect(await consents()).toHaveLength(1)
  })

  it('is asked for again when the mark is missing, forged, another person’s, or of an application that looks the same', async () => {
    const page = await bob.get(path())
    const { id: _, ...alike } = known.client
    const twin = await bob.get(
      authorizePath(await addClient(owner, alike), {
        scope: 'read pay',
        redirect_uri: undefined,
      }),
    )
    const other = await (await server.signedIn(await addUser(`eve${made}`))).get(path())
    for (const shown of [
      '',
      'x',
      'x'.repeat(43),
      ...[other, twin].map(({ forms }) => forms[0]?.fields.shown ?? ''),
    ])
      expect((await page.submit({ decision: 'authorize', shown })).status).toBe(409)
    expect(await consents()).toEqual([])
  })

  it('counts in any language, and a refusal needs no mark', async () => {
    const page = await bob.get(path())
    const german = await bob.get(path({ ui_locales: 'de' }))
    const { shown = '' } = german.forms[0]?.fields ?? {}
    expect(answerOf(await page.submit({ decision: 'authorize', shown })).has('code')).toBe(true)
    const no = await (await bob.get(path({ prompt: 'consent' }))).submit({ decision: 'cancel', shown: '' })
    expect(answerOf(no).get('error')).toBe('access_denied')
  })
})

describe('a consent', () => {
  const hosts = ['https://weather.example/callback', 'https://weather.test/callback']
  const at = (redirect_uri: string | undefined, more = {}) => bob.get(path({ redirect_uri, ...more }))
  const isAsked = async (page: Promise<Page>) => (await page).status === 200

  beforeEach(() => change(`redirect_uris = '${JSON.stringify(hosts)}'`))

  it('remembers the name, the host and the trust that were shown', async () => {
    await change(`trust = 'verified'`)
    await consentTo(await at(hosts[0]))
    const remembered = { redirect_host: 'weather.example', client_name: 'Weather', trust: 'verified' }
    expect(await consents()).toEqual([{ ...remembered, scope: 'read pay' }])
  })

  it('is remembered for each host, even when they alternate', async () => {
    for (const uri of hosts) await consentTo(await at(uri))
    for (const uri of [...hosts, ...hosts]) expect(await isAsked(at(uri))).toBe(false)
    expect(await isAsked(at(hosts[0], { scope: 'read pay write' }))).toBe(true)
    await consentTo(await at(hosts[0], { scope: 'read pay write' }))
    expect(await isAsked(at(hosts[1]))).toBe(false)
    expect(await isAsked(at(hosts[1], { scope: 'write' }))).toBe(true)
    const list = (await bob.get('/account/applications')).html
    expect(list.split(`/account/applications/${known.client.id}/remove`)).toHaveLength(2)
  })

  it('is revoked for all hosts at once', async () => {
    for (const uri of hosts) await consentTo(await at(uri))
    await (await bob.get(`/account/applications/${known.client.id}/remove`)).submit({})
    expect(await consents()).toEqual([])
    for (const uri of hosts) expect(await isAsked(at(uri))).toBe(true)
  })

  it('is asked for again when the trust was reduced, not when it was raised', async () => {
    await change(`trust = 'verified'`)
    await consentTo(await at(hosts[0]))
    await change(`trust = 'unverified'`)
    expect(await isAsked(at(hosts[0]))).toBe(true)
    await consentTo(await at(hosts[0]))
    await change(`trust = 'verified'`)
    expect(await isAsked(at(hosts[0]))).toBe(false)
  })

  it('is kept for the last 20 hosts only', async () => {
    const many = Array.from({ length: 22 }, (_, i) => `https://h${i}.example/`)
    await change(`redirect_uris = '${JSON.stringify(many)}'`)
    for (const uri of many) {
      server.now++
      await consentTo(await at(uri))
    }
    expect(await consents()).toHaveLength(20)
    expect([await isAsked(at(many[1])), await isAsked(at(many[2]))]).toEqual([true, false])
  })

  it('for a program on the device is one, whatever its port', async () => {
    await change(`redirect_uris = '["http://127.0.0.1/"]', type = 'public'`)
    for (const port of [5001, 5002]) await consentTo(await at(`http://127.0.0.1:${port}/`))
    expect(await consents()).toMatchObject([{ redirect_host: '127.0.0.1' }])
    expect(await isAsked(at('http://127.0.0.1:5002/'))).toBe(true)
  })
})
