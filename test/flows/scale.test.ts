import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { settleRegistrations } from '../../src/store/clients/unused-registrations.ts'
import { carriedTo, registerPath, typed } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { authorizePath } from '../flow.ts'
import { recording, scansOf } from '../plans.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

/** Number of users, of applications, and of events. `npm run scale` has a million. */
const total = Number(env.SCALE_ROWS)
/** Limit of rows read by one page, however many there are: 26 rows, their joins, and the viewer; the rest is counted to 1,001. */
const most = 150 + 1001
/** The same for a search: each of 1,001 people is found, counted, and read. */
const mostOfSearch = 6000

let read = 0
/** Counts the rows that SQLite reads, which is what D1 bills. */
const counting = new Proxy(env.DB, {
  get(target, property) {
    if (property === 'batch') {
      return async (statements: D1PreparedStatement[]) => {
        const answer = await target.batch(statements)
        for (const { meta } of answer) read += meta.rows_read
        return answer
      }
    }
    const value: unknown = Reflect.get(target, property)
    return typeof value === 'function' ? value.bind(target) : value
  },
})

let root: Browser

/** `columns` of the numbers 1 to `total` as `i`, in statements that D1 accepts. */
async function fill(table: string, columns: string, values: string): Promise<void> {
  const chunk = 100_000
  for (let from = 1; from <= total; from += chunk) {
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO ${table} (${columns}) SELECT ${values} FROM n`,
    )
      .bind(from, Math.min(total, from + chunk - 1))
      .run()
  }
}

/** In random order: neighbours in time are far apart by name. */
const mixed = `printf('%08x', i * 2654435761 % 4294967296)`

beforeAll(async () => {
  await applySchema()
  const server = startServer()
  const browser = await server.signedIn(await addUser('root', 'administrator'))
  root = carriedTo(startServer({ bindings: { DB: counting } }), browser)
  const started = performance.now()
  await fill(
    'users',
    'id, username, username_key, email, password_hash, role, created_at',
    `'u' || i, 'Person-' || ${mixed}, 'person-' || ${mixed}, 'p' || i || '@example.com', '', 'user', i`,
  )
  await fill('user_terms', 'user_id, field, term', `'u' || i, 'username', 'person ' || ${mixed}`)
  await fill(
    'clients',
    `id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins, scope,
     access_token_format, openid, created_at, updated_at`,
    `'c' || i, 'u' || (i % 1000 + 1), 'App-' || ${mixed}, 'app-' || ${mixed}, 'public', 'authorization-code', '[]', '[]', '[]',
     'read', 'jwt', '{}', i, i`,
  )
  await fill(
    'audit_events',
    'id, at, type, reference, user_id, client_id',
    `'e' || i, i, iif(i % 7, 'sign_in', 'token_revoked'), 'r', 'u' || (i % 10), 'c' || (i % 10)`,
  )
  console.log(`3 × ${total} rows in ${Math.round(performance.now() - started)} ms`)
}, 600_000)

/** Follows the links of several pages, and returns the rows that each read. */
async function walk(path: string, pages: number): Promise<readonly number[]> {
  const rows: number[] = []
  for (let next: string | undefined = path; next !== undefined && rows.length < pages; ) {
    read = 0
    const started = performance.now()
    const page = await root.get(next)
    expect(page.status).toBe(200)
    rows.push(read)
    console.log(`${next}: ${read} rows, ${Math.round(performance.now() - started)} ms`)
    next = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
  }
  return rows
}

describe(`a list of ${total}`, () => {
  it.each([
    ['users', '/admin/users', 3],
    ['users from the middle', '/admin/users?after=person-80', 3],
    ['users to the end', '/admin/users?after=person-fffffff0', 1],
    ['users with a name that does not exist', '/admin/users?name=zzz', 1],
    ['a user', '/admin/users/u5', 1],
    ['the newest users', '/admin/users?sort=-created', 3],
    ['the oldest users', '/admin/users?sort=created', 3],
    ['users from Z to A', '/admin/users?sort=-name', 3],
    ['the newest applications', '/admin/applications?sort=-created', 3],
    ['the applications that were used last', '/admin/applications?sort=-used', 3],
    // None of them was used: the order is by id alone.
    [
      'applications from the middle of those that were never used',
      '/admin/applications?sort=used&after=0%0Ac3',
      3,
    ],
    ['applications from Z to A', '/admin/applications?sort=-name', 3],
    ['the oldest events', '/admin/audit?sort=time', 3],
    ['the oldest events of a user', '/admin/audit?user=u5&sort=time', 3],
    ['applications', '/admin/applications', 3],
    ['applications from the middle', '/admin/applications?after=app-80%0Ac1', 3],
    ['events', '/admin/audit', 3],
    ['events from the middle', `/admin/audit?after=${Math.floor(total / 2)}%0Ae1`, 3],
    ['events of a type', '/admin/audit?type=token_revoked', 3],
    ['events of a user', '/admin/audit?user=u5', 3],
    ['events of an application', '/admin/audit?client=c5', 3],
    ['events of nobody', '/admin/audit?user=zzz', 1],
  ])('shows %s by reading a page of rows', async (_, path, pages) => {
    const rows = await walk(path, pages)
    expect(rows).toHaveLength(pages)
    expect(Math.max(...rows)).toBeLessThan(most)
  })

  it('finds people by reading the thousand that are counted, however many there are', async () => {
    for (const rows of await walk('/admin/users?name=PERSON-', 3)) expect(rows).toBeLessThan(mostOfSearch)
  })

  it('finds applications by looking at a few thousand, however many there are', async () => {
    for (const rows of await walk('/admin/applications?name=APP-a', 3)) expect(rows).toBeLessThan(10_000)
  })

  it('answers a search and a page through an index', async () => {
    const statements = new Set<string>()
    const browser = carriedTo(startServer({ bindings: { DB: recording(statements) } }), root)
    for (const path of [
      'users?name=p',
      'users?after=p',
      'applications?name=a',
      'applications?after=a',
      'users?sort=created',
      'users?sort=-created&after=5%0Ap',
      'users?sort=-created&name=p',
      'users?sort=-created&show=staff',
      'users?sort=-name',
      'applications?sort=-created&after=5%0Aa',
      'applications?sort=used&after=5%0Aa',
      'applications?sort=-used&name=a',
      'applications?sort=-used&owner=u5',
      'applications?sort=-used&approval=waiting',
      'audit?user=u5',
      'audit?sort=time&after=5%0Ae1&from=1970-01-01',
      ...['name', '-name', 'identifier', '-identifier'].flatMap((sort) => [
        `apis?sort=${sort}&after=a%0Ab`,
        `servers?sort=${sort}&after=a%0Ab`,
      ]),
      'scopes?sort=-name',
      'authorization-details?sort=-name',
      'logouts?sort=time',
      'users/u5?sort=granted&after=5%0Ac',
    ])
      await browser.get(`/admin/${path}`)
    expect(await scansOf(statements)).toEqual([])
  })

  it('shows its health from as many rows as without', async () => {
    read = 0
    expect((await root.get('/admin/health')).status).toBe(200)
    // The first 10,000 users for their password settings, and each unsealed event, up to 1001.
    expect(read).toBeLessThan(Math.min(total, 10_000) + 2 * 1001 + 100)
  })

  it('counts no further than it says', async () => {
    read = 0
    expect((await root.get('/admin')).text).toContain('Users 1,000+')
    expect(read).toBeLessThan(2150)
  })
})

describe(`${total} applications that registered or published themselves`, () => {
  const from = (address: string) =>
    startServer({ bindings: { DB: counting }, config: { registration: open } }).fetch('/o/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'cf-connecting-ip': address },
      body: JSON.stringify({ redirect_uris: ['https://app.example/callback'] }),
    })
  const open = {
    mode: 'open',
    initialAccessToken: '',
    approval: true,
    mostOfNetwork: 50,
    documents: { allowed: [], denied: [] },
  } as const
  /** The rows that D1 reads for this. */
  const cost = async (act: () => Promise<{ readonly status: number }>) => {
    read = 0
    const { status } = await act()
    return [status, read] as const
  }

  const ownOf = (username: string) =>
    env.DB.prepare(
      "SELECT count(*) AS n FROM clients WHERE owner_id = (SELECT id FROM users WHERE username = ?) AND registered_by = 'person'",
    )
      .bind(username)
      .first<number>('n')

  beforeAll(async () => {
    const columns = `id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins,
      scope, access_token_format, openid, created_at, updated_at, registered_by, approval, suspended_at`
    const values = (id: string, by: string, approval: string) =>
      `${id}, (SELECT id FROM users WHERE username = 'root'), 'New-' || ${mixed}, 'new-' || ${mixed}, 'public',
       'authorization-code', '["https://new.example/cb"]', '[]', '[]', 'read', 'jwt', '{}', ${startedAt} - i % 86400,
       ${startedAt} - i % 86400, '${by}', ${approval}, iif(${approval} IS NULL, NULL, 1)`
    await fill('clients', columns, values(`'r' || i`, 'itself', `iif(i % 2, 'waiting', NULL)`))
    await fill('clients', columns, values(`'https://a.example/' || i`, 'document', 'NULL'))
    await fill(
      'client_registrations',
      'client_id, token_hash, auth_method, told, origin, created_at',
      `'r' || i, 't' || i, 'none', '{}', 'site' || (i % 1000) || '.block' || i, ${startedAt} - i % 86400`,
    )
  }, 600_000)

  it('cost administrators no more rows: lists, queue, search, counts', async () => {
    // The queue is counted up to 1001.
    for (const path of ['/admin/applications', '/admin/applications?approval=waiting'])
      expect(Math.max(...(await walk(path, 3)))).toBeLessThan(most + 1001)
    for (const path of ['/admin/applications?name=NEW-a', '/admin/applications?show=unused'])
      for (const rows of await walk(path, 2)) expect(rows).toBeLessThan(12_000)
    const [status, rows] = await cost(() => root.get('/admin'))
    expect([status, rows < 3300]).toEqual([200, true])
  })

  it('leave room for the applications of their keeper, also as a developer', async () => {
    const server = startServer({ bindings: { DB: counting } })
    const browser = carriedTo(server, root)
    await env.DB.prepare("UPDATE users SET role = 'developer' WHERE username = 'root'").run()
    try {
      const page = await browser.get(registerPath)
      const [status, rows] = await cost(() => page.submit(typed))
      expect([status, rows < 100]).toEqual([200, true])
      expect(await ownOf('root')).toBe(1)
    } finally {
      await env.DB.prepare("UPDATE users SET role = 'administrator' WHERE username = 'root'").run()
    }
  })

  it('cost a sign-in elsewhere nothing', async () => {
    const server = startServer({ bindings: { DB: counting } })
    const shop = await addClient(await addUser('shop'))
    const browser = carriedTo(server, await startServer().signedIn(await addUser('ada')))
    const [status, rows] = await cost(() => browser.get(authorizePath(shop)))
    expect([status, rows < 40]).toEqual([200, true])
  })

  it('keep nobody from registering, and a network is limited', async () => {
    const [status, rows] = await cost(() => from('203.0.113.1'))
    expect([status, rows < 21_000]).toEqual([201, true])
    for (let i = 0; i < 60; i++) await from('203.0.113.2')
    const own = await env.DB.prepare(
      "SELECT count(*) AS n FROM client_registrations WHERE client_id NOT LIKE 'r%'",
    ).first('n')
    expect(Number(own)).toBeLessThanOrEqual(52)
  })

  it('are deleted in bounded parts', async () => {
    const now = startedAt + 8 * 86_400
    read = 0
    expect(await settleRegistrations(counting, now)).toBe(true)
    expect(read).toBeLessThan(30_000)
  })
})
