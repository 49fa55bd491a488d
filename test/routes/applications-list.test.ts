import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { carriedTo, pathOf, register, registeredOn, registerPath, typed } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { recording, scansOf } from '../plans.ts'
import { addUser, applySchema, startServer } from '../server.ts'

const { quotas } = parseConfig({ ...env })
const server = startServer({ config: { quotas: { ...quotas, applications: 1000 } } })
let browser: Browser
let people = 0

beforeAll(applySchema)

beforeEach(async () => {
  browser = await server.signedIn(await addUser(`user${people++}`))
})

/** Registers one application for each name, in a random order, a second apart. Their names by their ids. */
async function registerAll(names: readonly string[]): Promise<Map<string, string>> {
  const made = new Map<string, string>()
  for (const name of names.toSorted(() => Math.random() - 0.5)) {
    server.now++
    const page = await (await browser.get(registerPath)).submit({ ...typed, name, client_type: 'public' })
    made.set(registeredOn(page, { client_type: 'public' }).client.id, name)
  }
  return made
}

/** The ids on every page from here, by the links that a person follows. */
async function walk(start: string, onPage: (ids: readonly string[]) => Promise<void> = async () => {}) {
  const found: string[] = []
  let path = start
  for (let pages = 0; pages < 10; pages++) {
    const page = await browser.get(path)
    if (page.status !== 200) throw new Error(`${path}: ${page.status}`)
    const ids = [...page.html.matchAll(/class="cover" href="\/o\/applications\/([\w-]{16})"/g)].map(
      ([, id = '']) => id,
    )
    expect(ids.length).toBeLessThanOrEqual(25)
    found.push(...ids)
    await onPage(ids)
    const next = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]
    if (next === undefined) return found
    expect(page.text).toContain('Next')
    path = next.replaceAll('&amp;', '&')
  }
  throw new Error('The list has no end')
}

const sorted = (ids: Iterable<string>) => [...ids].sort()

const sixty = [
  ...Array.from({ length: 30 }, () => 'Same name'),
  ...Array.from({ length: 10 }, (_, i) => `Prefix ${i}`),
  ...Array.from({ length: 10 }, (_, i) => `PREFIX ${'x'.repeat(i)}`),
  ...Array.from({ length: 5 }, (_, i) => `ｐｒｅｆｉｘ full width ${i}`),
  'Prefi',
  'prefiy',
  '100% a_b',
  '100',
  'Ähre',
]

describe('a list of sixty applications', () => {
  it('shows each once, whatever is searched', async () => {
    const made = await registerAll(sixty)
    expect(made.size).toBe(60)
    const all = await walk('/o/applications')
    expect(all).toHaveLength(60)
    expect(sorted(all)).toEqual(sorted(made.keys()))
    const keys = all.map((id) => (made.get(id) ?? '').normalize('NFKC').toLowerCase())
    expect(keys).toEqual(sorted(keys))

    const search = async (name: string) => walk(`/o/applications?name=${encodeURIComponent(name)}`)
    const having = (part: string) =>
      sorted(
        [...made].filter(([, name]) => name.normalize('NFKC').toLowerCase().includes(part)).map(([id]) => id),
      )
    for (const name of [
      'prefix',
      ' PREFIX ',
      'ｐrefix',
      'same name',
      's',
      'prefix x',
      'äh',
      '100%',
      '100',
      'refix',
      'name',
      '%',
      '_',
      ' wid',
    ])
      expect([name, sorted(await search(name))]).toEqual([
        name,
        having(name.normalize('NFKC').toLowerCase().trim()),
      ])
    expect(having('prefix')).toHaveLength(25)
    expect(having('same name')).toHaveLength(30)
    for (const name of ['*', "'", 'prefixx', 'x'.repeat(200)])
      expect([name, await search(name)]).toEqual([name, []])
  })

  it('skips and repeats nothing when others are added and deleted while reading', async () => {
    const made = await registerAll(Array.from({ length: 60 }, (_, i) => `Name ${i % 7}`))
    let turn = 0
    const found = await walk('/o/applications', async (ids) => {
      if (turn++ > 0) return
      await register(browser, { name: 'AAA before everything' })
      const last = ids.at(-1) ?? ''
      const page = await browser.get(
        `${pathOf({ client: { id: last, type: 'public', redirectUris: [] }, secret: '' })}/delete`,
      )
      expect((await page.submit({})).status).toBe(303)
    })
    expect(sorted(found)).toEqual(sorted(made.keys()))
  })

  it('ends visibly: no next page, and a link back to the first', async () => {
    await registerAll(Array.from({ length: 25 }, (_, i) => `Name ${i}`))
    expect((await browser.get('/o/applications')).html).not.toContain('rel="next"')
    await register(browser, { name: 'One more' })
    const next = /href="([^"]+)" rel="next"/.exec((await browser.get('/o/applications')).html)?.[1] ?? ''
    const last = await browser.get(next)
    expect(last.text).toContain('First page')
    expect(last.html).not.toContain('rel="next"')
  })

  it('handles names that grow when they are folded, and names at the end of Unicode', async () => {
    const long = Array.from({ length: 27 }, (_, i) => 'ﷺ'.repeat(58 + (i % 3)))
    const made = await registerAll([...long, 'a', '\u{323af}a', 'a\u{323af}'])
    expect(sorted(await walk('/o/applications'))).toEqual(sorted(made.keys()))
    expect(await walk(`/o/applications?name=${encodeURIComponent('a')}`)).toHaveLength(3)
  })
})

