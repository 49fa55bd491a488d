import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer({ config: { signUp: 'invitation' } })
let root: Awaited<ReturnType<typeof server.signedIn>>

/** More than two pages, with equal keys across their ends. */
const total = 60

/** For the numbers from 1 to `total` as `i`. */
const rows: readonly (readonly [table: string, columns: string, values: string])[] = [
  [
    'users',
    'id, username, username_key, email, password_hash, role, created_at',
    `printf('u%02d', i), 'u' || i, 'u' || i, 'u' || i || '@example.com', '', 'user', 1000 + i / 30`,
  ],
  [
    'clients',
    `id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins, scope,
     access_token_format, openid, created_at, updated_at, last_used_at`,
    `printf('c%02d', i), (SELECT id FROM users WHERE username = 'root'), 'App ' || (i % 2), 'app ' || (i % 2), 'public',
     'authorization-code', '[]', '[]', '[]', 'read', 'jwt', '{}', 1000 + i / 30, 1, iif(i < 40, NULL, 5000 + i / 50)`,
  ],
  [
    'consents',
    'user_id, client_id, scope, redirect_host, client_name, granted_at, created_at',
    `(SELECT id FROM users WHERE username = 'root'), printf('c%02d', i), 'read', 'app.example', 'App', 1, 1000 + i / 30`,
  ],
  [
    'resources',
    'identifier, name, created_at',
    `printf('https://a%02d.example', i), iif(i % 2, 'Api', 'api b'), 1`,
  ],
  [
    'other_servers',
    'issuer, name, user_field, user_claim, assertion_scope, created_at',
    `printf('https://s%02d.example', i), iif(i % 2, 'Server', 'server b'), 'id', 'sub', '', 1`,
  ],
  ['scopes', 'name, description', `printf('scope%02d', i), 'Scope'`],
  ['authorization_details_types', 'type, title, schema', `printf('type%02d', i), 'Type', '{}'`],
  [
    'audit_events',
    'id, at, type, reference',
    `printf('e%02d', i), 1000 + i / 30, 'scope_saved', printf('ref%02d', i)`,
  ],
  [
    'logout_deliveries',
    'id, client_id, user_id, sid, issuer, created_at, attempts',
    `printf('d%02d', i), printf('c%02d', i), 'u01', 's' || i, 'https://id.example', 1000 + i / 30, 1`,
  ],
  [
    'invitations',
    'id, token_hash, email, was_mailed, invited_by, created_at, expires_at',
    `printf('i%02d', i), 'h' || i, printf('i%02d@example.com', i), 1, (SELECT id FROM users WHERE username = 'root'),
     1000 + i / 30, 9999999999`,
  ],
]

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
  for (const [table, columns, values] of rows)
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${total})
       INSERT INTO ${table} (${columns}) SELECT ${values} FROM n`,
    ).run()
})

/** The list, its orders with their first press, what a row is known by, and the same ids in SQL. */
const lists: readonly (readonly [
  path: string,
  sorts: Readonly<Record<string, string>>,
  row: RegExp,
  from: string,
])[] = [
  [
    '/admin/users',
    { name: 'username_key', created: 'created_at, id' },
    /href="\/admin\/users\/([^/"?]+)"/g,
    'id FROM users',
  ],
  [
    '/admin/applications',
    { name: 'name_key, id', created: 'created_at, id', used: 'ifnull(last_used_at, 0), id' },
    /href="\/o\/applications\/([^/"?]+)">/g,
    'id FROM clients',
  ],
  [
    '/o/applications?show=public',
    { name: 'name_key, id', created: 'created_at, id', used: 'ifnull(last_used_at, 0), id' },
    /href="\/o\/applications\/([^/"?]+)">/g,
    "id FROM clients WHERE type = 'public'",
  ],
  [
    '/account/applications',
    { granted: 'created_at, client_id' },
    /\/account\/applications\/([^/"?]+)\/remove/g,
    'client_id FROM consents',
  ],
  [
    '/admin/apis',
    { name: 'lower(name), identifier', identifier: 'identifier' },
    /<code[^>]*>(https:[^<]*)</g,
    'identifier FROM resources',
  ],
  [
    '/admin/servers',
    { name: 'lower(name), issuer', identifier: 'issuer' },
    /<code[^>]*>(https:[^<]*)</g,
    'issuer FROM other_servers',
  ],
  [
    '/admin/scopes',
    { name: 'name' },
    /class="cover"[^>]*><bdi[^>]*>(\w+)</g,
    'name FROM scopes WHERE resource IS NULL',
  ],
  [
    '/admin/authorization-details',
    { name: 'type' },
    /class="cover"[^>]*><bdi[^>]*>(type\d+)</g,
    'type FROM authorization_details_types',
  ],
  [
    '/admin/audit?type=scope_saved',
    { time: 'at, id' },
    /<code>(ref\d+)</g,
    "reference FROM audit_events WHERE type = 'scope_saved'",
  ],
  [
    '/admin/logouts',
    { time: 'created_at, id' },
    /href="\/o\/applications\/([^/"?]+)"/g,
    'client_id FROM logout_deliveries',
  ],
  [
    '/admin/invitations',
    { created: 'created_at, id' },
    /(i\d\d@example.com)<\/bdi>/g,
    'email FROM invitations',
  ],
]

const unescaped = (href: string | undefined) => href?.replaceAll('&amp;', '&')

/** The rows of all pages, from the link of this order on; each page says which they are. */
async function walk(start: string, row: RegExp, count: number): Promise<readonly string[]> {
  const seen: string[] = []
  for (let path: string | undefined = start; path !== undefined; ) {
    const page: Awaited<ReturnType<typeof root.get>> = await root.get(path)
    const main = page.html.slice(page.html.indexOf('<ul class="rows"'))
    const found = [...new Set([...main.matchAll(row)].map(([, id = '']) => id))]
    expect([path, found.length > 0, found.length <= 25]).toEqual([path, true, true])
    expect(page.text).toContain(`${seen.length + 1}–${seen.length + found.length} of ${count} `)
    seen.push(...found)
    const previous = unescaped(/href="([^"]+)" rel="prev"/.exec(page.html)?.[1])
    if (previous !== undefined)
      expect((await root.get(previous)).text).toContain(
        `${seen.length - found.length - 24}–${seen.length - found.length} of ${count} `,
      )
    path = unescaped(/href="([^"]+)" rel="next"/.exec(page.html)?.[1])
  }
  return seen
}

describe('a list can be sorted, each row is on one page, and each page says which rows it has', () => {
  it.each(lists)('%s', async (path, sorts, row, from) => {
    for (const [sort, order] of Object.entries(sorts)) {
      for (const direction of ['ASC', 'DESC']) {
        const by = order.replaceAll(/, (?!0)|$/g, ` ${direction}$&`)
        const { results } = await env.DB.prepare(`SELECT ${from} ORDER BY ${by}`).all<
          Record<string, string>
        >()
        const ids = results.map((one) => Object.values(one)[0] ?? '')
        expect(ids.length).toBeGreaterThan(50)
        const text = `sort=${direction === 'DESC' ? '-' : ''}${sort}`
        const seen = await walk(`${path}${path.includes('?') ? '&' : '?'}${text}`, row, ids.length)
        expect([text, seen]).toEqual([text, ids])
      }
    }
  })

  it.each(lists)('%s: the orders are links that say which one it is', async (path, sorts) => {
    for (const sort of Object.keys(sorts)) {
      const one = await root.get(`${path}${path.includes('?') ? '&' : '?'}sort=${sort}`)
      const orders = /<nav class="pages" aria-label="Sort by">(.*?)<\/nav>/s.exec(one.html)?.[1] ?? ''
      const current = [...orders.matchAll(/<a href="([^"]*)" aria-current="true">/g)].map(([, href]) =>
        unescaped(href),
      )
      expect([path, orders.match(/<a /g)?.length, current.length]).toEqual([
        path,
        Object.keys(sorts).length,
        1,
      ])
      // Pressed again, it turns round, and keeps the filters.
      const turned = new URL(current[0] ?? '', 'http://localhost')
      expect(turned.searchParams.get('sort')).toBe(`-${sort}`)
      for (const [name, value] of new URLSearchParams(path.split('?')[1] ?? ''))
        expect(turned.searchParams.get(name)).toBe(value)
      expect(orders).toContain('ascending')
    }
  })

  it('an unknown order, and an invalid place, are the first page', async () => {
    for (const query of [
      "sort=' OR 1",
      'sort=-',
      'sort=created&after=x',
      'sort=created&after=5',
      'row=-1',
      'row=7',
    ])
      expect((await root.get(`/admin/users?${query}`)).text).toContain(
        query.endsWith('=5') ? '1–25 of ' : '1–25 of 61 ',
      )
  })
})
