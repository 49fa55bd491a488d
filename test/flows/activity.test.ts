import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { countStep } from '../../src/rules/clients/activity.ts'
import { pathOf, register } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { counted, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { codeRequest, errorOf, type Known, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { addUser, applySchema, type Server, startedAt, startServer } from '../server.ts'

const server = startServer()
let ada: Browser
let known: Known

beforeAll(async () => {
  await applySchema()
  ada = await server.signedIn(await addUser('ada'))
})

beforeEach(async () => {
  server.now = startedAt
  known = await register(ada)
})

/** The existing rows. */
async function activityOf({ client }: Known) {
  const { results } = await env.DB.prepare(
    'SELECT outcome, counted, reason FROM client_activity WHERE client_id = ? ORDER BY day, outcome',
  )
    .bind(client.id)
    .all()
  return results.map(({ outcome, counted, reason }) => [outcome, counted, reason])
}

const lastUse = ({ client }: Known) =>
  env.DB.prepare('SELECT last_used_at FROM clients WHERE id = ?').bind(client.id).first('last_used_at')

const machine = () => register(ada, { authorization_grant_type: 'client-credentials', redirect_uris: '' })

const askAsMachine = ({ client, secret }: Known, at: Server = server) =>
  postToken(at, { grant_type: 'client_credentials', client_id: client.id, client_secret: secret })

const guess = (known: Known) =>
  postToken(server, refreshRequest({ ...known, secret: `lk_${'A'.repeat(43)}` }, 'lkr_x'))

describe('the requests of a client at the token endpoint are counted', () => {
  it.each([
    ['as usual', () => server],
    ['with every batch executed twice', () => startServer({ bindings: { DB: everyBatchTwice() } })],
    ['with every first answer lost', () => startServer({ bindings: { DB: everyFirstAnswerLost() } })],
  ])('once for each code and each refresh, %s', async (_, start) => {
    const other = start()
    const { refresh_token } = await tokensOf(
      await postToken(other, codeRequest(known, await obtainCode(ada, known))),
    )
    await tokensOf(await postToken(other, refreshRequest(known, refresh_token)))
    const job = await machine()
    await tokensOf(await askAsMachine(job, other))
    expect([await activityOf(known), await activityOf(job)]).toEqual([
      [['issued', 2, null]],
      [['issued', 1, null]],
    ])
  })

  it('with the reason and reference of a refusal, which its developer can read', async () => {
    expect(await errorOf(await guess(known))).toBe('401 invalid_client')
    const refused = await postToken(server, codeRequest(known, 'lkc_nothing'))
    const { reference }: { reference: string } = await refused.json()
    expect(await activityOf(known)).toEqual([
      ['invalid_client', 1, 'The client secret is wrong'],
      ['invalid_grant', 1, 'Malformed authorization code'],
    ])
    const { text, html } = await ada.get(pathOf(known, '/activity'))
    expect(text).toContain('0 issued, 2 refused')
    expect(text).toContain(`invalid_grant Malformed authorization code Last`)
    expect(text).toContain(reference)
    expect(html.match(/class="down"/g)).toHaveLength(2)
  })

  it('except for a code that was already used', async () => {
    const code = await obtainCode(ada, known)
    await tokensOf(await postToken(server, codeRequest(known, code)))
    expect(await errorOf(await postToken(server, codeRequest(known, code)))).toBe('400 invalid_grant')
    expect((await activityOf(known)).map(([outcome, count]) => [outcome, count])).toEqual([
      ['invalid_grant', 1],
      ['issued', 1],
    ])
  })

  it('with the time of the last use, to the hour', async () => {
    const job = await machine()
    expect([await lastUse(job), (await ada.get(pathOf(job))).text]).toEqual([
      null,
      expect.stringContaining('Last used Never'),
    ])
    await askAsMachine(job)
    server.now += 1800
    await askAsMachine(job)
    expect(await lastUse(job)).toBe(startedAt)
    server.now += 1800
    await askAsMachine(job)
    expect(await lastUse(job)).toBe(server.now)
    await tokensOf(await postToken(server, codeRequest(known, await obtainCode(ada, known))))
    expect(await lastUse(known)).toBe(server.now)
    server.now += 3599
    await tokensOf(await postToken(server, codeRequest(known, await obtainCode(ada, known))))
    expect(await lastUse(known)).toBe(server.now - 3599)
    await guess(job)
    server.now += 3600
    await guess(job)
    expect(await lastUse(job)).toBe(server.now - 7199)
  })
})

describe('an unauthenticated caller', () => {
  it('causes few writes, however much they send', async () => {
    const count = counted()
    const guarded = startServer({ bindings: { DB: count.db } })
    await env.DB.prepare(
      `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reference) VALUES (?, ?, 'invalid_client', ?, 0, '')`,
    )
      .bind(known.client.id, Math.floor(startedAt / 86_400), 1_000_000)
      .run()
    for (let i = 0; i < 50; i++) {
      await postToken(guarded, refreshRequest({ ...known, secret: `lk_${'A'.repeat(43)}` }, 'lkr_x'))
    }
    expect([count.counts.reads, count.counts.writes < 5]).toEqual([50, true])
  })

  it('adds no row after the first', async () => {
    for (let i = 0; i < 20; i++) await guess(known)
    expect((await activityOf(known)).length).toBe(1)
  })

  it('writes nothing about a client that does not exist', async () => {
    const rows = () => env.DB.prepare('SELECT count(*) AS n FROM client_activity').first('n')
    const before = await rows()
    await guess({ ...known, client: { ...known.client, id: 'nobody' } })
    expect(await rows()).toBe(before)
  })

  it.each([
    [0, 1],
    [99, 1],
    [100, 10],
    [999, 10],
    [1000, 100],
    [123_456, 10_000],
  ])('after %i one in %i is recorded', (before, step) => {
    expect(countStep(before)).toBe(step)
  })
})

it('is forgotten after 14 days', async () => {
  const config = parseConfig({ ...env })
  await guess(known)
  const day = 86_400
  await maintain(env.DB, config, () => startedAt + 13 * day)
  expect((await activityOf(known)).length).toBe(1)
  server.now = startedAt + 14 * day
  expect((await ada.get('/')).status).toBe(200)
  await maintain(env.DB, config, () => startedAt + 14 * day)
  expect(await activityOf(known)).toEqual([])
})
