import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { accepts, carriedTo, pathOf, register, registerPath, shown, typed } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { codeRequest, introspect, type Known, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer()
let ada: Browser
let eve: Browser
let root: Browser
let people: Record<'ada' | 'eve' | 'root', User>
let adas: Known
let eves: Known

beforeAll(async () => {
  await applySchema()
  people = {
    ada: await addUser('ada'),
    eve: await addUser('eve'),
    root: await addUser('root', 'administrator'),
  }
  ada = await server.signedIn(people.ada)
  eve = await server.signedIn(people.eve)
  root = await server.signedIn(people.root)
})

beforeEach(async () => {
  await env.DB.prepare(`UPDATE users SET role = 'administrator' WHERE username = 'root'`).run()
  adas = await register(ada, { name: 'Diary', allowed_origins: 'https://spa.example' })
  eves = await register(eve, { name: 'Trap' })
})

/** All data about applications. */
async function everything(): Promise<unknown> {
  const tables = ['clients', 'client_secrets', 'client_origins', 'consents', 'authorizations', 'audit_events']
  const answers = await env.DB.batch(
    tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`)),
  )
  return answers.map(({ results }) => results)
}

/** Without parts of the request: its reference, its form token, and its own address in the language menu. */
const withoutReference = (html: string) =>
  html.replaceAll(/<code>[\w-]{12}<\/code>|value="[\w-]{43}"|<footer>.*<\/footer>/g, '')

const tabs = ['/settings', '/credentials', '/activity', '/danger']
const pages = ['', '/update', '/policy', '/claims', '/secrets', '/delete']
const changes = { '/update': { ...typed, name: 'Stolen', redirect_uris: 'https://evil.example/cb' } }
const posts: [string, Record<string, string>][] = [
  ['/update', changes['/update']],
  ['/update', { ...changes['/update'], client_type: 'public', owner: 'eve' }],
  ['/policy', { scope: 'read' }],
  ['/secrets', {}],
  ['/delete', { name: 'Diary' }],
]

describe('an application of another person', () => {
  it('has no tab', async () => {
    for (const tab of tabs) {
      const statuses = [await eve.get(pathOf(adas, tab)), await ada.get(pathOf(adas, tab))]
      expect([tab, ...statuses.map(({ status }) => status)]).toEqual([tab, 404, 200])
    }
  })

  it.each(pages)('does not exist at %s', async (page) => {
    const missing = { ...adas, client: { ...adas.client, id: 'A'.repeat(22) } }
    const [theirs, none] = [await eve.get(pathOf(adas, page)), await eve.get(pathOf(missing, page))]
    expect([theirs.status, none.status]).toEqual([404, 404])
    expect(withoutReference(theirs.html)).toBe(withoutReference(none.html))
    expect((await ada.get(pathOf(adas, page))).status).toBe(200)
    expect((await eve.get(pathOf(eves, page))).status).toBe(200)
  })

  it.each(posts)('is not changed by a POST to %s from a form of one’s own', async (page, fields) => {
    const tokens = await tokensOf(await postToken(server, codeRequest(adas, await obtainCode(eve, adas))))
    const own = (await eve.get(pathOf(eves, page))).forms[0]?.fields
    const before = await everything()
    const answer = await eve.post(pathOf(adas, page), { ...own, ...fields })
    expect(answer.status).toBe(404)
    expect(answer.html).not.toContain('client_secret')
    expect(await everything()).toEqual(before)
    expect(await accepts(server, adas)).toBe(true)
    expect((await introspect(server, adas, tokens.refresh_token)).active).toBe(true)
    // The same form sent by the owner works.
    expect([200, 303]).toContain((await (await ada.get(pathOf(adas, page))).submit(fields)).status)
    expect(await everything()).not.toEqual(before)
  })

  it.each(posts)('is not changed by its owner’s form for %s sent by another person', async (page, fields) => {
    const form = (await ada.get(pathOf(adas, page))).forms[0]?.fields
    const formToken = (await eve.get(registerPath)).forms[0]?.fields.form_token ?? ''
    const before = await everything()
    expect((await eve.post(pathOf(adas, page), { ...form, ...fields, form_token: formToken })).status).toBe(
      404,
    )
    expect(await everything()).toEqual(before)
  })

  it.each(posts)('is not changed by a POST to %s without a session', async (page, fields) => {
    const form = (await ada.get(pathOf(adas, page))).forms[0]?.fields
    const before = await everything()
    const answer = await server.browser().post(pathOf(adas, page), { ...form, ...fields })
    expect([answer.status, answer.location]).toEqual([
      303,
      `/login?next=${encodeURIComponent(pathOf(adas, page))}`,
    ])
    expect(await everything()).toEqual(before)
  })

  it('is in no other person’s list', async () => {
    for (const path of ['/o/applications', '/o/applications?name=di', '/o/applications?after=c%0Ax']) {
      const list = await eve.get(path)
      expect([path, list.status]).toEqual([path, 200])
      expect(list.html).not.toContain(adas.client.id)
      expect(list.text).not.toContain('Diary')
    }
    expect((await ada.get('/o/applications')).text).toContain('Diary')
  })

  it.each(['', '/update', '/secrets', '/delete', 'register'])(
    'is shown to nobody who is not signed in: %s',
    async (page) => {
      const path = page === 'register' ? registerPath : pathOf(adas, page)
      const answer = await server.browser().get(`${path}?a=1&b=2`)
      expect([answer.status, answer.location]).toEqual([
        303,
        `/login?next=${encodeURIComponent(`${path}?a=1&b=2`)}`,
      ])
    },
  )
})

describe('the owner', () => {
  const ownerOf = async (known: Known) => /Owner\s+(\S+)/.exec((await root.get(pathOf(known))).text)?.[1]

  it('is the person who registers, whatever else is sent', async () => {
    expect((await ada.get(registerPath)).forms[0]?.fields).not.toHaveProperty('owner')
    const known = await register(ada, { owner: 'eve' })
    expect(await ownerOf(known)).toBe('ada')
    await (await ada.get(pathOf(known, '/update'))).submit({ name: 'Still hers', owner: 'eve' })
    expect(await ownerOf(known)).toBe('ada')
  })

  it('can be set by an administrator', async () => {
    const known = await register(root, { name: 'Handed over', owner: ' EVE ' })
    expect((await eve.get(pathOf(known))).status).toBe(200)
    expect((await ada.get(pathOf(known))).status).toBe(404)
    await (await root.get(pathOf(known, '/update'))).submit({ owner: 'ada' })
    expect((await eve.get(pathOf(known))).status).toBe(404)
    expect((await ada.get(pathOf(known))).text).toContain('Handed over')
    expect((await ada.get(pathOf(known))).text).not.toContain('Owner')
    expect(await accepts(server, known)).toBe(true)
  })

  it.each([
    ['', 'Enter the username of the owner.'],
    ['nobody', 'Nobody has the username “nobody”. Enter the username of an existing user.'],
    ['x'.repeat(10_000), 'Nobody has the username “xxxx'],
  ])('must exist: %s', async (owner, problem) => {
    const before = await everything()
    for (const path of [registerPath, pathOf(adas, '/update')]) {
      const page = await (await root.get(path)).submit({ ...typed, name: 'Kept', owner })
      expect(page.status).toBe(400)
      expect(page.html).toContain('<title>Error: ')
      expect(page.html).toContain('href="#owner"')
      expect(page.text).toContain(problem)
      expect(page.forms[0]?.fields).toMatchObject({ name: 'Kept', owner })
    }
    expect(await everything()).toEqual(before)
  })
})

describe('an administrator', () => {
  it('sees and changes all applications', async () => {
    for (const page of pages) expect((await root.get(pathOf(adas, page))).status).toBe(200)
    const made = await (await root.get(pathOf(adas, '/secrets'))).submit({})
    const fresh = { ...adas, secret: shown(made, 'client_secret') }
    expect([await accepts(server, adas), await accepts(server, fresh)]).toEqual([true, true])
    await (await root.get(pathOf(adas, '/update'))).submit({ name: 'Reviewed' })
    expect((await ada.get(pathOf(adas))).text).toContain('Reviewed')
    await (await root.get(pathOf(adas, '/delete'))).submit({})
    expect((await ada.get(pathOf(adas))).status).toBe(404)
  })
})

describe('a person who loses the right while the form is being sent', () => {
  /** Something happens after every check, right before the write. */
  function rightBefore(happens: string, ...values: string[]) {
    let happened = false
    const db = new Proxy(env.DB, {
      get(target, property) {
        if (property === 'batch')
          return async (statements: D1PreparedStatement[]) => {
            const isWrite = statements.length > 2 && !happened
            happened ||= isWrite
            if (isWrite)
              await target
                .prepare(happens)
                .bind(...values)
                .run()
            return target.batch(statements)
          }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const faulty = startServer({ bindings: { DB: db } })
    return { carry: (browser: Browser) => carriedTo(faulty, browser), happened: () => happened }
  }

  it.each(posts)('changes nothing: %s', async (page, fields) => {
    const lost = rightBefore('UPDATE clients SET owner_id = ? WHERE id = ?', people.eve.id, adas.client.id)
    const form = (await ada.get(pathOf(adas, page))).forms[0]?.fields
    const row = () =>
      env.DB.prepare('SELECT * FROM clients WHERE id = ?')
        .bind(adas.client.id)
        .first<Record<string, unknown>>()
    const before = await row()
    const answer = await lost.carry(ada).post(pathOf(adas, page), { ...form, ...fields })
    expect([lost.happened(), answer.status]).toEqual([true, 404])
    expect(await row()).toEqual({ ...before, owner_id: people.eve.id })
    expect((await eve.get(pathOf(adas))).text).toContain('Diary')
    expect(await accepts(server, adas)).toBe(true)
    const events = await env.DB.prepare('SELECT type FROM audit_events WHERE client_id = ?')
      .bind(adas.client.id)
      .all()
    expect(events.results).toEqual([{ type: 'client_registered' }])
  })

  it('creates no first secret', async () => {
    const forget = env.DB.prepare('DELETE FROM client_secrets WHERE client_id = ?').bind(adas.client.id)
    const form = (await ada.get(pathOf(adas, '/secrets'))).forms[0]?.fields ?? {}
    expect((await ada.post(pathOf(adas, '/secrets'), form)).status).toBe(200)
    await forget.run()
    const lost = rightBefore('UPDATE clients SET owner_id = ? WHERE id = ?', people.eve.id, adas.client.id)
    const fresh = (await ada.get(pathOf(adas, '/secrets'))).forms[0]?.fields ?? {}
    // One that is sent again, and one of a former owner.
    expect((await ada.post(pathOf(adas, '/secrets'), form)).status).toBe(303)
    expect((await lost.carry(ada).post(pathOf(adas, '/secrets'), fresh)).status).toBe(404)
    expect((await eve.get(pathOf(adas, '/credentials'))).text).toContain('No secrets:')
  })

  it('registers nothing for others', async () => {
    const lost = rightBefore(`UPDATE users SET role = 'user' WHERE id = ?`, people.root.id)
    const form = (await root.get(registerPath)).forms[0]?.fields
    const before = await everything()
    const answer = await lost.carry(root).post(registerPath, { ...form, ...typed, owner: 'eve' })
    expect([lost.happened(), answer.status]).toEqual([true, 404])
    expect(await everything()).toEqual(before)
  })

  it('registers nothing for a deleted person', async () => {
    const guest = await server.signedIn(await addUser(`guest-${crypto.randomUUID().slice(0, 8)}`))
    const form = (await guest.get(registerPath)).forms[0]?.fields
    const lost = rightBefore(`DELETE FROM users WHERE username LIKE 'guest-%'`)
    const before = await everything()
    const answer = await lost.carry(guest).post(registerPath, { ...form, ...typed })
    expect([lost.happened(), answer.status]).toEqual([true, 404])
    expect(await everything()).toEqual(before)
  })
})
