import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { encryptable } from '../../src/rules/encryption.ts'
import { carriedTo, pathOf, register } from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { beforeFirstWrite, betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { answerOf, authorizePath, codeRequest, type Known, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

const server = startServer()
let root: Browser
let ada: Browser
let bob: Browser
let known: Known
let people = 0

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
  bob = await server.signedIn(await addUser('bob'))
})

beforeEach(async () => {
  server.now = startedAt
  ada = await server.signedIn(await addUser(`ada${++people}`))
  // One that was verified before would forbid another with its name.
  await env.DB.prepare(`DELETE FROM clients WHERE name = 'Diary'`).run()
  known = await register(ada, { name: 'Diary' })
})

const trustPath = () => `/admin/applications/${known.client.id}/trust`

async function trust(value: string, admin = root): Promise<Page> {
  return (await admin.get(trustPath())).submit({ trust: value })
}

async function trustNow(): Promise<unknown> {
  return env.DB.prepare('SELECT trust FROM clients WHERE id = ?').bind(known.client.id).first('trust')
}

const asks = async (changes: Record<string, string> = {}, browser = bob) =>
  (await browser.get(authorizePath(known, changes))).status === 200

describe('trust', () => {
  it.each([
    ['as usual', () => server],
    ['with every batch executed twice', () => startServer({ bindings: { DB: everyBatchTwice() } })],
    ['with every first answer lost', () => startServer({ bindings: { DB: everyFirstAnswerLost() } })],
  ])('is set by an administrator, and is recorded once, %s', async (_, start) => {
    const page = await trust('verified', carriedTo(start(), root))
    expect([page.status, page.location]).toEqual([303, pathOf(known, '/settings?saved=trust')])
    expect((await ada.get(pathOf(known))).text).toContain('Verified')
    const { results } = await env.DB.prepare(
      `SELECT detail FROM audit_events WHERE type = 'client_trust_changed' AND client_id = ?`,
    )
      .bind(known.client.id)
      .all()
    expect(results).toEqual([{ detail: 'verified' }])
  })

  it.each(['', 'x', '1.5', '1e999', '-1', '1e21', '99999999999999999999'])(
    'asks again when the time of what was seen is no number of ours: %s',
    async (seen_at) => {
      const page = await (await root.get(trustPath())).submit({ trust: 'verified', seen_at })
      expect([page.status, await trustNow()]).toEqual([400, 'unverified'])
    },
  )

  it("can't be set by developers", async () => {
    const form = await root.get(trustPath())
    expect((await ada.get(trustPath())).status).toBe(404)
    const fields = { ...form.forms[0]?.fields, trust: 'first-party' }
    expect((await ada.post(trustPath(), fields)).status).toBe(404)
    expect(await trustNow()).toBe('unverified')
  })

  it("can't be set by a former administrator", async () => {
    const eve = await addUser(`eve${people}`, 'administrator')
    const demote = () => env.DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(eve.id).run()
    const browser = await server.signedIn(eve)
    const form = await browser.get(trustPath())
    const other = startServer({ bindings: { DB: betweenReadAndWrite(demote) } })
    await carriedTo(other, browser).post(trustPath(), { ...form.forms[0]?.fields, trust: 'first-party' })
    expect(await trustNow()).toBe('unverified')
  })

  it.each([0, 5])(
    'is not given to what was changed since the administrator looked, %i s ago',
    async (age) => {
      const form = await root.get(trustPath())
      server.now += age
      await (await ada.get(pathOf(known, '/update'))).submit({ name: 'Bank' })
      const page = await form.submit({ trust: 'verified' })
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('changed in the meantime')])
      expect(await trustNow()).toBe('unverified')
    },
  )

  const key = { kty: 'EC', crv: 'P-256', x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4' }
  const jwks = JSON.stringify({ keys: [{ ...key, y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' }] })
  const forms: Readonly<Record<string, readonly Record<string, string>[]>> = {
    '/update': [
      { name: 'Bank' },
      { client_type: 'public' },
      { authorization_grant_type: 'device-code' },
      { authorization_grant_type: 'client-credentials' },
      { further_grant_types: 'client-credentials' },
      { redirect_uris: 'https://evil.example/' },
      { redirect_uris: 'https://app.example/callback\nhttps://evil.example/' },
      { post_logout_redirect_uris: 'https://evil.example/' },
      { allowed_origins: 'https://evil.example' },
    ],
    '/policy': [
      { scope: 'openid read write profile email offline_access pay' },
      { access_token_format: 'opaque' },
      { access_token_signed_response_alg: 'RS256' },
      { access_token_lifetime: '12h' },
      { refresh_tokens: 'no' },
      { refresh_idle_lifetime: '300d' },
      { refresh_absolute_lifetime: '300d' },
      { jwks },
      { jwks, token_endpoint_auth_signing_alg: 'ES256' },
      { jwks, client_assertion_audience: 'list' },
      { jwks, keys_use: 'requests' },
      ...Object.values(encryptable).map(({ alg, enc }) => ({ jwks, [alg]: 'ECDH-ES', [enc]: 'A256GCM' })),
      { jwks_uri: 'https://evil.example/jwks' },
      { profile: 'mcp' },
      { jwks, require_signed_request_object: 'true' },
      { request_object_signing_alg: 'ES256' },
      { authorization_signed_response_alg: 'ES256' },
      { introspection_signed_response_alg: 'ES256' },
      { require_pushed_authorization_requests: 'true' },
      { dpop_bound_access_tokens: 'true' },
      { id_token_signed_response_alg: 'ES256' },
      { userinfo_signed_response_alg: 'ES256' },
      { claims_in_id_token: 'yes' },
      { subject_type: 'pairwise' },
      { sector_identifier_uri: 'https://evil.example/uris.json' },
      { backchannel_logout_uri: 'https://evil.example/logout' },
      { frontchannel_logout_uri: 'https://evil.example/logout' },
      { initiate_login_uri: 'https://evil.example/login' },
      { factors: 'two' },
    ],
  }
  const everyChange = (['verified', 'first-party'] as const).flatMap((value) =>
    Object.entries(forms).flatMap(([form, all]) => all.map((changes) => [value, form, changes] as const)),
  )

  it('covers everything that a developer may change: each field of both forms is in this table', async () => {
    const notTheirs = ['form_token', 'attempt', 'kind', 'encryption']
    for (const [form, changes] of Object.entries(forms)) {
      const [, main = ''] = (await ada.get(pathOf(known, form))).html.split('<main')
      const fields = [...main.matchAll(/ name="(\w+)"/g)].map(([, name = '']) => name)
      expect(fields.length).toBeGreaterThan(8)
      const changed = new Set(changes.flatMap((change) => Object.keys(change)))
      expect(fields.filter((field) => !notTheirs.includes(field) && !changed.has(field))).toEqual([])
    }
  })

  const scopes = 'read write openid profile email offline_access'

  it.each(everyChange)('%s ends when the developer changes %s: %o', async (value, form, changes) => {
    await env.DB.prepare(`INSERT OR IGNORE INTO scopes (name, description) VALUES ('pay', 'Pay')`).run()
    const save = async (fields: Record<string, string>) =>
      (await ada.get(pathOf(known, form))).submit(
        form === '/policy' ? { scope: scopes, ...fields } : { name: 'Diary', ...fields },
      )
    const sector = vi.spyOn(globalThis, 'fetch')
    sector.mockImplementation(async () => Response.json(['https://app.example/callback']))
    await trust(value)
    expect((await save({})).status).toBe(303)
    expect(await trustNow()).toBe(value)
    expect([200, 303]).toContain((await save(changes)).status)
    expect(await trustNow()).toBe('unverified')
    sector.mockRestore()
  })

  it('ends when a developer saves over a change that an administrator verified', async () => {
    const form = await ada.get(pathOf(known, '/update'))
    const verify = async () => {
      await (await root.get(pathOf(known, '/update'))).submit({ name: 'Journal' })
      await trust('verified')
    }
    const racing = carriedTo(startServer({ bindings: { DB: beforeFirstWrite(verify) } }), ada)
    await racing.post(form.forms[0]?.action ?? '', form.forms[0]?.fields ?? {})
    const { name, trust: after } =
      (await env.DB.prepare('SELECT name, trust FROM clients WHERE id = ?')
        .bind(known.client.id)
        .first<{ name: string; trust: string }>()) ?? {}
    expect([name, after]).toEqual(['Diary', 'unverified'])
  })

  it('of a first-party application ends when the developer requests more scopes, for which nobody would be asked', async () => {
    await env.DB.prepare(`INSERT OR IGNORE INTO scopes (name, description) VALUES ('pay', 'Pay')`).run()
    const ask = async (scope: string, browser = ada) =>
      (await browser.get(pathOf(known, '/policy'))).submit({ scope })
    await trust('first-party')
    await ask('write')
    expect(await trustNow()).toBe('first-party')
    await ask('read write pay', root)
    expect(await trustNow()).toBe('first-party')
    await ask('openid read write pay')
    expect(await trustNow()).toBe('unverified')
    expect(await asks()).toBe(true)
  })

  it('stays when an administrator changes the name', async () => {
    await trust('verified')
    await (await root.get(pathOf(known, '/update'))).submit({ name: 'Journal' })
    expect(await trustNow()).toBe('verified')
  })
})

describe('a first-party application', () => {
  it('needs no consent, and can still be removed', async () => {
    expect(await asks()).toBe(true)
    await trust('first-party')
    const tokens = await tokensOf(await postToken(server, codeRequest(known, await obtainCode(bob, known))))
    expect(tokens.scope).toBe('read write')
    expect(answerOf(await bob.get(authorizePath(known, { prompt: 'none' }))).has('code')).toBe(true)
    const remove = await bob.get(`/account/applications/${known.client.id}/remove`)
    expect((await remove.submit({})).status).toBe(303)
    const left = await env.DB.prepare(
      'SELECT count(*) AS n FROM authorizations WHERE client_id = ? AND ended_at IS NULL',
    )
      .bind(known.client.id)
      .first('n')
    expect(left).toBe(0)
  })

  it('asks for consent when it requests it', async () => {
    await trust('first-party')
    expect(await asks({ prompt: 'consent' })).toBe(true)
  })

  it.each([
    ['http://127.0.0.1/callback', 'public'],
    ['com.example.diary:/callback', 'public'],
  ])(
    'asks for consent at %s, which proves nothing about the receiver',
    async (redirect_uris, client_type) => {
      known = await register(ada, {
        name: `Notes by ${redirect_uris.slice(0, 4)}`,
        redirect_uris,
        client_type,
      })
      await trust('first-party')
      expect(await asks()).toBe(true)
    },
  )

  it('asks for consent once it is no longer first-party, of people who never gave it', async () => {
    await trust('first-party')
    expect(await asks()).toBe(false)
    await trust('verified')
    expect(await asks()).toBe(true)
    expect(answerOf(await bob.get(authorizePath(known, { prompt: 'none' }))).get('error')).toBe(
      'consent_required',
    )
    await obtainCode(bob, known)
    expect(await asks()).toBe(false)
  })

  it('keeps earlier consents', async () => {
    await obtainCode(bob, known)
    await trust('first-party')
    await obtainCode(bob, known)
    await trust('unverified')
    expect(await asks()).toBe(false)
  })
})
