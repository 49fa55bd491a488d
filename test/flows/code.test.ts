import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../browser.ts'
import {
  everyBatchTwice,
  everyFirstAnswerLost,
  kvThatIsStale,
  kvThatMisses,
  kvThatThrows,
} from '../faults.ts'
import {
  codeChallenge,
  codeRequest,
  errorOf,
  obtainCode,
  postToken,
  refreshRequest,
  tokensOf,
} from '../flow.ts'
import {
  addClient,
  addUser,
  applySchema,
  type Registered,
  type Server,
  type ServerOptions,
  startServer,
} from '../server.ts'

beforeAll(applySchema)

let registered: Registered
let browser: Browser
let server: Server
let people = 0

/** A new user and client on a server with these faults. */
async function start(options: ServerOptions = {}): Promise<void> {
  server = startServer(options)
  const owner = await addUser(`user${people++}`)
  registered = await addClient(owner)
  browser = await server.signedIn(owner)
}

/** The number of token families of the client, and of the valid ones. */
async function families() {
  const row = await env.DB.prepare(
    `SELECT count(refresh_hash) AS made, count(refresh_hash) - count(ended_at) AS alive FROM authorizations WHERE client_id = ?`,
  )
    .bind(registered.client.id)
    .first<{ made: number; alive: number }>()
  return row
}

