import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { hashSecret, makeSecret } from '../../src/secrets/secret.ts'
import { write } from '../../src/store/database.ts'
import { suspendUser } from '../../src/store/people/standing.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice } from '../faults.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  revoke,
  type Tokens,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, type Registered, startServer } from '../server.ts'

beforeAll(async () => {
  await applySchema()
  administrator = await addUser('root', 'administrator')
})

let server = startServer()
let user: User
let registered: Registered
let watcher: Registered
let browser: Browser
let people = 0
let administrator: User

const byAdministrator = () => ({ actorId: administrator.id, attemptId: crypto.randomUUID() })

/** Every token issued in the test. */
let handedOut: string[] = []

beforeEach(async () => {
  server = startServer()
  user = await addUser(`user${people++}`)
  const developer = await addUser(`developer${people++}`)
  registered = await addClient(developer)
  watcher = await addClient(developer, { policy: { ...defaultClientPolicy, scope: ['introspection'] } })
  browser = await server.signedIn(user)
  handedOut = []
})

async function keep(response: Response): Promise<Response> {
  if (response.status === 200) {
    const { access_token, refresh_token }: Tokens = await response.clone().json()
    handedOut.push(access_token, refresh_token)
  } else if (response.status >= 500) throw new Error(`An answer of ${response.status}`)
  return response
}

const redeem = async (code: string) => keep(await postToken(server, codeRequest(registered, code)))
const refresh = async (token: string) => keep(await postToken(server, refreshRequest(registered, token)))
const login = async () => tokensOf(await redeem(await obtainCode(browser, registered)))

/** The number of issued tokens that are still valid, at any endpoint. */
async function alive(): Promise<number> {
  let count = 0
  for (const token of new Set(handedOut)) {
    const asked = token.startsWith('lkr_') ? registered : watcher
    if ((await introspect(server, asked, token).catch(() => ({ active: false }))).active) count++
    else if (
      token.startsWith('lkr_') &&
      (await postToken(server, refreshRequest(registered, token))).status === 200
    )
      count++
  }
  return count
}

