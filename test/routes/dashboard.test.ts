import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { parseChartRange } from '../../src/rules/server/charts.ts'
import { topOfAxis } from '../../src/values/axis.ts'
import { register } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { countedRows } from '../counted-rows.ts'
import type { Known } from '../flow.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

const { DB } = env
const server = startServer()
const today = Math.floor(startedAt / 86_400)
let root: Browser
let notes: Known
let hostile: Known

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
  notes = await register(root, { name: 'Notes' })
  hostile = await register(root, { name: '<img src=x onerror=alert(1)>' })
})

beforeEach(async () => {
  await DB.batch(
    ['event_counts', 'client_activity', 'daily_tokens', 'audit_events'].map((table) =>
      DB.prepare(`DELETE FROM ${table}`),
    ),
  )
})

const countEvents = (day: number, type: string, events: number) =>
  DB.prepare('INSERT INTO event_counts (day, type, events) VALUES (?, ?, ?)').bind(day, type, events).run()

const countTokens = ({ client }: Known, day: number, outcome: string, counted: number) =>
  DB.prepare(
    `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reference) VALUES (?, ?, ?, ?, 1, 'a')
     ON CONFLICT DO UPDATE SET counted = excluded.counted`,
  )
    .bind(client.id, day, outcome, counted)
    .run()

/** The schedule sums in three runs of four, a quarter of an hour apart. */
const maintained = (run: number) =>
  maintain(DB, parseConfig({ ...env, WORKERS_PLAN: 'paid' }), () => startedAt + run * 900)

