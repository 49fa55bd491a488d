import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everyWriteUnanswered, kvThatThrows } from '../faults.ts'
import { codeRequest, errorOf, introspect, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startServer } from '../server.ts'

const server = startServer()

beforeAll(async () => {
  await applySchema()
  // Creates the signing keys, so that the lost answer is that of the claim.
  await server.fetch('/.well-known/jwks.json')
})

let registered: Registered
let request: ReturnType<typeof codeRequest>
let people = 0

beforeEach(async () => {
  const user = await addUser(`user${people++}`)
  registered = await addClient(user)
  request = codeRequest(registered, await obtainCode(await server.signedIn(user), registered))
})

/** The code is used up, and nobody gets an answer. */
async function redeemUnanswered(CODES: KVNamespace = env.CODES): Promise<void> {
  const broken = startServer({ bindings: { DB: everyWriteUnanswered(), CODES } })
  broken.now = server.now
  const answer = await postToken(broken, request)
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '1'])
  const row = await env.DB.prepare('SELECT redeemed_at FROM authorizations WHERE client_id = ?')
    .bind(registered.client.id)
    .first<number>('redeemed_at')
  expect(row).toBe(server.now)
}

const redeem = (changes: Record<string, string> = {}) => postToken(server, { ...request, ...changes })

describe('a code that was used without an answer', () => {
  it('gets working tokens when it is sent again', async () => {
    await redeemUnanswered()
    const { access_token, refresh_token } = await tokensOf(await redeem())
    expect((await introspect(server, registered, access_token)).active).toBe(true)
    await tokensOf(await postToken(server, refreshRequest(registered, refresh_token)))
    const events = await env.DB.prepare(`SELECT 1 FROM audit_events WHERE type = 'code_replayed'`).all()
    expect(events.results).toEqual([])
  })

  it('gets them once: after that it is a replay', async () => {
    await redeemUnanswered()
    const { refresh_token } = await tokensOf(await redeem())
    expect(await errorOf(await redeem())).toBe('400 invalid_grant')
    expect(await errorOf(await postToken(server, refreshRequest(registered, refresh_token)))).toBe(
      '400 invalid_grant',
    )
  })

  it('gets them once, however many requests are made', async () => {
    await redeemUnanswered()
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem()))
    const won = answers.filter(({ status }) => status === 200)
    expect(won.length).toBeLessThanOrEqual(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(8 - won.length)
    // The others were replays, so every token is revoked.
    for (const answer of won) {
      const { access_token } = await tokensOf(answer)
      expect((await introspect(server, registered, access_token)).active).toBe(false)
    }
  })

  it('gets them too when the second answer is lost as well', async () => {
    await redeemUnanswered()
    await redeemUnanswered()
    await redeemUnanswered()
    await tokensOf(await redeem())
  })

  it('works only for its own client, with the right verifier', async () => {
    await redeemUnanswered()
    const stranger = await addClient(await addUser(`stranger${people++}`))
    const { client_id, client_secret } = codeRequest(stranger, '')
    const wrong = [
      { client_id: `${client_id}`, client_secret: `${client_secret}` },
      { code_verifier: 'x'.repeat(43) },
      { redirect_uri: 'https://app.example/other' },
    ]
    for (const changes of wrong) expect(await errorOf(await redeem(changes))).toBe('400 invalid_grant')
    await tokensOf(await redeem())
  })

  it('is invalid after a minute', async () => {
    await redeemUnanswered()
    server.now += 60
    expect(await errorOf(await redeem())).toBe('400 invalid_grant')
  })

  it('is invalid when KV failed too, and none of its tokens is valid', async () => {
    const out = new Proxy(kvThatThrows(), {
      get: (target, property) =>
        property === 'put' ? () => Promise.reject(new Error('KV is out')) : Reflect.get(target, property),
    })
    await redeemUnanswered(out)
    expect(await errorOf(await redeem())).toBe('400 invalid_grant')
    const ended = await env.DB.prepare('SELECT end_reason FROM authorizations WHERE client_id = ?')
      .bind(registered.client.id)
      .first('end_reason')
    expect(ended).toBe('code_replayed')
  })

  it('is only refused when its copy is gone: the row alone does not have the nonce any more', async () => {
    await redeemUnanswered()
    for (const { name } of (await env.CODES.list({ prefix: 'code:' })).keys) await env.CODES.delete(name)
    expect(await errorOf(await redeem())).toBe('400 invalid_grant')
    const ended = await env.DB.prepare('SELECT end_reason FROM authorizations WHERE client_id = ?')
      .bind(registered.client.id)
      .first('end_reason')
    expect(ended).toBe(null)
  })

  it('stays invalid when its authorization has ended meanwhile', async () => {
    await redeemUnanswered()
    await env.DB.prepare(`UPDATE authorizations SET ended_at = ?, end_reason = 'consent_removed'`)
      .bind(server.now)
      .run()
    expect(await errorOf(await redeem())).toBe('400 invalid_grant')
  })
})
