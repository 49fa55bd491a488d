import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { decodeJwt } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { deliverLogouts } from '../../src/acts/openid/deliver-logouts.ts'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { everyBatchTwice } from '../faults.ts'
import { receiveLogouts } from '../receivers.ts'
import { addClient, applySchema, issuer, startedAt } from '../server.ts'

beforeAll(applySchema)
beforeEach(() => env.DB.prepare('DELETE FROM logout_deliveries').run())
afterEach(() => vi.restoreAllMocks())

const config = parseConfig({ ...env })
const uri = 'https://app.example/backchannel'

const world = (backchannelLogoutUri = uri) =>
  cast(undefined, { openid: { ...defaultClientOpenid, pkceOptional: true, backchannelLogoutUri } })

async function signOut({ person }: Cast): Promise<void> {
  await (await person.browser.get('/logout')).submit({})
}

interface Row {
  readonly attempts: number
  readonly next_attempt_at: number | null
  readonly delivered_at: number | null
  readonly last_error: string | null
}

const rows = async () =>
  (
    await env.DB.prepare(
      'SELECT attempts, next_attempt_at, delivered_at, last_error FROM logout_deliveries',
    ).all<Row>()
  ).results

/** A run of the scheduled handler, `after` seconds later, on a plan where each step has its turn in every run. */
const handlerAt = (after: number) => maintain(env.DB, { ...config, plan: 'paid' }, () => startedAt + after)

it('goes to no application that never redeemed its code: nobody is signed in there', async () => {
  const here = await cast(undefined, {
    openid: {
      ...defaultClientOpenid,
      pkceOptional: true,
      backchannelLogoutUri: uri,
      frontchannelLogoutUri: 'https://app.example/front',
    },
  })
  const { browser } = here.person
  const received = receiveLogouts()
  const code = here.rp.codeOf(await here.person.visit(here.rp.request()))
  expect(code).not.toBe('')
  const page = await (await browser.get('/logout')).submit({})
  expect([page.html.includes('<iframe'), received, await rows()]).toEqual([false, [], []])
})

describe('failed deliveries', () => {
  it.each<[string, () => Response | Promise<Response>, string]>([
    ['an error of the receiver', () => new Response('no', { status: 503 }), 'answer'],
    ['a refusal', () => new Response('{"error":"invalid_request"}', { status: 400 }), 'answer'],
    ['a redirect', () => Response.redirect('https://elsewhere.example/', 307), 'answer'],
    ['no connection', () => Promise.reject(new Error('connect failed')), 'unreachable'],
    ['no answer in time', () => Promise.reject(new DOMException('late', 'TimeoutError')), 'timeout'],
  ])('%s is tried again by the scheduled handler until it succeeds', async (_, answer, error) => {
    const here = await world()
    const failing = receiveLogouts(answer)
    await signIn(here)
    await signOut(here)
    expect(failing).toHaveLength(1)
    expect(await rows()).toEqual([
      { attempts: 1, next_attempt_at: startedAt + 60, delivered_at: null, last_error: error },
    ])
    vi.restoreAllMocks()
    const working = receiveLogouts()
    await handlerAt(59)
    expect(working).toEqual([])
    await handlerAt(60)
    expect(working.map(({ url }) => url)).toEqual([uri])
    await handlerAt(9999)
    expect(working).toHaveLength(1)
    expect(await rows()).toEqual([
      { attempts: 2, next_attempt_at: null, delivered_at: startedAt + 60, last_error: null },
    ])
  })

  it('waits twice as long each time, and is given up after ten attempts', async () => {
    const here = await world()
    const received = receiveLogouts(() => new Response(null, { status: 500 }))
    await signIn(here)
    await signOut(here)
    const waits: number[] = []
    let after = 0
    for (let attempt = 2; attempt <= 10; attempt++) {
      const [row] = await rows()
      const wait = (row?.next_attempt_at ?? 0) - startedAt - after
      waits.push(wait)
      await handlerAt(after + wait - 1)
      expect(received).toHaveLength(attempt - 1)
      after += wait
      await handlerAt(after)
      expect(received).toHaveLength(attempt)
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360])
    await handlerAt(after + 20 * 86_400)
    expect(received).toHaveLength(10)
    expect(await rows()).toMatchObject([{ attempts: 10, next_attempt_at: null, delivered_at: null }])
  })

  it('uses a new token each time: a receiver that recorded the first does not treat it as a replay', async () => {
    const here = await world()
    const received = receiveLogouts(() => new Response(null, { status: 500 }))
    await signIn(here)
    await signOut(here)
    await handlerAt(60)
    const [first, second] = received.map(({ token }) => decodeJwt(token))
    expect(second?.jti).not.toBe(first?.jti)
    expect([second?.iat, second?.sid, second?.sub]).toEqual([startedAt + 60, first?.sid, first?.sub])
  })
})

