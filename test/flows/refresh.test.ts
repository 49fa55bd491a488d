import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import type { Browser } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import {
  codeRequest,
  errorOf,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  type Tokens,
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
let tokens: Tokens
let people = 0

async function start(options: ServerOptions = {}): Promise<void> {
  server = startServer(options)
  const owner = await addUser(`user${people++}`)
  registered = await addClient(owner)
  browser = await server.signedIn(owner)
  tokens = await login()
}

async function login(): Promise<Tokens> {
  return tokensOf(await postToken(server, codeRequest(registered, await obtainCode(browser, registered))))
}

function refresh(token: string, changes: Record<string, string> = {}): Promise<Response> {
  return postToken(server, { ...refreshRequest(registered, token), ...changes })
}

describe.each<[string, () => ServerOptions]>([
  ['D1 as it is', () => ({})],
  ['every batch executed twice', () => ({ bindings: { DB: everyBatchTwice() } })],
  ['every first answer lost', () => ({ bindings: { DB: everyFirstAnswerLost() } })],
])('parallel refreshes, %s', (_, options) => {
  it('get one successor', async () => {
    await start(options())
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(tokens.refresh_token)))
    const successors = new Set(
      (await Promise.all(answers.map(tokensOf))).map((answer) => answer.refresh_token),
    )
    expect(successors.size).toBe(1)
    expect(successors.has(tokens.refresh_token)).toBe(false)
    const [successor = ''] = successors
    await tokensOf(await refresh(successor))
  })
})

describe('a refresh token', () => {
  beforeEach(() => start())

  it('returns the same successor again within the grace period, without a write', async () => {
    const { refresh_token } = await tokensOf(await refresh(tokens.refresh_token))
    const rotated = await env.DB.prepare(
      'SELECT rotated_at, refresh_hash FROM authorizations ORDER BY created_at',
    ).all()
    server.now += 60
    expect((await tokensOf(await refresh(tokens.refresh_token))).refresh_token).toBe(refresh_token)
    const after = await env.DB.prepare(
      'SELECT rotated_at, refresh_hash FROM authorizations ORDER BY created_at',
    ).all()
    expect(after.results).toEqual(rotated.results)
  })

  it('ends its family, and no other, when it is replayed after the grace period', async () => {
    const other = await login()
    const { refresh_token } = await tokensOf(await refresh(tokens.refresh_token))
    server.now += 61
    expect(await errorOf(await refresh(tokens.refresh_token))).toBe('400 invalid_grant')
    expect(await errorOf(await refresh(refresh_token))).toBe('400 invalid_grant')
    await tokensOf(await refresh(other.refresh_token))
    const events = await env.DB.prepare(
      `SELECT type FROM audit_events WHERE client_id = ? AND type = 'refresh_token_reused'`,
    )
      .bind(registered.client.id)
      .all()
    expect(events.results).toHaveLength(1)
  })

  it('ends its family when it is older than the previous one, even within the grace period', async () => {
    const second = await tokensOf(await refresh(tokens.refresh_token))
    const third = await tokensOf(await refresh(second.refresh_token))
    expect(await errorOf(await refresh(tokens.refresh_token))).toBe('400 invalid_grant')
    expect(await errorOf(await refresh(third.refresh_token))).toBe('400 invalid_grant')
  })

  it('cannot be revoked by a stranger who knows the id of the authorization', async () => {
    const made = tokens.refresh_token.replace(/.{59}$/, 'A'.repeat(59))
    expect(await errorOf(await refresh(made))).toBe('400 invalid_grant')
    await tokensOf(await refresh(tokens.refresh_token))
  })

  it('is refused to another client, and stays valid', async () => {
    const stranger = await addClient(await addUser('stranger'))
    const request = refreshRequest(stranger, tokens.refresh_token)
    expect(await errorOf(await postToken(server, request))).toBe('400 invalid_grant')
    await tokensOf(await refresh(tokens.refresh_token))
  })

  it('may narrow the scope, and keeps the wide one for later', async () => {
    const narrow = await tokensOf(await refresh(tokens.refresh_token, { scope: 'read' }))
    expect(narrow.scope).toBe('read')
    expect((await tokensOf(await refresh(narrow.refresh_token))).scope).toBe('read write')
  })

  it('may not widen the scope, and is not used up by trying', async () => {
    const narrow = await tokensOf(
      await postToken(
        server,
        codeRequest(registered, await obtainCode(browser, registered, { scope: 'read' })),
      ),
    )
    expect(await errorOf(await refresh(narrow.refresh_token, { scope: 'read write' }))).toBe(
      '400 invalid_scope',
    )
    await tokensOf(await refresh(narrow.refresh_token))
  })

  it('expires when it is unused, and when the authorization is too old', async () => {
    server.now += 30 * 86_400
    expect(await errorOf(await refresh(tokens.refresh_token))).toBe('400 invalid_grant')
    await start()
    let { refresh_token } = tokens
    for (let month = 0; month < 6; month++) {
      server.now += 29 * 86_400
      ;({ refresh_token } = await tokensOf(await refresh(refresh_token)))
    }
    server.now += 29 * 86_400
    expect(await errorOf(await refresh(refresh_token))).toBe('400 invalid_grant')
  })

  it('needs one row, however often it is used', async () => {
    let { refresh_token } = tokens
    for (let i = 0; i < 5; i++) ({ refresh_token } = await tokensOf(await refresh(refresh_token)))
    const rows = await env.DB.prepare('SELECT count(*) AS n FROM authorizations WHERE client_id = ?')
      .bind(registered.client.id)
      .first('n')
    expect(rows).toBe(1)
  })
})