/** The rows of each table, without those where nothing was counted. */
async function tables(query = ''): Promise<readonly string[][]> {
  const { html } = await root.get(`/admin${query}`)
  return [...html.matchAll(/<tbody>(.*?)<\/tbody>/gs)].map(([, body = '']) =>
    [...body.matchAll(/<tr>(.*?)<\/tr>/gs)]
      .map(([, row = '']) =>
        row
          .replaceAll(/<[^>]+>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      )
      .filter((row) => !row.endsWith(' 0 0')),
  )
}

it('the start page of the administration has a card for each page beside it', async () => {
  const { html } = await root.get('/admin')
  const linked = (part: string) =>
    [...part.matchAll(/<a[^>]* href="(\/admin\/[^"?]+)"/g)].map(([, href]) => href).sort()
  const beside = /<nav class="side".*?<\/nav>/s.exec(html)?.[0] ?? ''
  expect(linked(beside).length).toBeGreaterThan(10)
  expect(linked(html.replace(beside, ''))).toEqual(linked(beside))
})

describe('the charts of the administration', () => {
  it('show the counts, by day and by application', async () => {
    await countEvents(today, 'sign_in', 7)
    await countEvents(today, 'sign_in_failed', 2)
    await countEvents(today, 'second_factor_failed', 1)
    await countEvents(today - 13, 'sign_in', 5)
    await countEvents(today - 14, 'sign_in', 100)
    await DB.prepare(
      `INSERT INTO audit_events (id, at, type, reference) VALUES ('a', ?, 'sign_in', 'a'), ('b', ?, 'sign_out', 'b')`,
    )
      .bind(startedAt, startedAt)
      .run()
    await countTokens(notes, today, 'issued', 30)
    await countTokens(notes, today, 'invalid_grant', 4)
    await countTokens(hostile, today - 1, 'issued', 3)
    const [signIns, tokens, clients] = await tables()
    expect(signIns).toEqual(['15 Jan 8 3', '2 Jan 5 0'])
    expect(tokens).toEqual(['15 Jan 30 4', '14 Jan 3 0'])
    expect(clients).toEqual(['Notes 30 4', '&lt;img src=x onerror=alert(1)&gt; 3 0'])
    const { text, html } = await root.get('/admin')
    expect(text).toContain('Last 14 days: 13 successful, 3 failed.')
    expect(text).toContain('Last 14 days: 33 issued, 4 refused.')
    expect((await tables('?days=30'))[0]).toHaveLength(3)
    expect(html).toContain('aria-current="page">14 days')
    expect(html).not.toContain('<img src=x')
  })

  it('draw them: the highest bar is as high as the axis, and failures are below the line', async () => {
    await countEvents(today, 'sign_in', 50)
    await countEvents(today - 1, 'sign_in', 25)
    await countEvents(today, 'sign_in_failed', 5)
    const { html } = await root.get('/admin')
    const bars = (className: string) =>
      [...html.matchAll(new RegExp(`<rect class="${className}"[^>]* y="(\\d+)" height="(\\d+)"/>`, 'g'))].map(
        ([, y, height]) => [Number(y), Number(height)],
      )
    // The axes are 50 up and 5 down, 160 px together, below 16 px of room.
    expect(bars('up')).toEqual([
      [16 + 145 - 73, 73],
      [16, 145],
    ])
    expect(bars('down')).toEqual([
      [161, 0],
      [161, 15],
    ])
    expect(html).toContain('<title>15 Jan: &#9650; 50 &#9660; 5</title>')
    expect(html).toMatch(/<text y="12">&#9650; 50<\/text><text y="189">&#9660; 5<\/text>/)
  })

  it('keep counts whose rows were deleted, and include later ones', async () => {
    await countTokens(notes, today, 'issued', 30)
    await countTokens(notes, today - 1, 'issued', 5)
    const gone = await register(root, { name: 'Gone' })
    await countTokens(gone, today - 1, 'issued', 1009)
    for (const run of [1, 2]) await maintained(run)
    await countTokens(notes, today, 'issued', 31)
    await DB.prepare('DELETE FROM clients WHERE id = ?').bind(gone.client.id).run()
    await maintained(3)
    await countTokens(notes, today, 'issued', 32)
    const [tokens, clients] = (await tables()).slice(-2)
    expect(tokens).toEqual(['15 Jan 32 0', '14 Jan 1,014 0'])
    expect(clients).toEqual(['A deleted application 1,009 0', 'Notes 37 0'])
  })

  it('say so when they are empty, in any range', async () => {
    for (const query of ['', '?days=90', '?days=1000000', '?days=<b>']) {
      const { text, html } = await root.get(`/admin${query}`)
      expect(text).toMatch(/No application asked for tokens during the last (14|90) days/)
      expect(html).not.toContain('<b>')
    }
  })

  it('read no more rows when there are many events and applications', async () => {
    const rows = async () => {
      const counted = countedRows()
      const other = startServer({ bindings: { DB: counted.db } })
      const browser = other.browser()
      for (const [name, value] of root.cookies) browser.cookies.set(name, value)
      await browser.get('/admin?days=90')
      return counted.batches.flat().reduce((all, { read }) => all + read, 0)
    }
    const days = JSON.stringify(Array.from({ length: 90 }, (_, i) => today - i))
    await DB.prepare(
      `INSERT INTO daily_tokens SELECT d.value, c.value, 1, 1 FROM json_each(?1) d, json_each('["", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]') c`,
    )
      .bind(days)
      .run()
    const fill = (from: number, to: number) =>
      DB.prepare(
        `WITH RECURSIVE n (n) AS (SELECT ?2 UNION ALL SELECT n + 1 FROM n WHERE n < ?3)
         INSERT INTO audit_events (id, at, type, reference, number, seal)
         SELECT 'e' || n, ?1 - n * 70, 'sign_in', 'a', n, 's' FROM n`,
      )
        .bind(startedAt, from, to)
        .run()
    await fill(1, 1000)
    const before = await rows()
    // A million, in the statements that D1 takes: some six seconds.
    for (let from = 1001; from <= 1_000_000; from += 111_000) await fill(from, from + 110_999)
    expect(await DB.prepare('SELECT count(*) AS n FROM audit_events').first('n')).toBe(1_000_000)
    expect(await rows()).toBe(before)
    expect(before).toBeLessThan(5000)
  })
})

describe('the axis', () => {
  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 5],
    [10, 10],
    [11, 20],
    [199, 200],
    [201, 500],
    [1_000_001, 2_000_000],
  ])('of at most %i ends at %i', (most, top) => {
    expect(topOfAxis(most)).toBe(top)
  })

  it('offers the existing ranges', () => {
    expect([undefined, '14', '30', '90', '31', '-1', 'x'].map(parseChartRange)).toEqual([
      14, 14, 30, 90, 14, 14, 14,
    ])
  })
})
