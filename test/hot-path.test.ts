import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { register } from './applications.ts'
import type { Browser } from './browser.ts'
import { type CountedRows, countedRows, listed } from './counted-rows.ts'
import { makeProver } from './dpop.ts'
import { counted } from './faults.ts'
import {
  authorizePath,
  codeRequest,
  errorOf,
  introspect,
  type Known,
  obtainCode,
  postToken,
  refreshRequest,
  requestOf,
  type Tokens,
  tokensOf,
} from './flow.ts'
import { addUser, applySchema, issuer, startServer } from './server.ts'

/**
 * The cost of hot requests in D1 and KV, for applications registered by the form, in a warm isolate. Rows are counted as D1
 * bills them, including indexes. Background work is counted separately.
 */
const rows = countedRows()
const kv = counted()
const server = startServer({ bindings: { DB: rows.db, CODES: kv.kv } })

let ada: Browser
let grace: Browser
let known: Known
let machine: Known

const scope = 'openid profile offline_access'

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada', 'administrator'))
  const person = await addUser('grace')
  // None of her other sessions is read.
  for (let i = 0; i < 4; i++) await server.signedIn(person)
  grace = await server.signedIn(person)
  known = await register(ada)
  machine = await register(ada, { authorization_grant_type: 'client-credentials', redirect_uris: '' })
  // Stores the consent, creates the keys, and records the first use in this hour.
  await tokensOf(await askAsMachine())
  const { refresh_token } = await tokensOf(
    await postToken(server, codeRequest(known, await obtainCode(grace, known, { scope }))),
  )
  await introspect(server, known, refresh_token)
})

interface Cost {
  /** Round trips to D1. */
  readonly calls: number
  readonly statements: number
  readonly read: number
  readonly written: number
  /** Calls of KV. */
  readonly kv: number
}

/** In the background: the result of a request is counted, and one authorization in fifty, by chance, removes those beyond the limit. */
const isBackground = (batch: CountedRows['batches'][number]) =>
  batch.every(({ sql }) => /client_activity|OFFSET/.test(sql))

function costOf(batches: CountedRows['batches']): Omit<Cost, 'kv'> {
  const all = batches.flat()
  return {
    calls: batches.length,
    statements: all.length,
    read: all.reduce((sum, { read }) => sum + read, 0),
    written: all.reduce((sum, { written }) => sum + written, 0),
  }
}

/** Fails with the list of statements, so that the rows can be found. */
async function expectCost<T>(work: () => Promise<T>, budget: Cost, background = 0): Promise<T> {
  rows.reset()
  kv.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
  const answer = await work()
  const waitedFor = rows.batches.filter((batch) => !isBackground(batch))
  const later = rows.batches.filter(isBackground)
  const { read, ...cost } = { ...costOf(waitedFor), kv: kv.counts.gets + kv.counts.puts }
  const { read: mostRead, ...exactly } = budget
  const list = listed(rows.batches)
  expect({ ...cost, background: costOf(later).written }, list).toEqual({ ...exactly, background })
  // A range of an index may end with one more row, of another person.
  expect(read, list).toBeLessThanOrEqual(mostRead)
  return answer
}

const askAsMachine = (scope = 'read') =>
  postToken(server, {
    grant_type: 'client_credentials',
    scope,
    client_id: machine.client.id,
    client_secret: machine.secret,
  })

async function login(): Promise<Tokens> {
  const page = await grace.get(authorizePath(known, { scope }))
  const code = new URL(page.location).searchParams.get('code') ?? ''
  return tokensOf(await postToken(server, codeRequest(known, code)))
}

