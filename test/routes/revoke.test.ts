import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import {
  codeRequest,
  errorOf,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  revoke,
  type Tokens,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startServer } from '../server.ts'

beforeAll(applySchema)

const server = startServer()
let registered: Registered
let other: Registered
let tokens: Tokens
let people = 0

describe.each(['jwt', 'opaque'] as const)('revocation, %s access tokens', (accessTokenFormat) => {
  beforeEach(async () => {
    const owner = await addUser(`user${people++}`)
    registered = await addClient(owner, { policy: { ...defaultClientPolicy, accessTokenFormat } })
    other = await addClient(owner)
    const browser = await server.signedIn(owner)
    tokens = await tokensOf(
      await postToken(server, codeRequest(registered, await obtainCode(browser, registered))),
    )
  })

  const isActive = async (token: string) => (await introspect(server, registered, token)).active

  it('of a refresh token ends the access token too (RFC 7009 §2.1)', async () => {
    expect([await isActive(tokens.access_token), await isActive(tokens.refresh_token)]).toEqual([true, true])
    const response = await revoke(server, registered, tokens.refresh_token)
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect([await isActive(tokens.access_token), await isActive(tokens.refresh_token)]).toEqual([
      false,
      false,
    ])
    expect(await errorOf(await postToken(server, refreshRequest(registered, tokens.refresh_token)))).toBe(
      '400 invalid_grant',
    )
  })

  it('of an access token ends only that one', async () => {
    const next = await tokensOf(await postToken(server, refreshRequest(registered, tokens.refresh_token)))
    await revoke(server, registered, tokens.access_token)
    expect([
      await isActive(tokens.access_token),
      await isActive(next.access_token),
      await isActive(next.refresh_token),
    ]).toEqual([false, true, true])
  })

  it('of an old refresh token of the family ends it as well', async () => {
    const next = await tokensOf(await postToken(server, refreshRequest(registered, tokens.refresh_token)))
    await revoke(server, registered, tokens.refresh_token)
    expect(await isActive(next.access_token)).toBe(false)
  })

  it('of an ended token does not change when and why it ended', async () => {
    const ended = () =>
      env.DB.prepare('SELECT ended_at, end_reason FROM authorizations WHERE client_id = ?')
        .bind(registered.client.id)
        .first()
    await env.DB.prepare(
      `UPDATE authorizations SET ended_at = 7, end_reason = 'consent_removed' WHERE client_id = ?`,
    )
      .bind(registered.client.id)
      .run()
    expect((await revoke(server, registered, tokens.refresh_token)).status).toBe(200)
    expect(await ended()).toEqual({ ended_at: 7, end_reason: 'consent_removed' })
  })

  it('answers 200 for unknown, invalid and other clients’ tokens, and theirs stay valid', async () => {
    const forged = tokens.refresh_token.replace(/.{59}$/, 'A'.repeat(59))
    for (const token of ['x', 'lkr_x', 'lka_x.y', 'a.b.c', forged, `${tokens.access_token}x`]) {
      expect((await revoke(server, registered, token)).status).toBe(200)
    }
    expect((await revoke(server, other, tokens.refresh_token)).status).toBe(200)
    expect((await revoke(server, other, tokens.access_token)).status).toBe(200)
    expect([await isActive(tokens.access_token), await isActive(tokens.refresh_token)]).toEqual([true, true])
  })

  it('is idempotent', async () => {
    await Promise.all(Array.from({ length: 5 }, () => revoke(server, registered, tokens.refresh_token)))
    expect(await isActive(tokens.access_token)).toBe(false)
  })
})

describe('a revocation request', () => {
  beforeEach(async () => {
    const owner = await addUser(`user${people++}`)
    registered = await addClient(owner)
    const browser = await server.signedIn(owner)
    tokens = await tokensOf(
      await postToken(server, codeRequest(registered, await obtainCode(browser, registered))),
    )
  })

  const post = (fields: Record<string, string>) =>
    server.fetch('/o/revoke_token', { method: 'POST', body: new URLSearchParams(fields) })

  it('without a token is refused', async () => {
    const fields = { client_id: registered.client.id, client_secret: registered.secret }
    expect(await errorOf(await post(fields))).toBe('400 invalid_request')
  })

  it('of an unauthenticated client is refused, and ends nothing', async () => {
    expect(await errorOf(await post({ token: tokens.refresh_token, client_id: registered.client.id }))).toBe(
      '401 invalid_client',
    )
    expect(await errorOf(await post({ token: tokens.refresh_token }))).toBe('401 invalid_client')
    expect((await introspect(server, registered, tokens.refresh_token)).active).toBe(true)
  })

  it('of a public client needs only its id', async () => {
    const owner = await addUser('pub')
    const spa = await addClient(owner, { type: 'public' })
    const browser = await server.signedIn(owner)
    const own = await tokensOf(await postToken(server, codeRequest(spa, await obtainCode(browser, spa))))
    expect((await revoke(server, spa, own.refresh_token)).status).toBe(200)
    expect(await errorOf(await postToken(server, refreshRequest(spa, own.refresh_token)))).toBe(
      '400 invalid_grant',
    )
  })
})
