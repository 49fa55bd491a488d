import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { readExport } from '../../scripts/audit/export.ts'
import { verifyExport } from '../../scripts/audit/source.ts'
import { exportAuditLog } from '../../src/acts/server/export-audit-log.ts'
import { auditCsvHeader } from '../../src/rules/server/audit-csv.ts'
import { carriedTo } from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { counted } from '../faults.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

const server = startServer()
let root: Browser
let eveId = ''
let clientId = ''

/** Newer than everything else, two per second. */
const total = 60

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
  const eve = await addUser('eve')
  eveId = eve.id
  clientId = (await addClient(eve)).client.id
  const insert = env.DB.prepare(
    'INSERT INTO audit_events (id, at, type, reference, user_id, client_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  await env.DB.batch(
    Array.from({ length: total }, (_, i) =>
      insert.bind(
        `event${String(i).padStart(3, '0')}`,
        startedAt + 100 + Math.floor(i / 2),
        i % 3 === 0 ? 'token_revoked' : 'sign_out',
        `ref-${i}`,
        i % 2 === 0 ? eveId : null,
        i % 4 === 0 ? clientId : null,
        i === 1 ? '=HYPERLINK("https://evil.example","x")' : i === 3 ? 'a "b", c' : null,
      ),
    ),
  )
})

/** The references on every page from here, by the links that a person follows. */
async function walk(start: string): Promise<string[]> {
  const found: string[] = []
  for (let path: string | undefined = start; path !== undefined; ) {
    const page = await root.get(path)
    expect(page.status).toBe(200)
    found.push(...[...page.html.matchAll(/<code>(ref-\d+)<\/code>/g)].map(([, reference = '']) => reference))
    path = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
  }
  return found
}

const dayOf = (at: number) => new Date(at * 1000).toISOString().slice(0, 10)

const expected = (keep: (i: number) => boolean) =>
  Array.from({ length: total }, (_, i) => i)
    .filter(keep)
    .toReversed()
    .map((i) => `ref-${i}`)