describe('what a request costs', () => {
  it('authorization code, consent remembered, with its token request', async () => {
    await expectCost(login, { calls: 4, statements: 7, read: 14, written: 8, kv: 2 }, 1)
  })

  it('refresh', async () => {
    const { refresh_token } = await login()
    const refresh = async () => tokensOf(await postToken(server, refreshRequest(known, refresh_token)))
    await expectCost(refresh, { calls: 2, statements: 3, read: 7, written: 1, kv: 0 }, 1)
  })

  // At most one statement more than with a bearer token, of which none is needed: a trigger writes the second row.
  it('refresh, bound to a key by DPoP (RFC 9449)', async () => {
    const key = await makeProver(issuer, () => server.now)
    const bound = await grace.get(authorizePath(known, { scope }))
    const code = new URL(bound.location).searchParams.get('code') ?? ''
    const proof = async () => ({ DPoP: await key.prove('/o/token') })
    const { refresh_token } = await tokensOf(await postToken(server, codeRequest(known, code), await proof()))
    const header = await proof()
    const refresh = async () =>
      tokensOf(await postToken(server, refreshRequest(known, refresh_token), header))
    const { token_type } = await expectCost(
      refresh,
      { calls: 2, statements: 3, read: 9, written: 2, kv: 0 },
      1,
    )
    expect(token_type).toBe('DPoP')
  })

  // At most one statement that writes.
  it('pushed request (RFC 9126)', async () => {
    const body = requestOf(known, { scope, client_secret: known.secret })
    const push = () => server.fetch('/o/par', { method: 'POST', body })
    const answer = await expectCost(push, { calls: 2, statements: 3, read: 9, written: 3, kv: 0 })
    expect(answer.status).toBe(201)
    expect(rows.batches.flat().filter(({ written }) => written > 0)).toHaveLength(1)
  })

  it('client credentials', async () => {
    await expectCost(
      async () => tokensOf(await askAsMachine()),
      { calls: 1, statements: 1, read: 3, written: 0, kv: 0 },
      1,
    )
  })

  it('client credentials for a scope that does not exist, asked for again', async () => {
    expect(await errorOf(await askAsMachine('nobodys'))).toBe('400 invalid_scope')
    const again = () => askAsMachine('nobodys')
    await expectCost(again, { calls: 1, statements: 1, read: 3, written: 0, kv: 0 }, 1)
  })

  it('userinfo', async () => {
    const { access_token } = await login()
    const headers = { Authorization: `Bearer ${access_token}` }
    const ask = () => server.fetch('/o/userinfo', { headers })
    const answer = await expectCost(ask, { calls: 1, statements: 1, read: 3, written: 0, kv: 0 })
    expect(answer.status).toBe(200)
  })

  it('introspection', async () => {
    const { access_token, refresh_token } = await login()
    const ofAccess = () => introspect(server, known, access_token)
    const { active } = await expectCost(ofAccess, { calls: 1, statements: 2, read: 5, written: 0, kv: 0 })
    const ofRefresh = () => introspect(server, known, refresh_token)
    const refresh = await expectCost(ofRefresh, { calls: 1, statements: 2, read: 4, written: 0, kv: 0 })
    expect([active, refresh.active]).toEqual([true, true])
  })
})

describe('what a page costs, where this isolate has seen the session before', () => {
  it.each([
    ['/account', 1],
    ['/o/applications', 1],
    ['/admin', 1],
    ['/admin/users', 1],
    ['/admin/applications', 1],
    // The question, once it is known that there is one.
    ['/o/authorize', 2],
  ])('%s: %i D1 calls', async (path, calls) => {
    const asked = path === '/o/authorize' ? authorizePath(known, { scope, prompt: 'consent' }) : path
    await ada.get(asked)
    rows.reset()
    expect((await ada.get(asked)).status).toBe(200)
    expect(rows.batches.length, listed(rows.batches)).toBe(calls)
  })

  it('reads a list once at most for a session that has ended', async () => {
    const linus = await addUser('linus', 'support')
    const browser = await server.signedIn(linus)
    await browser.get('/admin/users')
    await env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(linus.id).run()
    await browser.get('/admin/users')
    rows.reset()
    expect((await browser.get('/admin/users')).status).toBe(303)
    expect(rows.batches.map(({ length }) => length)).toEqual([1])
  })
})