describe('with concurrent runs', () => {
  it('two runs at once, and every write twice, send each notice once', async () => {
    const here = await world()
    receiveLogouts(() => new Response(null, { status: 500 }))
    await signIn(here)
    await signOut(here)
    vi.restoreAllMocks()
    const received = receiveLogouts(async () => {
      await scheduler.wait(20)
      return new Response()
    })
    const at = startedAt + 60
    const run = (db = env.DB) => deliverLogouts(db, config, at)
    await Promise.all([run(), run(), run(everyBatchTwice()), run()])
    expect(received).toHaveLength(1)
    expect(await rows()).toMatchObject([{ attempts: 2, delivered_at: at }])
  })

  it('a run that dies while it sends loses nothing', async () => {
    const here = await world()
    receiveLogouts(() => new Response(null, { status: 500 }))
    await signIn(here)
    await signOut(here)
    vi.restoreAllMocks()
    receiveLogouts()
    const dying = new Proxy(env.DB, {
      get(target, property) {
        if (property === 'prepare') {
          return (sql: string) => {
            if (sql.includes('delivered_at =')) throw new Error('stopped')
            return target.prepare(sql)
          }
        }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await expect(deliverLogouts(dying, config, startedAt + 60)).rejects.toThrow('stopped')
    vi.restoreAllMocks()
    const received = receiveLogouts()
    await handlerAt(60 + 120)
    expect(received).toHaveLength(1)
  })

  it('a hundred overdue notices do not delay a new sign-out, and are all tried in one run', async () => {
    const here = await world()
    const { id } = (
      await addClient(here.person.user, {
        openid: { ...defaultClientOpenid, backchannelLogoutUri: 'https://down.example/' },
      })
    ).client
    const insert = env.DB.prepare(
      `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, next_attempt_at)
       VALUES (?, ?, 'u', ?, ?, ?, 1, ?)`,
    )
    const overdue = Array.from({ length: 100 }, (_, i) =>
      insert.bind(randomText(16), id, `sid-${i}`, issuer, startedAt - 900, startedAt - 900 + i),
    )
    await env.DB.batch(overdue)
    const received = receiveLogouts(({ url }) => new Response(null, { status: url === uri ? 200 : 504 }))
    await signIn(here)
    await signOut(here)
    expect(received.slice(0, 20).map(({ url }) => url)).toContain(uri)
    expect(received).toHaveLength(101)
  })
})

it('a hanging receiver does not keep the page waiting, and is given up after five seconds', async () => {
  const here = await world()
  await signIn(here)
  let release: () => void = () => undefined
  const hanging = new Promise<Response>((resolve) => {
    release = () => resolve(new Response())
  })
  const received = receiveLogouts(() => hanging)
  const timeout = vi.spyOn(AbortSignal, 'timeout')
  const app = createApp({ ...config }, () => startedAt)
  const cookie = [...here.person.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const question = await here.person.browser.get('/logout')
  const ctx = createExecutionContext()
  const request = new Request(`${issuer}/logout`, {
    method: 'POST',
    body: new URLSearchParams(question.forms[0]?.fields),
    headers: { Cookie: cookie, Origin: issuer },
  })
  const response = await app.fetch(request, { ...env }, ctx)
  expect(response.status).toBe(303)
  expect(await rows()).not.toMatchObject([{ delivered_at: expect.any(Number) }])
  release()
  await waitOnExecutionContext(ctx)
  expect(timeout).toHaveBeenCalledWith(5000)
  expect(received[0]?.init.signal).toBeInstanceOf(AbortSignal)
  expect(await rows()).toMatchObject([{ delivered_at: startedAt }])
})

describe('only permitted addresses are called', () => {
  it.each([
    'https://10.0.0.1/out',
    'https://internal/out',
    'https://db.internal/out',
    'http://app.example/out',
  ])('%s is not', async (address) => {
    const here = await world(address)
    const received = receiveLogouts()
    await signIn(here)
    await signOut(here)
    expect(received).toEqual([])
    expect(await rows()).toMatchObject([{ delivered_at: null, last_error: 'address' }])
  })

  it('this machine is, in development only', async () => {
    const here = await world('http://localhost:3000/out')
    const received = receiveLogouts()
    await signIn(here)
    await signOut(here)
    expect(received).toHaveLength(1)
    await env.DB.prepare(`UPDATE logout_deliveries SET next_attempt_at = ?, delivered_at = NULL, issuer = ?`)
      .bind(startedAt, 'https://id.example.com')
      .run()
    await handlerAt(0)
    expect(received).toHaveLength(1)
  })
})

it('a notice for an address that the application removed is not retried', async () => {
  const here = await world()
  receiveLogouts(() => new Response(null, { status: 500 }))
  await signIn(here)
  await signOut(here)
  vi.restoreAllMocks()
  const received = receiveLogouts()
  await env.DB.prepare(`UPDATE clients SET openid = json_remove(openid, '$.backchannel_logout_uri')`).run()
  await handlerAt(60)
  expect(received).toEqual([])
  expect(await rows()).toMatchObject([{ next_attempt_at: null }])
})
