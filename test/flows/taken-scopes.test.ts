import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy, deviceCodeGrant } from '../../src/rules/clients/client.ts'
import type { Browser } from '../browser.ts'
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
import { addClient, addUser, applySchema, type Registered, startServer } from '../server.ts'

const server = startServer()
const all = ['openid', 'email', 'phone', 'read', 'introspection', 'pay']
let root: Browser
let ada: Browser
let known: Registered
let made = 0

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
})

beforeEach(async () => {
  await env.DB.prepare(`INSERT OR IGNORE INTO scopes (name, description) VALUES ('pay', 'Pay')`).run()
  const user = await addUser(`ada${made++}`)
  await env.DB.prepare('UPDATE users SET profile = ? WHERE id = ?')
    .bind('{"phone_number":"+44 20 7946 0000"}', user.id)
    .run()
  ada = await server.signedIn(user)
  known = await addClient(user, { policy: { ...defaultClientPolicy, scope: all } })
})

/** As an administrator enters it in the form. */
const leave = async (...scope: readonly string[]) => {
  const page = await root.get(`/o/applications/${known.client.id}/policy`)
  expect((await page.submit({ scope: scope.join(' ') })).status).toBe(303)
}

const deleteScope = async (name: string) =>
  (await root.get(`/admin/scopes/${Buffer.from(name).toString('base64url')}/delete`)).submit({})

type Issued = Tokens & { readonly id_token?: string }

const claims = { userinfo: { phone_number: null }, id_token: { phone_number: null, email: null } }
const asked = { scope: all.join(' '), claims: JSON.stringify(claims) }
const code = () => obtainCode(ada, known, asked)
const redeem = async (): Promise<Issued> =>
  tokensOf(await postToken(server, codeRequest(known, await code())))
const refresh = (token: string, changes = {}) =>
  postToken(server, { ...refreshRequest(known, token), ...changes })
const refreshed = async (token: string, changes = {}): Promise<Issued> =>
  tokensOf(await refresh(token, changes))

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })
const userinfo = async (token: string) => {
  const answer = await server.fetch('/o/userinfo', bearer(token))
  return answer.status === 200 ? Object.keys(await answer.json<object>()) : errorOf(answer)
}

const endReason = () =>
  env.DB.prepare('SELECT end_reason FROM authorizations WHERE client_id = ?')
    .bind(known.client.id)
    .first('end_reason')

describe('a scope that an administrator removed', () => {
  it('is in nothing issued later: by refresh, and by an earlier code', async () => {
    const late = await code()
    const first = await redeem()
    await leave('openid', 'read')
    for (const tokens of [
      await refreshed(first.refresh_token),
      await tokensOf(await postToken(server, codeRequest(known, late))),
    ]) {
      expect(tokens.scope).toBe('openid read')
      expect(decodeJwt(tokens.access_token).scope).toBe('openid read')
    }
  })

  it('is not given to a device, for an earlier approval', async () => {
    const { client } = await addClient(await addUser(`dev${made}`), {
      type: 'public',
      grantType: 'device-code',
      redirectUris: [],
      policy: { ...defaultClientPolicy, scope: ['read', 'pay'] },
    })
    const body = new URLSearchParams({ client_id: client.id, scope: 'read pay' })
    const started = await server.fetch('/o/device-authorization', { method: 'POST', body })
    const { user_code, device_code } = await started.json<{ user_code: string; device_code: string }>()
    const page = await (await ada.get('/o/device')).submit({ user_code })
    await page.submit({ decision: 'authorize' })
    known = { client, secret: '' }
    const poll = () => postToken(server, { grant_type: deviceCodeGrant, device_code, client_id: client.id })
    await leave('openid')
    expect(await errorOf(await poll())).toBe('400 invalid_grant')
    await leave('read')
    expect((await tokensOf(await poll())).scope).toBe('read')
  })

  it('is in no ID token, nor are its claims when requested individually', async () => {
    const first = await redeem()
    for (const claim of ['email', 'phone_number'])
      expect(decodeJwt(first.id_token ?? '')).toHaveProperty(claim)
    await leave('openid', 'read')
    const { id_token = '', refresh_token } = await refreshed(first.refresh_token)
    expect(decodeJwt(id_token)).not.toHaveProperty('email')
    expect(decodeJwt(id_token)).not.toHaveProperty('phone_number')
    await leave('read')
    expect(await refreshed(refresh_token)).not.toHaveProperty('id_token')
  })

  it('gives no access here, even with an earlier token', async () => {
    const { access_token } = await redeem()
    const ask = () =>
      server.fetch('/o/introspect', {
        method: 'POST',
        body: new URLSearchParams({ token: access_token }),
        ...bearer(access_token),
      })
    expect(await userinfo(access_token)).toEqual(expect.arrayContaining(['email', 'phone_number']))
    expect((await ask()).status).toBe(200)
    await leave('openid', 'read')
    expect((await userinfo(access_token)).toString()).not.toMatch(/email|phone/)
    expect(await errorOf(await ask())).toBe('403 insufficient_scope')
    await leave('read')
    expect(await userinfo(access_token)).toBe('403 insufficient_scope')
  })

  it('is not reported by introspection', async () => {
    const { access_token, refresh_token } = await redeem()
    const told = async () => [
      (await introspect(server, known, access_token)).scope,
      (await introspect(server, known, refresh_token)).scope,
    ]
    await leave('read', 'openid')
    expect(await told()).toEqual(['openid read', 'openid read'])
    await leave('profile')
    expect(await told()).toEqual([undefined, undefined])
  })

  it('can be requested in a refresh, and is not given', async () => {
    const { refresh_token } = await redeem()
    await leave('openid', 'read')
    const tokens = await refreshed(refresh_token, { scope: asked.scope })
    expect(tokens.scope).toBe('openid read')
    expect(await errorOf(await refresh(tokens.refresh_token, { scope: 'pay' }))).toBe('400 invalid_scope')
    expect((await refreshed(tokens.refresh_token)).scope).toBe('openid read')
  })

  it('is granted as before once it is given back', async () => {
    const { refresh_token } = await redeem()
    await leave('read')
    const tokens = await refreshed(refresh_token)
    await leave(...all)
    expect((await refreshed(tokens.refresh_token)).scope.split(' ').sort()).toEqual([...all].sort())
  })
})

