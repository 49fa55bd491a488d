import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { errorOf } from '../flow.ts'
import { Person } from '../person.ts'
import { receiveLogouts } from '../receivers.ts'
import type { TokenSet } from '../relying-party.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { applySchema, password } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

const openid = {
  ...defaultClientOpenid,
  pkceOptional: true,
  backchannelLogoutUri: 'https://app.example/backchannel',
}

const world = () => cast(undefined, { openid })
const online = { scope: 'openid email' }
const offline = { scope: 'openid email offline_access' }

async function signOut({ person }: Cast): Promise<void> {
  await (await person.browser.get('/logout')).submit({})
}

/** Whether refresh and access token still work. */
async function living({ rp }: Cast, tokens: TokenSet): Promise<readonly [refresh: boolean, access: boolean]> {
  const userinfo = await rp.userinfo(tokens.access_token)
  const refresh = await rp.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
  if (refresh.status !== 200) expect(await errorOf(refresh)).toBe('400 invalid_grant')
  return [refresh.status === 200, userinfo.status === 200]
}

/** In the same browser, on the same page that everybody signs in on. */
async function signInHere({ person }: Cast, username: string) {
  return (await person.browser.get('/login')).submit({ username, password })
}

describe('with the session end', () => {
  it('the tokens of OpenID Connect without offline_access', async () => {
    const here = await world()
    const tokens = await signIn(here, online)
    receiveLogouts()
    await signOut(here)
    expect(await living(here, tokens)).toEqual([false, false])
  })

  it('but not those with it, those of plain OAuth, or those of another session', async () => {
    const here = await world()
    const elsewhere = { ...here, person: new Person(here.server, here.person.user) }
    const kept = [await signIn(here, offline), await signIn(elsewhere, online)]
    const { rp, person } = here
    const plain = await rp.tokens(rp.codeOf(await person.visit(rp.request({ scope: 'read' }))))
    receiveLogouts()
    await signOut(here)
    for (const tokens of kept) expect(await living(here, tokens)).toEqual([true, true])
    expect((await rp.token({ grant_type: 'refresh_token', refresh_token: plain.refresh_token })).status).toBe(
      200,
    )
  })

  it('a code that was not redeemed yet', async () => {
    const here = await world()
    const code = here.rp.codeOf(await here.person.visit(here.rp.request(online)))
    receiveLogouts()
    await signOut(here)
    expect(await errorOf(await here.rp.redeem(code))).toBe('400 invalid_grant')
  })
})

it('an application whose tokens expired long ago is still notified', async () => {
  const policy = { ...defaultClientPolicy, refreshIdleLifetime: 3600, accessTokenLifetime: 600 }
  const here = await cast(undefined, { openid, policy })
  await signIn(here, online)
  const unused = here.rp.codeOf(await here.person.visit(here.rp.request(online)))
  here.server.now += 86_400
  await maintain(env.DB, parseConfig({ ...env }), () => here.server.now)
  const received = receiveLogouts()
  await signOut(here)
  expect(received).toHaveLength(1)
  // Its row is checked again when its session would have expired.
  here.server.now += parseConfig({ ...env }).lifetimes.sessionIdle
  await maintain(env.DB, parseConfig({ ...env }), () => here.server.now)
  const left = await env.DB.prepare('SELECT count(*) AS n FROM authorizations WHERE client_id = ?')
    .bind(here.rp.registered.client.id)
    .first('n')
  expect([left, await errorOf(await here.rp.redeem(unused))]).toEqual([0, '400 invalid_grant'])
})

describe('signing in again in the same browser', () => {
  it('as the same person keeps the session: nobody is notified, nothing ends, sid stays', async () => {
    const here = await world()
    const received = receiveLogouts()
    const tokens = await signIn(here, online)
    const first = await here.rp.verifyIdToken(tokens)
    const cookie = here.person.browser.cookies.get('latchkey-session')
    here.server.now += 60
    await signInHere(here, here.person.user.username)
    expect(here.person.browser.cookies.get('latchkey-session')).not.toBe(cookie)
    const second = await here.rp.verifyIdToken(await signIn(here, online))
    expect([second.sid, second.auth_time]).toEqual([first.sid, first.auth_time + 60])
    expect(received).toEqual([])
    expect(await living(here, tokens)).toEqual([true, true])
  })

  it('as another person ends the first session, and its applications are notified at once', async () => {
    const here = await world()
    const received = receiveLogouts()
    const tokens = await signIn(here, online)
    const { sid, sub } = await here.rp.verifyIdToken(tokens)
    const earlier = new Map(here.person.browser.cookies)
    const other = await cast()
    await signInHere(here, other.person.user.username)
    expect(received.map(({ token }) => decodeJwt(token))).toMatchObject([{ sid, sub }])
    expect(await living(here, tokens)).toEqual([false, false])
    const ghost = here.server.browser()
    for (const [name, value] of earlier) ghost.cookies.set(name, value)
    expect(here.rp.errorOf(await ghost.get(here.rp.request({ prompt: 'none' })))).toBe('login_required')
    const theirs = await here.rp.verifyIdToken(await signIn(here, online))
    expect([theirs.sub, theirs.sid === sid]).toEqual([other.person.user.id, false])
  })

  it('as another person with a second factor too, but only after the factor', async () => {
    const here = await world()
    const other = await cast()
    const { phone } = await setUpAuthenticator(here.server, await here.server.signedIn(other.person.user))
    here.server.now += 60
    const received = receiveLogouts()
    await signIn(here, online)
    const half = await signInHere(here, other.person.user.username)
    expect(received).toEqual([])
    await (await here.person.browser.get(half.location)).submit({ code: phone.code() })
    expect(received).toHaveLength(1)
  })

  it('with a wrong password ends nothing', async () => {
    const here = await world()
    const received = receiveLogouts()
    const tokens = await signIn(here, online)
    const other = await cast()
    const login = await here.person.browser.get('/login')
    expect((await login.submit({ username: other.person.user.username, password: 'wrong' })).status).toBe(400)
    expect(received).toEqual([])
    expect(await living(here, tokens)).toEqual([true, true])
  })
})