describe('a forged position in the list', () => {
  it.each(['x', '\n', 'a\nb\nc', '\0', '\u{10fffd}', "' OR 1=1 --", '%', '🙂\n', 'x'.repeat(5000)])(
    '$#: shows a page',
    async (after) => {
      await register(browser, { name: 'Mine' })
      for (const query of [{ after }, { after, name: after }]) {
        const page = await browser.get(`/o/applications?${new URLSearchParams(query)}`)
        expect(page.status).toBe(200)
      }
    },
  )
})

describe('a search of applications', () => {
  const shownOn = async (query: Record<string, string>) => {
    const page = await browser.get(`/o/applications?${new URLSearchParams(query)}`)
    const names = [...page.html.matchAll(/class="cover"[^>]*><bdi[^>]*>([^<]*)<\/bdi>/g)].map(
      ([, name]) => name,
    )
    return { page, names }
  }

  it('finds one by its client ID, and counts what it finds', async () => {
    const made = await registerAll(['Wiki', 'My wiki', 'Other'])
    const [id = '', name] = [...made][0] ?? []
    expect((await shownOn({ name: id })).names).toEqual([name])
    const found = await shownOn({ name: 'wiki' })
    expect(found.names).toEqual(['My wiki', 'Wiki'])
    expect(found.page.text).toContain('1–2 of 2 ')
    expect((await shownOn({ name: id.slice(1) })).page.text).toContain('No application is found by')
  })

  it('can be filtered, with a search or without, and keeps the filter on the next page', async () => {
    await registerAll([...Array.from({ length: 30 }, (_, i) => `Public ${i}`), 'Old'])
    await register(browser, { name: 'Server public' })
    await env.DB.prepare("UPDATE clients SET suspended_at = 1 WHERE name IN ('Old', 'Public 3')").run()
    expect((await shownOn({ show: 'confidential' })).names).toEqual(['Server public'])
    expect((await shownOn({ show: 'suspended' })).names).toEqual(['Old', 'Public 3'])
    expect((await shownOn({ show: 'suspended', name: 'publ' })).names).toEqual(['Public 3'])
    expect((await shownOn({ show: 'trusted' })).page.text).toContain('Nothing matches.')
    expect((await shownOn({ show: "x' OR 1" })).names).toHaveLength(25)
    const first = await shownOn({ show: 'public', name: 'public' })
    expect(first.names).toHaveLength(25)
    expect(await walk('/o/applications?show=public&name=public')).toHaveLength(30)
    expect(/<option value="public" selected/.test(first.page.html)).toBe(true)
  })

  it('scans at most two thousand, and says so', async () => {
    await register(browser, { name: 'Needle' })
    const columns = (
      await env.DB.prepare("SELECT name FROM pragma_table_info('clients')").all<{ name: string }>()
    ).results.map(({ name }) => name)
    const values = columns.map((name) =>
      name === 'id'
        ? "printf('many%05d', n)"
        : name === 'name'
          ? "printf('Many needle %05d', n)"
          : name === 'name_key'
            ? "printf('many needle %05d', n)"
            : name,
    )
    await env.DB.prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2100)
        INSERT INTO clients (${columns}) SELECT ${values} FROM clients CROSS JOIN numbers
        WHERE name = 'Needle' AND id NOT LIKE 'many%'`,
    ).run()
    await env.DB.prepare("UPDATE clients SET suspended_at = 1 WHERE id = 'many02050'").run()
    const statements = new Set<string>()
    const many = startServer({ bindings: { DB: recording(statements) } })
    browser = carriedTo(many, browser)
    const found = await shownOn({ name: 'needle' })
    expect(found.names).toEqual(['Needle'])
    expect(found.page.text).toContain('these begin with it')
    // The suspended one is beyond the part that the first page scans.
    const first = await shownOn({ show: 'suspended' })
    expect(first.names).toEqual([])
    const next = /href="([^"]+)" rel="next"/.exec(first.page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect((await browser.get(next)).text).toContain('Many needle 02050')
    expect(await scansOf([...statements].filter((sql) => sql.includes('clients')))).toEqual([])
  })
})
