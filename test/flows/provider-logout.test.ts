import { env } from 'cloudflare:workers'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { atCode, setUpAuthenticator } from '../second-factor.ts'
import { applySchema, startedAt, startServer } from '../server.ts'

const provider = 'https://login.acme.example'
const keys = await generateKeyPair('ES256', { extractable: true })
const others = await generateKeyPair('ES256', { extractable: true })
const event = 'http://schemas.openid.net/event/backchannel-logout'
const receiver = 'https://app.example/backchannel'
const metadata = {
  issuer: provider,
  authorization_endpoint: `${provider}/authorize`,
  token_endpoint: `${provider}/token`,
  jwks_uri: `${provider}/jwks`,
}
let connections = 0
let here: Cast
let connection: string
/** The provider's id of the person. */
let subject: string
let sent: { readonly url: string; readonly token: string }[]

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

/** Somebody who came by Acme is signed in, also to an application that is notified of sign-outs. */
beforeEach(async () => {
  connection = `acme${connections++}`
  subject = `ada-at-${connection}`
  sent = []
  const key = { ...(await exportJWK(keys.publicKey)), kid: 'a', alg: 'ES256' }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input)
    const body = init.body instanceof URLSearchParams ? init.body : new URLSearchParams()
    if (body.has('logout_token')) sent.push({ url, token: body.get('logout_token') ?? '' })
    if (url.endsWith('/openid-configuration')) return Response.json(metadata)
    return url.endsWith('/jwks') ? Response.json({ keys: [key] }) : new Response()
  })
  here = await cast(undefined, {
    openid: { ...defaultClientOpenid, pkceOptional: true, backchannelLogoutUri: receiver },
  })
  await signIn(here)
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO connections (id, kind, name, position, issuer, client_id, settings, created_at, updated_at)
       VALUES (?, 'openid', 'Acme', 0, ?, 'us', '{}', 0, 0)`,
    ).bind(connection, provider),
    env.DB.prepare(
      `INSERT INTO identities (connection_id, subject, user_id, label, linked_by, created_at) VALUES (?, ?, ?, 'Ada', '', 0)`,
    ).bind(connection, subject, here.person.user.id),
    env.DB.prepare(`UPDATE sessions SET connection_id = ?, provider_sid = 's1' WHERE user_id = ?`).bind(
      connection,
      here.person.user.id,
    ),
  ])
})

let jti = 0
type Changes = Readonly<Record<string, unknown>>

/** Signed by Acme. An undefined claim is left out. */
function logoutToken(changes: Changes = {}, header: Changes = {}, key = keys.privateKey): Promise<string> {
  const times = { iat: startedAt, exp: startedAt + 120 }
  const all = { iss: provider, aud: 'us', jti: `j${jti++}`, sub: subject, sid: 's1', events: { [event]: {} } }
  return new SignJWT(JSON.parse(JSON.stringify({ ...times, ...all, ...changes })))
    .setProtectedHeader(JSON.parse(JSON.stringify({ alg: 'ES256', kid: 'a', typ: 'logout+jwt', ...header })))
    .sign(key)
}

const notify = (token: string, to = connection, server = here.server) =>
  server.fetch(`/login/with/${to}/logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  })

const isSignedIn = async () => (await here.person.browser.get('/account')).status === 200