describe('the audit log', () => {
  it.each<[string, () => string, (i: number) => boolean]>([
    ['everything', () => '', () => true],
    ['a type', () => '?type=token_revoked', (i) => i % 3 === 0],
    ['a user by name', () => '?user=EVE', (i) => i % 2 === 0],
    ['a user by id', () => `?user=${eveId}`, (i) => i % 2 === 0],
    ['an application', () => `?client=${clientId}`, (i) => i % 4 === 0],
    ['all of them', () => `?type=token_revoked&user=eve&client=${clientId}`, (i) => i % 12 === 0],
    ['nobody', () => '?user=nobody', () => false],
    ['an odd value', () => '?user=%00&type=%27&after=x', () => false],
  ])('has %s once, newest first, page by page', async (_, query, keep) => {
    expect(await walk(`/admin/audit${query()}`)).toEqual(expected(keep))
  })

  it('answers each filter through an index, without sorting', async () => {
    const statements: string[] = []
    const recording = new Proxy(env.DB, {
      get(target, property) {
        if (property === 'prepare')
          return (sql: string) => {
            statements.push(sql)
            return target.prepare(sql)
          }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const browser = carriedTo(startServer({ bindings: { DB: recording } }), root)
    for (const query of ['', '?type=sign_in', '?user=eve', `?client=${clientId}`, '?user=eve&type=sign_out'])
      await browser.get(`/admin/audit${query}`)
    await browser.get('/admin/logouts')
    await browser.get('/admin/apis')
    await browser.get('/admin/scopes')
    await browser.get(`/admin/users/${eveId}`)
    await browser.get(`/o/applications/${clientId}/policy`)
    for (const sql of statements) {
      const count = Math.max(
        (sql.match(/\?/g) ?? []).length,
        ...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)),
      )
      const numbered = /\?\d/.test(sql)
        ? Math.max(...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)))
        : count
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array.from({ length: numbered }, () => ''))
        .all<{ detail: string }>()
      const bad = plan.results.filter(({ detail }) =>
        /^SCAN (?!\w+ VIRTUAL|(?:later_)?signing_keys|CONSTANT|\(subquery)|TEMP B-TREE/.test(detail),
      )
      expect([sql, bad]).toEqual([sql, []])
    }
  })

  it('shows events as sentences, and folds repeated ones', async () => {
    const hostile = await addUser('<svg onload=alert(1)>')
    const gone = { id: 'user-of-before' }
    const at = startedAt + 5000
    const insert = env.DB.prepare(
      `INSERT INTO audit_events (id, at, type, reference, user_id, client_id, subject_id) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    await env.DB.batch([
      ...Array.from({ length: 12 }, (_, i) =>
        insert.bind(`told-${i}`, at + i * 45, 'client_suspended', `told-${i}`, hostile.id, clientId, null),
      ),
      insert.bind('told-12', at + 900, 'client_deleted', 'told-12', eveId, 'client-of-before', null),
      insert.bind('told-13', at + 901, 'user_suspended', 'told-13', eveId, null, gone.id),
      insert.bind('told-14', at + 902, 'user_suspended', 'told-14', eveId, null, hostile.id),
      insert.bind('told-15', at + 903, 'client_suspended', 'told-15', null, clientId, null),
      insert.bind('told-16', at + 904, 'user_created', 'told-16', hostile.id, null, eveId),
      insert.bind('told-17', at + 905, 'user_created', 'told-17', hostile.id, null, hostile.id),
      insert.bind('told-18', at + 906, 'user_created', 'told-18', hostile.id, null, gone.id),
      insert.bind(
        'told-19',
        at + 907,
        'user_created',
        'told-19',
        hostile.id,
        null,
        (await addUser('fay')).id,
      ),
    ])
    const { text, html } = await root.get('/admin/audit')
    const name = '<svg onload=alert(1)>'
    for (const sentence of [
      `${name} suspended Notes 12 times, from 15 Jan 2027, 09:23 UTC to 15 Jan 2027, 09:31 UTC`,
      'eve deleted a deleted application ( client-of-before )',
      'eve suspended a deleted user',
      `eve suspended ${name}`,
      'Application suspended · Notes',
      `${name} created the user fay , a deleted user, ${name} , +1 4 times, 15 Jan 2027, `,
    ])
      expect(text.replaceAll(/\s+/g, ' ')).toContain(sentence)
    expect(html).not.toContain('<svg onload')
    for (let i = 0; i < 20; i++) expect(html.split(`<code>told-${i}</code>`)).toHaveLength(2)
    await env.DB.prepare(`DELETE FROM audit_events WHERE id LIKE 'told-%'`).run()
  })

  it('counts the events of a filter, leads to the usual days, and suggests people', async () => {
    const page = await root.get('/admin/audit?type=token_revoked')
    expect(page.text).toContain(
      `Clear the filter 1–20 of ${expected((i) => i % 3 === 0).length} Time ↓ descending`,
    )
    expect((await root.get('/admin/audit')).text).not.toContain('Clear the filter')
    expect(page.html).toContain(
      `href="/admin/audit?type=token_revoked&amp;from=${dayOf(startedAt - 6 * 86_400)}"`,
    )
    const people = await root.get('/admin/audit?user=ev')
    expect(people.text).toMatch(/People with “ ev ” in their name or address: eve/)
    expect(people.html).toContain('href="/admin/audit?user=eve"')
    expect((await root.get('/admin/audit?user=eve')).text).not.toContain('People with')
  })

  it('leads back page by page', async () => {
    const at = (page: Page, rel: string) =>
      new RegExp(`href="([^"]+)" rel="${rel}"`).exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const first = await root.get('/admin/audit')
    const second = await root.get(at(first, 'next'))
    const third = await root.get(at(second, 'next'))
    expect([at(first, 'prev'), at(second, 'prev')]).toEqual(['', '/admin/audit'])
    const rows = ({ html }: Page) => html.match(/<code>ref-\d+<\/code>/g)
    expect(rows(await root.get(at(third, 'prev')))).toEqual(rows(second))
    expect(rows(second)).not.toEqual(rows(third))
  })

  it('shows the selected days, including both ends', async () => {
    const insert = env.DB.prepare(
      `INSERT INTO audit_events (id, at, type, reference) VALUES (?, unixepoch(?), 'scope_saved', ?)`,
    )
    const times = ['2026-03-01 23:59:59', '2026-03-02 00:00:00', '2026-03-03 23:59:59', '2026-03-04 00:00:00']
    await env.DB.batch(times.map((time, i) => insert.bind(`day-${i}`, time, `ref-90${i}`)))
    const within = (query: string) => walk(`/admin/audit?type=scope_saved&${query}`)
    expect(await within('from=2026-03-02&to=2026-03-03')).toEqual(['ref-902', 'ref-901'])
    expect(await within('to=2026-03-01')).toEqual(['ref-900'])
    expect(await within('from=2026-03-04')).toEqual(['ref-903'])
    // An invalid day is ignored.
    expect(await within('from=2026-99-99&to=<b>')).toHaveLength(4)
    const { text } = await root.get('/admin/audit?from=2001-01-01&to=2001-01-02')
    expect(text).toContain('No event matches. Clear the filter')
    await env.DB.prepare(`DELETE FROM audit_events WHERE id LIKE 'day-%'`).run()
  })

  const download = async (query = '', browser = root) =>
    (await browser.get(`/admin/audit.csv${query}`)).submit({})

  it('is downloaded by a form, and no cell is a formula', async () => {
    const answer = await download('?type=sign_out')
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('Content-Disposition')).toContain('attachment')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const lines = answer.html.split('\r\n').slice(1, -1)
    const references = lines.map((line) => line.split(',')[2]?.replaceAll('"', ''))
    expect(references).toEqual(expected((i) => i % 3 !== 0))
    expect(answer.html).toContain(`"'=HYPERLINK(""https://evil.example"",""x"")"`)
    const all = await download()
    expect(all.html).toContain('"a ""b"", c"')
  })

  it('is not changed by only opening the form', async () => {
    const count = counted()
    const browser = carriedTo(startServer({ bindings: { DB: count.db } }), root)
    const page = await browser.get('/admin/audit.csv?type=sign_out&user=eve')
    expect([page.status, page.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=UTF-8'])
    expect(count.counts).toMatchObject({ reads: 1, writes: 0 })
    expect(page.forms.at(-1)?.fields).toMatchObject({ type: 'sign_out', user: 'eve', client: '' })
  })

  it('contains an event for each download, once', async () => {
    const noted = async () =>
      (
        await env.DB.prepare(
          `SELECT detail FROM audit_events WHERE type = 'audit_exported' ORDER BY detail`,
        ).all()
      ).results
    const before = await noted()
    const form = await root.get('/admin/audit.csv?user=eve')
    await form.submit({})
    const again = await form.submit({})
    expect(again.status).toBe(200)
    expect(await noted()).toEqual(
      [...before, { detail: 'type=&user=eve&client=&from=&to=' }].toSorted((a, b) =>
        String(a.detail) < String(b.detail) ? -1 : 1,
      ),
    )
    const support = await server.signedIn(await addUser('helper', 'support'))
    expect((await download('', support)).headers.get('Content-Type')).toContain('text/csv')
    expect((await noted()).length).toBe(before.length + 2)
  })

  it('is downloaded with everything that is needed to verify it elsewhere', async () => {
    await env.DB.prepare('INSERT INTO audit_events (id, at, type, reference, detail) VALUES (?, ?, ?, ?, ?)')
      .bind('-odd', startedAt + 200, '@type', "'quoted", ' =1\n"2"')
      .run()
    const csv = (await download()).html
    const check = (text: string) => verifyExport(readExport(text), [String(env.KEY_ENCRYPTION_SECRET)])
    const total = await env.DB.prepare('SELECT number FROM audit_heads').first('number')
    const { problems, end, unsealed } = await check(csv)
    expect([problems, end.number, unsealed]).toEqual([[], total, 0])
    // As Excel expects it, and as it was read before.
    expect(auditCsvHeader.startsWith('\ufeff"time"')).toBe(true)
    expect(await check(`\ufeff${csv}`)).toEqual(await check(csv))
    expect(readExport(csv).events.find(({ id }) => id === '-odd')).toMatchObject({
      type: '@type',
      reference: "'quoted",
      detail: ' =1\n"2"',
    })

    expect((await check(csv.replace('"ref-7"', '"ref-8"'))).problems).toEqual([
      expect.stringMatching(/^event007: changed/),
    ])
    const lines = csv.split('\r\n')
    const without = lines.filter((line) => !line.includes('event007')).join('\r\n')
    expect((await check(without)).problems).toEqual([
      expect.stringMatching(/^event008: events were removed before it: 1 event/),
    ])
    const filtered = (await download('?type=sign_in')).html
    expect(readExport(filtered).starts).toEqual([])
  })

  it('has an end, and verifies by itself then too', async () => {
    const ring = [String(env.KEY_ENCRYPTION_SECRET)] as const
    const sealed = (await env.DB.prepare('SELECT number FROM audit_heads').first<number>('number')) ?? 0
    const of = async (most: number, type = '') => {
      const filter = { type, user: '', client: '', from: '', to: '' }
      let text = ''
      for await (const lines of exportAuditLog(env.DB, { ring, filter, sealed, now: startedAt, most }))
        text += lines
      return readExport(text)
    }
    const part = await of(10)
    expect([part.events.length, part.starts.length]).toEqual([10, 1])
    expect(await verifyExport(part, ring)).toMatchObject({ problems: [], end: { number: sealed } })
    const cut = { ...part, events: part.events.slice(0, -1) }
    expect((await verifyExport(cut, ring)).problems).toHaveLength(1)
    expect((await of(5, 'sign_out')).events.length).toBe(5)
    const [start] = part.starts
    const forged = { ...part, starts: start === undefined ? [] : [{ ...start, mac: 'x' }] }
    expect((await verifyExport(forged, ring)).problems[0]).toContain('start of the chain is not ours')
  })

  it('is downloaded in chunks', async () => {
    await env.DB.prepare(
      `INSERT INTO audit_events (id, at, type, reference)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
       SELECT 'many' || i, i, 'code_replayed', 'many' FROM n`,
    ).run()
    await download()
    const count = counted()
    const browser = carriedTo(startServer({ bindings: { DB: count.db } }), root)
    const form = await browser.get('/admin/audit.csv?type=code_replayed')
    count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
    const answer = await form.submit({})
    expect(answer.html.split('\r\n')).toHaveLength(2502)
    // The session, the unsealed events, the end of the chain, its parts, and three chunks; the event, and its seal.
    expect(count.counts).toMatchObject({ reads: 7, writes: 2 })
  })
})

describe('logout notices', () => {
  it('show the result of each', async () => {
    const insert = env.DB.prepare(
      `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, next_attempt_at, delivered_at, last_error)
       VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?)`,
    )
    await env.DB.batch([
      insert.bind('a', clientId, eveId, 'a', 1, 1, null, 5, null),
      insert.bind('b', clientId, eveId, 'b', 2, 10, null, null, 'It answered 500'),
      insert.bind('c', clientId, eveId, 'c', 3, 2, 9, null, 'It answered <b>'),
    ])
    const page = await root.get('/admin/logouts')
    expect(page.text).toMatch(
      /Pending: It answered <b> ; next attempt.*Failed after 10 attempts: It answered 500.*Delivered/,
    )
    expect(page.html).not.toContain('<b>')
  })
})