const sql = (text: string, ...values: (string | number | null)[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run()

/** Runs both at the same moment, many times, in both orders. */
async function race(
  times: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<void> {
  const pairs = Array.from({ length: times }, (_, i) => (i % 2 === 0 ? [one(), other()] : [other(), one()]))
  await Promise.all(pairs.flat())
}

describe('removing a consent', () => {
  /** On the page, as the person does. */
  const remove = async () => {
    const page = await browser.get(`/account/applications/${registered.client.id}/remove`)
    expect((await page.submit({})).status).toBe(303)
  }

  it('ends all of its authorizations, and no others', async () => {
    const other = await addUser(`other${people++}`)
    const elsewhere = await addClient(other)
    const survivor = await tokensOf(
      await postToken(server, codeRequest(elsewhere, await obtainCode(browser, elsewhere))),
    )
    await login()
    await login()
    expect(await alive()).toBe(4)
    await remove()
    expect(await alive()).toBe(0)
    expect((await introspect(server, elsewhere, survivor.refresh_token)).active).toBe(true)
  })

  it('ends a code that was not redeemed yet', async () => {
    const code = await obtainCode(browser, registered)
    await remove()
    expect((await redeem(code)).status).toBe(400)
    expect(await alive()).toBe(0)
  })

  it('while the remembered consent is being used leaves no valid token', async () => {
    await login()
    const codes: string[] = []
    const authorize = async () => {
      const page = await browser.get(authorizePath(registered))
      if (page.status === 303) codes.push(answerOf(page).get('code') ?? '')
    }
    await Promise.all([authorize(), authorize(), remove(), authorize(), authorize()])
    await Promise.all(codes.map(redeem))
    expect(await alive()).toBe(0)
  })

  it('during refreshing and redeeming leaves no valid token', async () => {
    const tokens = [await login(), await login()]
    const codes = [await obtainCode(browser, registered), await obtainCode(browser, registered)]
    await Promise.all([
      ...tokens.map(({ refresh_token }) => refresh(refresh_token)),
      ...codes.map(redeem),
      remove(),
      ...tokens.map(({ refresh_token }) => refresh(refresh_token)),
      ...codes.map(redeem),
    ])
    expect(handedOut.length).toBeGreaterThanOrEqual(4)
    expect(await alive()).toBe(0)
    for (const { refresh_token } of tokens) expect((await refresh(refresh_token)).status).toBe(400)
  })
})

describe('revoking', () => {
  it('during refreshing leaves no valid token', async () => {
    const { refresh_token } = await login()
    await race(
      5,
      () => refresh(refresh_token),
      () => revoke(server, registered, refresh_token),
    )
    expect(await alive()).toBe(0)
  })

  it('during redeeming, once redeemed, leaves no valid token', async () => {
    const code = await obtainCode(browser, registered)
    const tokens = await tokensOf(await redeem(code))
    await Promise.all([
      redeem(code),
      refresh(tokens.refresh_token),
      revoke(server, registered, tokens.refresh_token),
    ])
    expect(await alive()).toBe(0)
  })
})

describe('deleting an application', () => {
  it('during redeeming leaves no valid token, and no row', async () => {
    const codes = [await obtainCode(browser, registered), await obtainCode(browser, registered)]
    const remove = () => sql('DELETE FROM clients WHERE id = ?', registered.client.id)
    await Promise.all([...codes.map(redeem), remove()])
    expect(await alive()).toBe(0)
    for (const table of ['authorizations', 'consents', 'client_secrets', 'client_origins']) {
      const rows = await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE client_id = ?`)
        .bind(registered.client.id)
        .first('n')
      expect([table, rows]).toEqual([table, 0])
    }
  })
})

describe('suspending', () => {
  const suspend = (since: number | undefined) =>
    write(env.DB, [suspendUser(env.DB, byAdministrator(), user.id, since)], {})
  const suspendApplication = (since: number | null) =>
    sql('UPDATE clients SET suspended_at = ? WHERE id = ?', since, registered.client.id)

  it('a user ends everything everywhere, and can be lifted', async () => {
    const tokens = await login()
    await suspend(server.now)
    expect(await alive()).toBe(0)
    expect((await refresh(tokens.refresh_token)).status).toBe(400)
    expect((await browser.get(authorizePath(registered))).location).toMatch(/^\/login/)
    await suspend(undefined)
    expect(await alive()).toBe(2)
  })

  it('a user during authorizing leaves no valid token', async () => {
    await login()
    const codes: string[] = []
    const authorize = async () => {
      const page = await browser.get(authorizePath(registered))
      const code = page.location.startsWith('https://app.example') ? answerOf(page).get('code') : null
      if (code !== null) codes.push(code)
    }
    await Promise.all([authorize(), suspend(server.now), authorize(), authorize()])
    await Promise.all(codes.map(redeem))
    expect(await alive()).toBe(0)
    await suspend(undefined)
  })

  it('a user within the grace period stops the repeated refresh too', async () => {
    const tokens = await login()
    await tokensOf(await refresh(tokens.refresh_token))
    await suspend(server.now)
    expect((await refresh(tokens.refresh_token)).status).toBe(400)
    expect(await alive()).toBe(0)
  })

  it('a user does not use up a code', async () => {
    const code = await obtainCode(browser, registered)
    await suspend(server.now)
    expect((await redeem(code)).status).toBe(400)
    await suspend(undefined)
    expect((await redeem(code)).status).toBe(200)
  })

  it('a user makes sign-in fail, with the answer of a wrong password', async () => {
    await suspend(server.now)
    const page = await (await server.browser().get('/login')).submit({
      username: user.username,
      password: 'correct horse battery',
    })
    expect(page.status).toBe(400)
    expect(page.html).toContain('Username or password is wrong.')
  })

  it('an application stops all of its tokens and requests, and can be lifted', async () => {
    const tokens = await login()
    await suspendApplication(server.now)
    expect(await alive()).toBe(0)
    expect((await refresh(tokens.refresh_token)).status).toBe(401)
    expect(answerOf(await browser.get(authorizePath(registered))).get('error')).toBe('unauthorized_client')
    await suspendApplication(null)
    expect(await alive()).toBe(2)
  })
})

describe('between reading and writing', () => {
  const suspend = (since: number | undefined) =>
    write(env.DB, [suspendUser(env.DB, byAdministrator(), user.id, since)], {})
  const meanwhile = (act: () => Promise<unknown>) => {
    const disturbed = startServer({ bindings: { DB: betweenReadAndWrite(act) } })
    disturbed.now = server.now
    return disturbed
  }

  it('a suspension stops a rotation, so that the token is still the current one when it is lifted', async () => {
    const tokens = await login()
    const disturbed = meanwhile(() => suspend(server.now))
    const answer = await postToken(disturbed, refreshRequest(registered, tokens.refresh_token))
    expect(answer.status).toBe(400)
    await suspend(undefined)
    server.now += 3600
    expect((await refresh(tokens.refresh_token)).status).toBe(200)
  })

  it('a suspension of the application stops a code and a rotation, and uses up neither', async () => {
    const tokens = await login()
    const code = await obtainCode(browser, registered)
    const suspendApplication = (since: number | null) =>
      sql('UPDATE clients SET suspended_at = ? WHERE id = ?', since, registered.client.id)
    for (const request of [codeRequest(registered, code), refreshRequest(registered, tokens.refresh_token)]) {
      const disturbed = meanwhile(() => suspendApplication(server.now))
      expect((await keep(await postToken(disturbed, request))).status).toBe(400)
      await suspendApplication(null)
    }
    expect((await redeem(code)).status).toBe(200)
    expect((await refresh(tokens.refresh_token)).status).toBe(200)
  })

  it('a revocation stops a rotation', async () => {
    const tokens = await login()
    const disturbed = meanwhile(() => revoke(server, registered, tokens.refresh_token))
    const answer = await keep(await postToken(disturbed, refreshRequest(registered, tokens.refresh_token)))
    expect(answer.status).toBe(400)
    const row = await env.DB.prepare('SELECT previous_refresh_hash FROM authorizations WHERE client_id = ?')
      .bind(registered.client.id)
      .first('previous_refresh_hash')
    expect(row).toBeNull()
    expect(await alive()).toBe(0)
  })

  it('a suspension leaves no authorization behind', async () => {
    await login()
    const disturbed = meanwhile(() => suspend(server.now))
    const visitor = disturbed.browser()
    for (const [name, value] of browser.cookies) visitor.cookies.set(name, value)
    expect((await visitor.get(authorizePath(registered))).status).toBe(400)
    const rows = await env.DB.prepare('SELECT count(*) AS n FROM authorizations WHERE client_id = ?')
      .bind(registered.client.id)
      .first('n')
    expect(rows).toBe(1)
    await suspend(undefined)
  })
})

describe('two secrets', () => {
  const insert = (secret: string, expires: number | null = null) =>
    sql(
      'INSERT INTO client_secrets (secret_hash, client_id, created_at, expires_at) VALUES (?, ?, ?, ?)',
      secret,
      registered.client.id,
      server.now,
      expires,
    )

  it('work side by side, each until it is deleted or expires', async () => {
    const second = makeSecret('client')
    await insert(hashSecret(second).sha256, server.now + 100)
    const both = [registered, { ...registered, secret: second.plain }]
    const works = async () => Promise.all(both.map(async (one) => (await revoke(server, one, 'x')).status))
    expect(await works()).toEqual([200, 200])
    server.now += 100
    expect(await works()).toEqual([200, 401])
    await sql('DELETE FROM client_secrets WHERE client_id = ? AND expires_at IS NULL', registered.client.id)
    expect(await works()).toEqual([401, 401])
  })

  it('show when they were last used, to the hour', async () => {
    const lastUsed = () =>
      env.DB.prepare('SELECT last_used_at FROM client_secrets WHERE client_id = ?')
        .bind(registered.client.id)
        .first('last_used_at')
    expect(await lastUsed()).toBeNull()
    await revoke(server, registered, 'x')
    const first = server.now
    expect(await lastUsed()).toBe(first)
    server.now += 3599
    await revoke(server, registered, 'x')
    expect(await lastUsed()).toBe(first)
    server.now += 1
    await revoke(server, registered, 'x')
    expect(await lastUsed()).toBe(server.now)
  })
})

describe('with every batch executed twice', () => {
  it('valid tokens stay valid, and revoked ones stay revoked', async () => {
    server = startServer({ bindings: { DB: everyBatchTwice() } })
    browser = await server.signedIn(user)
    const first = await login()
    const second = await tokensOf(await refresh(first.refresh_token))
    expect((await introspect(server, registered, second.refresh_token)).active).toBe(true)
    await revoke(server, registered, second.refresh_token)
    expect(await alive()).toBe(0)
  })
})