describe('a logout notice of a provider', () => {
  it('ends the session, and the application is notified', async () => {
    const answer = await notify(await logoutToken())
    expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
      200,
      'no-store',
      '',
    ])
    expect(await isSignedIn()).toBe(false)
    expect(sent.map(({ url }) => url)).toEqual([receiver])
    expect(decodeJwt(sent[0]?.token ?? '')).toMatchObject({ sub: here.person.user.id })
    const { results } = await env.DB.prepare(
      `SELECT user_id, detail FROM audit_events WHERE type = 'signed_out_by_provider' AND user_id = ?`,
    )
      .bind(here.person.user.id)
      .all()
    expect(results).toEqual([{ user_id: here.person.user.id, detail: 'Acme' }])
  })

  it.each<[string, Changes, Changes]>([
    ['the person alone', { sid: undefined }, {}],
    ['the session alone', { sub: undefined }, {}],
    ['us in a list', { aud: ['us', 'others'] }, {}],
    ['no type', {}, { typ: undefined }],
    ['the type JWT', {}, { typ: 'JWT' }],
    ['the media type', {}, { typ: 'application/logout+jwt' }],
    ['more events', { events: { [event]: {}, 'https://acme.example/more': { a: 1 } } }, {}],
  ])('counts with %s', async (_, claims, header) => {
    expect((await notify(await logoutToken(claims, header))).status).toBe(200)
    expect(await isSignedIn()).toBe(false)
  })

  it.each<[string, Changes, Changes]>([
    ['another issuer', { iss: 'https://login.evil.example' }, {}],
    ['another audience', { aud: 'others' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['a nonce', { nonce: 'n' }, {}],
    ['an empty nonce', { nonce: '' }, {}],
    ['no events', { events: undefined }, {}],
    ['events as a list', { events: [event] }, {}],
    ['another event', { events: { 'https://acme.example/other': {} } }, {}],
    ['an event that is no object', { events: { [event]: 1 } }, {}],
    ['neither person nor session', { sub: undefined, sid: undefined }, {}],
    ['a person that is no text', { sub: 1 }, {}],
    ['a session that is no text', { sid: ['s1'] }, {}],
    ['no jti', { jti: undefined }, {}],
    ['no iat', { iat: undefined }, {}],
    ['an iat in the future', { iat: startedAt + 3600, exp: startedAt + 7200 }, {}],
    ['no exp', { exp: undefined }, {}],
    ['an exp in the past', { exp: startedAt - 61 }, {}],
    ['an exp in a year', { exp: startedAt + 366 * 86_400 }, {}],
    ['the type of an access token', {}, { typ: 'at+jwt' }],
    ['an unknown key', {}, { kid: 'unknown' }],
  ])('is refused with %s', async (_, claims, header) => {
    const answer = await notify(await logoutToken(claims, header))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([400, 'no-store'])
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    expect(await isSignedIn()).toBe(true)
  })

  it('is refused when somebody else signed it, or nobody', async () => {
    const foreign = await notify(await logoutToken({}, {}, others.privateKey))
    expect(foreign.status).toBe(400)
    const [, payload = ''] = (await logoutToken()).split('.')
    const none = Buffer.from('{"alg":"none","typ":"logout+jwt"}').toString('base64url')
    expect((await notify(`${none}.${payload}.`)).status).toBe(400)
    for (const text of ['', 'x', 'a.b.c', '\u0000', 'x'.repeat(60_000)])
      expect((await notify(text)).status).toBe(400)
    expect(await isSignedIn()).toBe(true)
  })

  it('is refused at the address of another provider, or of none', async () => {
    await env.DB.prepare(
      `INSERT INTO connections (id, kind, name, position, issuer, client_id, settings, created_at, updated_at)
       VALUES (?, 'openid', 'Other', 0, 'https://other.example', 'us', '{}', 0, 0)`,
    )
      .bind(`other-${connection}`)
      .run()
    for (const at of [`other-${connection}`, 'nobody'])
      expect((await notify(await logoutToken(), at)).status).toBe(400)
    expect(await isSignedIn()).toBe(true)
  })

  it('counts once, also when its answer was lost', async () => {
    const token = await logoutToken({ sid: undefined })
    for (const db of [everyBatchTwice(), everyFirstAnswerLost()]) {
      const again = await logoutToken({ sid: 'unknown' })
      const server = startServer({ bindings: { DB: db } })
      expect((await notify(again, connection, server)).status).toBe(200)
    }
    expect((await notify(token)).status).toBe(200)
    await env.DB.prepare('UPDATE sessions SET connection_id = ? WHERE user_id = ?')
      .bind(connection, here.person.user.id)
      .run()
    await signIn(here)
    await env.DB.prepare('UPDATE sessions SET connection_id = ? WHERE user_id = ?')
      .bind(connection, here.person.user.id)
      .run()
    expect((await notify(token)).status).toBe(400)
    expect(await isSignedIn()).toBe(true)
  })

  it('ends no session of another person, way in, or place', async () => {
    const { id } = here.person.user
    const set = (values: string) =>
      env.DB.prepare(`UPDATE sessions SET ${values} WHERE user_id = ?`).bind(id).run()
    // In another session there.
    expect((await notify(await logoutToken({ sid: 's2' }))).status).toBe(200)
    // The session of a person whom the provider calls by another name.
    await env.DB.prepare(
      `INSERT INTO identities (connection_id, subject, user_id, label, linked_by, created_at)
       SELECT ?, 'eve', id, 'Eve', '', 0 FROM users WHERE id <> ? LIMIT 1`,
    )
      .bind(connection, id)
      .run()
    expect((await notify(await logoutToken({ sub: 'eve' }))).status).toBe(200)
    expect((await notify(await logoutToken({ sub: 'eve', sid: undefined }))).status).toBe(200)
    expect((await notify(await logoutToken({ sub: 'unknown', sid: undefined }))).status).toBe(200)
    expect(await isSignedIn()).toBe(true)
    await set('connection_id = NULL, provider_sid = NULL')
    expect((await notify(await logoutToken())).status).toBe(200)
    expect((await notify(await logoutToken({ sid: undefined }))).status).toBe(200)
    expect(await isSignedIn()).toBe(true)
    // A provider that gives no session ids with its ID tokens may still name one here.
    await set(`connection_id = '${connection}'`)
    expect((await notify(await logoutToken({ sid: 's9' }))).status).toBe(200)
    expect(await isSignedIn()).toBe(false)
  })

  it('ends a sign-in that waits for a second factor, and no other', async () => {
    const { server, person } = here
    await setUpAuthenticator(server, person.browser)
    const at = {
      connectionId: connection,
      subject,
      sid: 's1',
      amr: [],
      authenticatedAt: startedAt,
      isFresh: false,
      isUnsaid: false,
    }
    const cases: readonly (readonly [Changes | undefined, Changes, number])[] = [
      [{}, {}, 303],
      [{}, { sid: undefined }, 303],
      [{}, { sub: undefined }, 303],
      [{ sid: undefined }, {}, 303],
      [{ sid: undefined }, { sub: undefined }, 200],
      [{}, { sid: 's2' }, 200],
      [{}, { sub: 'eve' }, 200],
      [{}, { sub: 'eve', sid: undefined }, 200],
      [{ connectionId: 'other' }, {}, 200],
      // By a password.
      [undefined, {}, 200],
    ]
    for (const [how, claims, status] of cases) {
      const [browser] = await atCode(server, person.user)
      const provider = how === undefined ? null : JSON.stringify({ ...at, ...how })
      await env.DB.prepare('UPDATE pending_sign_ins SET provider = ? WHERE user_id = ?')
        .bind(provider, person.user.id)
        .run()
      expect((await notify(await logoutToken(claims))).status).toBe(200)
      expect([how, claims, (await browser.get('/login/code')).status]).toEqual([how, claims, status])
      const ended = await env.DB.prepare(
        `SELECT count(*) AS n FROM audit_events WHERE type = 'signed_out_by_provider' AND user_id = ?`,
      ).bind(person.user.id)
      expect([how, claims, await ended.first('n')]).toEqual([how, claims, status === 303 ? 1 : 0])
      await env.DB.prepare(`DELETE FROM audit_events WHERE type = 'signed_out_by_provider'`).run()
      await env.DB.prepare('DELETE FROM pending_sign_ins').run()
    }
    // A notice counts once.
    const token = await logoutToken()
    await notify(token)
    const [browser] = await atCode(server, person.user)
    await env.DB.prepare('UPDATE pending_sign_ins SET provider = ?').bind(JSON.stringify(at)).run()
    expect([(await notify(token)).status, (await browser.get('/login/code')).status]).toEqual([400, 200])
  })

  it('is obeyed while the provider is suspended', async () => {
    await env.DB.prepare('UPDATE connections SET suspended_at = 1 WHERE id = ?').bind(connection).run()
    expect((await notify(await logoutToken())).status).toBe(200)
    expect(await isSignedIn()).toBe(false)
  })

  it('accepts a form by POST only, and no script reads its answer', async () => {
    const path = `/login/with/${connection}/logout`
    const got = await here.server.fetch(path)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    const body = JSON.stringify({ logout_token: await logoutToken() })
    const json = await here.server.fetch(path, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    })
    expect(json.status).toBe(415)
    const twice = new URLSearchParams([
      ['logout_token', await logoutToken()],
      ['logout_token', await logoutToken()],
    ])
    expect((await here.server.fetch(path, { method: 'POST', body: twice })).status).toBe(400)
    const origin = { Origin: 'https://app.example' }
    const read = await here.server.fetch(path, {
      method: 'POST',
      body: new URLSearchParams(),
      headers: origin,
    })
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([400, null])
    expect(await isSignedIn()).toBe(true)
  })
})