describe('a deleted scope', () => {
  it('is in nothing issued later', async () => {
    const late = await code()
    const { refresh_token } = await redeem()
    await deleteScope('pay')
    expect((await refreshed(refresh_token)).scope).not.toContain('pay')
    expect((await tokensOf(await postToken(server, codeRequest(known, late)))).scope).not.toContain('pay')
  })

  const api = 'https://pay.example'
  const edit = `/admin/apis/${Buffer.from(api).toString('base64url')}`
  it.each([
    ['with its API', async () => (await root.get(`${edit}/delete`)).submit({})],
    ['in the form of its API', async () => (await root.get(edit)).submit({ scopes: 'refund Give back' })],
  ])('%s is in nothing issued later', async (_, remove) => {
    await (await root.get('/admin/apis/new')).submit({
      identifier: api,
      name: 'Pay',
      scopes: 'refund Give back\nbill Write bills',
    })
    const scope = ['openid', 'read', 'refund', 'bill']
    known = await addClient(await addUser(`owner${made}`), { policy: { ...defaultClientPolicy, scope } })
    const { refresh_token } = await tokensOf(
      await postToken(server, codeRequest(known, await obtainCode(ada, known, { scope: scope.join(' ') }))),
    )
    expect((await remove()).status).toBe(303)
    expect((await refreshed(refresh_token, { scope: 'read bill' })).scope).toBe('read')
  })
})

describe('an authorization without any scope left', () => {
  it('is revoked for good when it is refreshed', async () => {
    const { refresh_token } = await redeem()
    await leave('profile')
    expect(await errorOf(await refresh(refresh_token))).toBe('400 invalid_grant')
    expect(await endReason()).toBe('nothing_left')
    await leave(...all)
    expect(await errorOf(await refresh(refresh_token))).toBe('400 invalid_grant')
  })

  it('is not revoked by another client without scopes, nor by a made-up token', async () => {
    const { refresh_token } = await redeem()
    const stranger = await addClient(await addUser(`eve${made}`), {
      policy: { ...defaultClientPolicy, scope: ['profile'] },
    })
    expect(await errorOf(await postToken(server, refreshRequest(stranger, refresh_token)))).toBe(
      '400 invalid_grant',
    )
    await leave('profile')
    await refresh(`${refresh_token.slice(0, -8)}AAAAAAAA`)
    expect(await endReason()).toBe(null)
  })

  it('gives nothing for its code, which is not used up', async () => {
    const late = await code()
    await leave('profile')
    expect(await errorOf(await postToken(server, codeRequest(known, late)))).toBe('400 invalid_grant')
    await leave('read')
    expect((await tokensOf(await postToken(server, codeRequest(known, late)))).scope).toBe('read')
  })
})