describe('an application that gets no refresh tokens', () => {
  const decide = async (refresh_tokens: string) => {
    const path = `/o/applications/${registered.client.id}/policy`
    const page = await browser.get(path)
    expect((await page.submit({ scope: 'read write openid', refresh_tokens })).status).toBe(303)
  }

  beforeEach(() => start())

  it('gets none, and its access token lives as long as expires_in says', async () => {
    await decide('no')
    const { access_token, ...answer } = await login()
    expect(answer).not.toHaveProperty('refresh_token')
    expect((await introspect(server, registered, access_token)).active).toBe(true)
    server.now += 3599
    expect((await introspect(server, registered, access_token)).active).toBe(true)
  })

  it('permanently loses the ones it had', async () => {
    await decide('no')
    expect(await errorOf(await refresh(tokens.refresh_token))).toBe('400 invalid_grant')
    await decide('yes')
    expect(await errorOf(await refresh(tokens.refresh_token))).toBe('400 invalid_grant')
    await tokensOf(await refresh((await login()).refresh_token))
  })

  it('does not affect those of others', async () => {
    const other = await addClient(await addUser(`other${people++}`), {
      openid: { ...defaultClientOpenid, refreshTokens: false },
    })
    expect(await errorOf(await postToken(server, refreshRequest(other, tokens.refresh_token)))).toBe(
      '400 invalid_grant',
    )
    await tokensOf(await refresh(tokens.refresh_token))
  })
})

it('audience names the API in a refresh, like resource', async () => {
  await start()
  const api = 'https://audience.example'
  await env.DB.batch([
    env.DB.prepare(`INSERT INTO resources (identifier, name, created_at) VALUES (?, 'API', 0)`).bind(api),
    env.DB.prepare(`INSERT INTO scopes (name, description, resource) VALUES ('see', 'See', ?)`).bind(api),
    env.DB.prepare(`UPDATE clients SET scope = 'read see' WHERE id = ?`).bind(registered.client.id),
  ])
  const code = await obtainCode(browser, registered, { scope: 'read see' })
  const first = await tokensOf(await postToken(server, codeRequest(registered, code)))
  const wrong = await refresh(first.refresh_token, { audience: 'https://unknown.example' })
  expect(await errorOf(wrong)).toBe('400 invalid_target')
  const second = await tokensOf(await refresh(first.refresh_token, { audience: api }))
  expect(decodeJwt(second.access_token).aud).toBe(api)
})