describe.each<[string, () => ServerOptions]>([
  ['KV as it is', () => ({})],
  ['KV that misses', () => ({ bindings: { CODES: kvThatMisses() } })],
  ['KV that answers with another code', () => ({ bindings: { CODES: kvThatIsStale() } })],
  ['KV that fails', () => ({ bindings: { CODES: kvThatThrows() } })],
  ['every D1 batch executed twice', () => ({ bindings: { DB: everyBatchTwice() } })],
])('60 parallel redemptions of one code, %s', (_, options) => {
  it('have one winner and create one family', async () => {
    await start(options())
    const code = await obtainCode(browser, registered)
    const requests = Array.from({ length: 60 }, () => postToken(server, codeRequest(registered, code)))
    const statuses = (await Promise.all(requests)).map((response) => response.status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(59)
    expect(await families()).toEqual({ made: 1, alive: 0 })
  })
})

describe('a retried write', () => {
  it.each([
    ['executed twice', everyBatchTwice],
    ['whose first answer was lost', everyFirstAnswerLost],
  ])('%s does not look like a replay', async (_, fault) => {
    await start({ bindings: { DB: fault() } })
    const tokens = await tokensOf(
      await postToken(server, codeRequest(registered, await obtainCode(browser, registered))),
    )
    expect(await families()).toEqual({ made: 1, alive: 1 })
    await tokensOf(await postToken(server, refreshRequest(registered, tokens.refresh_token)))
  })
})

describe.each<[string, () => ServerOptions]>([
  ['from KV', () => ({})],
  ['from D1', () => ({ bindings: { CODES: kvThatMisses() } })],
])('a failed request leaves the code usable, its values %s', (_, options) => {
  beforeEach(() => start(options()))

  it.each<[string, (request: ReturnType<typeof codeRequest>) => object, string]>([
    ['verifier', () => ({ code_verifier: 'x'.repeat(43) }), '400 invalid_grant'],
    ['missing verifier', () => ({ code_verifier: undefined }), '400 invalid_grant'],
    ['redirect URI', () => ({ redirect_uri: 'https://app.example/other' }), '400 invalid_grant'],
    ['missing redirect URI', () => ({ redirect_uri: undefined }), '400 invalid_grant'],
    [
      'secret',
      ({ client_secret }) => ({ client_secret: `${client_secret}`.replace(/.$/, '_') }),
      '401 invalid_client',
    ],
    ['missing secret', () => ({ client_secret: undefined }), '401 invalid_client'],
    ['client', () => ({ client_id: 'nobody' }), '401 invalid_client'],
  ])('%s', async (_, wrong, error) => {
    const request = codeRequest(registered, await obtainCode(browser, registered))
    expect(await errorOf(await postToken(server, { ...request, ...wrong(request) }))).toBe(error)
    await tokensOf(await postToken(server, request))
  })

  it('another client, with its own credentials', async () => {
    const stranger = await addClient(await addUser(`stranger${people++}`))
    const code = await obtainCode(browser, registered)
    const stolen = { ...codeRequest(stranger, code) }
    expect(await errorOf(await postToken(server, stolen))).toBe('400 invalid_grant')
    await tokensOf(await postToken(server, codeRequest(registered, code)))
  })
})

describe('a replay', () => {
  beforeEach(() => start())

  it.each([
    ['within the life of the code', 1],
    ['after the KV entry has expired', 3600],
  ])('by its client, %s, revokes the issued tokens', async (_, later) => {
    const code = await obtainCode(browser, registered)
    const tokens = await tokensOf(await postToken(server, codeRequest(registered, code)))
    for (const { name } of (await env.CODES.list()).keys) await env.CODES.delete(name)
    server.now += later
    expect(await errorOf(await postToken(server, codeRequest(registered, code)))).toBe('400 invalid_grant')
    expect(await errorOf(await postToken(server, refreshRequest(registered, tokens.refresh_token)))).toBe(
      '400 invalid_grant',
    )
    expect(await families()).toEqual({ made: 1, alive: 0 })
  })

  it.each([
    ['while KV has its copy', true],
    ['from its row alone', false],
  ])('by any other client, or with another verifier, revokes nothing, %s', async (_, hasCopy) => {
    const stranger = await addClient(await addUser(`mallory${people++}`))
    const code = await obtainCode(browser, registered)
    const tokens = await tokensOf(await postToken(server, codeRequest(registered, code)))
    const request = codeRequest(registered, code)
    if (!hasCopy) for (const { name } of (await env.CODES.list()).keys) await env.CODES.delete(name)
    await postToken(server, { ...request, client_secret: undefined })
    await postToken(server, { ...request, client_secret: 'lk_wrong' })
    await postToken(server, { ...request, code_verifier: 'y'.repeat(43) })
    await postToken(server, { ...request, ...codeRequest(stranger, code) })
    await tokensOf(await postToken(server, refreshRequest(registered, tokens.refresh_token)))
  })
})

describe('rows of earlier versions: a random id, the whole hash, the session in two places', () => {
  const random = 'QPYoejPpV-HZLXPD-SfHuA'
  beforeEach(async () => {
    await start()
    await env.DB.prepare('DELETE FROM authorizations').run()
  })

  /** Issued by earlier code. */
  async function obtainEarlier() {
    const code = await obtainCode(browser, registered, { scope: 'openid offline_access' })
    const request = codeRequest(registered, code)
    await env.DB.prepare(
      `UPDATE authorizations SET id = ?, code_challenge = ?, redirect_uri = ?, openid = json_set(openid, '$.sid', sid, '$.sector', null), kept_until = 0`,
    )
      .bind(random, codeChallenge, request.redirect_uri)
      .run()
    for (const { name } of (await env.CODES.list()).keys) await env.CODES.delete(name)
    return request
  }
  const row = () => env.DB.prepare('SELECT * FROM authorizations').first<Record<string, string>>()

  it('are redeemed, refreshed, and ended by a replay', async () => {
    const request = await obtainEarlier()
    const { refresh_token } = await tokensOf(await postToken(server, request))
    expect(refresh_token.slice(4, 26)).toBe(random)
    const refreshed = await tokensOf(await postToken(server, refreshRequest(registered, refresh_token)))
    expect(await errorOf(await postToken(server, request))).toBe('400 invalid_grant')
    expect(await families()).toEqual({ made: 1, alive: 0 })
    expect(await errorOf(await postToken(server, refreshRequest(registered, refreshed.refresh_token)))).toBe(
      '400 invalid_grant',
    )
  })

  it('that earlier code redeemed are ended by a replay too, and by nothing else', async () => {
    const request = await obtainEarlier()
    const before = await row()
    const { refresh_token } = await tokensOf(await postToken(server, request))
    // Earlier code changed none of these.
    const names = ['code_hash', 'code_challenge', 'redirect_uri', 'redirect_uri_sent', 'code_expires_at']
    await env.DB.prepare(`UPDATE authorizations SET ${names.map((name) => `${name} = ?`).join(', ')}`)
      .bind(...names.map((name) => before?.[name] ?? null))
      .run()
    for (const wrong of [{ code_verifier: 'x'.repeat(43) }, { redirect_uri: 'https://app.example/other' }])
      expect(await errorOf(await postToken(server, { ...request, ...wrong }))).toBe('400 invalid_grant')
    const refreshed = await tokensOf(await postToken(server, refreshRequest(registered, refresh_token)))
    expect(await errorOf(await postToken(server, request))).toBe('400 invalid_grant')
    expect(await errorOf(await postToken(server, refreshRequest(registered, refreshed.refresh_token)))).toBe(
      '400 invalid_grant',
    )
  })

  it('can be what earlier code finds: it redeems a new code, and reads a redeemed row', async () => {
    const code = await obtainCode(browser, registered, { scope: 'openid offline_access', nonce: 'n-1' })
    const issued = await row()
    expect([issued?.code_hash, issued?.code_challenge]).toEqual(
      Array(2).fill(expect.stringMatching(/^[\w-]{43}$/)),
    )
    expect(issued?.redirect_uri).toContain('https://')
    const { refresh_token } = await tokensOf(await postToken(server, codeRequest(registered, code)))
    // Members that it requires; otherwise a refresh would fail there.
    const { openid = '' } = (await row()) ?? {}
    const list = expect.any(Array)
    expect(JSON.parse(openid)).toEqual({ sid: '', acr: '1', amr: list, userinfo: list, id_token: list })
    // The session is in its column.
    const refreshed = await postToken(server, refreshRequest(registered, refresh_token))
    const { id_token } = await refreshed.json<{ id_token: string }>()
    const claims: unknown = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ sid: issued?.sid })
  })
})

describe('the lifetime of a code', () => {
  beforeEach(() => start())

  it('ends after 60 seconds', async () => {
    const code = await obtainCode(browser, registered)
    server.now += 60
    expect(await errorOf(await postToken(server, codeRequest(registered, code)))).toBe('400 invalid_grant')
    expect(await families()).toEqual({ made: 0, alive: 0 })
  })

  it('ends with its application', async () => {
    const code = await obtainCode(browser, registered)
    await env.DB.prepare('DELETE FROM clients WHERE id = ?').bind(registered.client.id).run()
    expect(await errorOf(await postToken(server, codeRequest(registered, code)))).toBe('401 invalid_client')
  })

  it('is stored only as a hash', async () => {
    const code = await obtainCode(browser, registered)
    const rows = await env.DB.prepare('SELECT * FROM authorizations').all()
    const copies = await Promise.all((await env.CODES.list()).keys.map(({ name }) => env.CODES.get(name)))
    expect(JSON.stringify([rows.results, copies, (await env.CODES.list()).keys])).not.toContain(code.slice(4))
  })
})
