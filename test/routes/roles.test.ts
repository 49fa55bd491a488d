import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { type Role, roles } from '../../src/rules/people/role.ts'
import type { User } from '../../src/store/people/users.ts'
import { carriedTo, register } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice } from '../faults.ts'
import { codeRequest, introspect, type Known, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

const server = startServer({ config: { signUp: 'invitation' } })
const people = new Map<Role, { readonly user: User; readonly browser: Browser }>()
let ada: User
let adaBrowser: Browser
let known: Known

const as = (role: Role): Browser => {
  const person = people.get(role)
  if (person === undefined) throw new Error(`Nobody is ${role}`)
  return person.browser
}

beforeAll(async () => {
  await applySchema()
  for (const role of roles) {
    const user = await addUser(`the-${role}`, role)
    people.set(role, { user, browser: await server.signedIn(user) })
  }
})

let made = 0

beforeEach(async () => {
  server.now = startedAt
  ada = await addUser(`ada${made++}`)
  adaBrowser = await server.signedIn(ada)
  known = await register(adaBrowser, { name: `Diary ${made}` })
})

/** Every URL of the administration, from the table of routes itself: a new one is included automatically. */
const table = [
  ...new Set(
    createApp(parseConfig({ ...env }), () => startedAt)
      .routes.filter(({ path, method }) => path.startsWith('/admin') && method !== 'ALL')
      .map(({ path, method }) => `${method} ${path}`),
  ),
]

const filled = (path: string) =>
  path
    .replace(':userId', ada.id)
    .replace(':clientId', known.client.id)
    .replace(':alg', 'ES256')
    .replace(/:key\b/, Buffer.from('write').toString('base64url'))
    .replace(/:\w+/, 'nobody')

const send = async (browser: Browser, route: string) => {
  const [method, path = ''] = route.split(' ')
  if (method === 'GET') return browser.get(filled(path))
  const fields = (await browser.get('/account/profile')).forms[0]?.fields ?? {}
  return browser.post(filled(path), { ...fields, role: 'administrator', suspended: 'true' })
}

/** Everything that support may do. Nothing else is allowed. */
const forSupport = [
  'GET /admin',
  'GET /admin/users',
  'GET /admin/users/:userId',
  'GET /admin/users/:userId/sessions',
  'POST /admin/users/:userId/sessions',
  'GET /admin/users/:userId/applications/:clientId/end',
  'POST /admin/users/:userId/applications/:clientId/end',
  'GET /admin/applications',
  'GET /admin/apis',
  'GET /admin/connections',
  'GET /admin/servers',
  'GET /admin/scopes',
  'GET /admin/authorization-details',
  'GET /admin/keys',
  'GET /admin/audit',
  'GET /admin/audit.csv',
  'POST /admin/audit.csv',
  'GET /admin/logouts',
]

const everything = async () => {
  const tables = ['users', 'sessions', 'clients', 'resources', 'scopes', 'consents', 'authorizations']
  const answers = await env.DB.batch(
    [...tables, 'invitations', 'signing_keys', 'audit_events'].map((name) =>
      env.DB.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`),
    ),
  )
  return answers.map(({ results }) => results)
}

describe('the administration', () => {
  it('is in the table of routes', () => {
    expect(table.length).toBeGreaterThan(30)
    expect(table).toEqual(expect.arrayContaining(forSupport))
  })

  it.each(table)('%s does not exist for users and developers, and changes nothing', async (route) => {
    const before = await everything()
    for (const role of ['user', 'developer'] as const) expect((await send(as(role), route)).status).toBe(404)
    expect(await everything()).toEqual(before)
  })

  it.each(table.filter((route) => !forSupport.includes(route)))(
    '%s is nothing for support',
    async (route) => {
      const before = await everything()
      expect((await send(as('support'), route)).status).toBe(404)
      expect(await everything()).toEqual(before)
    },
  )

  it.each(table.filter((route) => route.startsWith('GET ')))('%s is never an error', async (route) => {
    expect([200, 404]).toContain((await send(as('administrator'), route)).status)
  })
})

describe('support', () => {
  it('reads, and sees no button that it may not use', async () => {
    await obtainCode(adaBrowser, known)
    for (const route of forSupport.filter((each) => each.startsWith('GET '))) {
      const page = await send(as('support'), route)
      expect([route, page.status]).toEqual([route, 200])
      const links = [...page.html.matchAll(/href="(\/(?:admin|o\/applications)[^"?#]*)/g)].map(
        ([, to = '']) => to,
      )
      for (const link of new Set(links)) {
        const { status } = await as('support').get(link)
        expect([route, link, status]).toEqual([route, link, 200])
      }
    }
    expect((await as('support').get('/')).html).toContain('href="/admin"')
  })

  it('ends the sessions of a person', async () => {
    const path = `/admin/users/${ada.id}/sessions`
    const form = await as('support').get(path)
    const answer = await form.submit({})
    expect([answer.status, answer.location]).toEqual([
      303,
      `/admin/users/${ada.id}?saved=user_sessions_ended`,
    ])
    expect((await adaBrowser.get('/account')).location).toContain('/login')
    const event = await env.DB.prepare(
      "SELECT user_id FROM audit_events WHERE type = 'user_sessions_ended' AND detail = ?",
    )
      .bind(ada.id)
      .all()
    expect(event.results).toEqual([{ user_id: people.get('support')?.user.id }])
    // The same form, sent again: later sign-ins are not affected.
    const again = await server.signedIn(ada)
    await form.submit({})
    expect((await again.get('/account')).status).toBe(200)
  })

  it("can't act on an administrator, even a new one", async () => {
    const support = as('support')
    const root = people.get('administrator')
    const granted = await obtainCode(root?.browser ?? adaBrowser, known)
    expect(granted).not.toBe('')
    const page = await support.get(`/admin/users/${root?.user.id}`)
    for (const path of ['sessions', `applications/${known.client.id}/end`]) {
      const url = `/admin/users/${root?.user.id}/${path}`
      expect(page.html).not.toContain(`href="${url}"`)
      expect((await support.get(url)).status).toBe(404)
      const form = (await support.get(`/admin/users/${ada.id}/sessions`)).forms.at(-1)?.fields ?? {}
      expect((await support.post(url, form)).status).toBe(404)
    }
    expect((await as('administrator').get('/account')).status).toBe(200)

    const rising = await addUser(`rising${ada.username}`)
    const theirs = await server.signedIn(rising)
    await obtainCode(theirs, known)
    const promote = () =>
      env.DB.prepare("UPDATE users SET role = 'administrator' WHERE id = ?").bind(rising.id).run()
    for (const path of ['sessions', `applications/${known.client.id}/end`]) {
      await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(rising.id).run()
      const url = `/admin/users/${rising.id}/${path}`
      const form = (await support.get(url)).forms.at(-1)?.fields ?? {}
      const racing = carriedTo(startServer({ bindings: { DB: betweenReadAndWrite(promote) } }), support)
      expect([path, (await racing.post(url, form)).status]).toEqual([path, 404])
    }
    expect((await theirs.get('/account')).status).toBe(200)
    const consent = await env.DB.prepare('SELECT 1 FROM consents WHERE user_id = ?').bind(rising.id).first()
    expect(consent).not.toBeNull()
  })

  it('ends no session after losing the role, also while the form is being sent', async () => {
    const leaving = await addUser(`leaving${ada.username}`, 'support')
    const browser = await server.signedIn(leaving)
    const form = (await browser.get(`/admin/users/${ada.id}/sessions`)).forms.at(-1)?.fields ?? {}
    const demote = () => env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(leaving.id).run()
    const racing = carriedTo(startServer({ bindings: { DB: betweenReadAndWrite(demote) } }), browser)
    expect((await racing.post(`/admin/users/${ada.id}/sessions`, form)).status).toBe(404)
    expect((await adaBrowser.get('/account')).status).toBe(200)
  })

  it('ends what a person allowed an application', async () => {
    const tokens = await tokensOf(
      await postToken(server, codeRequest(known, await obtainCode(adaBrowser, known))),
    )
    const form = await as('support').get(`/admin/users/${ada.id}/applications/${known.client.id}/end`)
    expect((await form.submit({})).status).toBe(303)
    expect((await introspect(server, known, tokens.refresh_token)).active).toBe(false)
  })

  it('sees its own applications like everybody', async () => {
    const own = await register(as('support'), { name: 'Own' })
    expect((await as('support').get('/o/applications')).html).toContain(`/o/applications/${own.client.id}`)
    expect((await as('support').get(`/o/applications/${known.client.id}`)).status).toBe(404)
    await env.DB.prepare('DELETE FROM clients WHERE id = ?').bind(own.client.id).run()
  })
})

describe('a role', () => {
  it('decides what a list shows, also where the list was read before', async () => {
    const own = startServer()
    const user = await addUser(`changing${made}`, 'administrator')
    const browser = await own.signedIn(user)
    const shows = async () => {
      const all = await browser.get(`/o/applications?name=Diary ${made}`)
      return [all.html.includes(known.client.id), (await browser.get('/admin/users')).status]
    }
    const become = (role: Role) =>
      env.DB.prepare('UPDATE users SET role = ? WHERE id = ?').bind(role, user.id).run()
    expect([await shows(), await shows()]).toEqual(Array(2).fill([true, 200]))
    await become('support')
    expect(await shows()).toEqual([false, 200])
    await become('user')
    expect(await shows()).toEqual([false, 404])
    await become('administrator')
    expect(await shows()).toEqual([true, 200])
  })

  it('is chosen, takes effect at once, and is recorded', async () => {
    for (const role of ['support', 'developer', 'administrator', 'user'] as const) {
      const page = await as('administrator').get(`/admin/users/${ada.id}/role`)
      expect((await page.submit({ role })).status).toBe(303)
      const row = await env.DB.prepare('SELECT role FROM users WHERE id = ?').bind(ada.id).first()
      expect(row).toEqual({ role })
      expect((await adaBrowser.get('/admin')).status).toBe(
        role === 'user' || role === 'developer' ? 404 : 200,
      )
    }
    const { results } = await env.DB.prepare(
      `SELECT detail FROM audit_events WHERE type = 'role_changed' AND detail LIKE ?`,
    )
      .bind(`${ada.id}%`)
      .all()
    expect(results).toHaveLength(4)
  })

  it('that does not exist is refused', async () => {
    const page = await as('administrator').get(`/admin/users/${ada.id}/role`)
    const answer = await page.submit({ role: 'king' })
    expect([answer.status, answer.text.includes('Choose a role.')]).toEqual([400, true])
  })
})

describe('registering applications', () => {
  const closed = startServer({ config: { applications: 'developers' } })
  const fields = { name: 'Late', redirect_uris: 'https://late.example/callback' }

  const at = async (role: Role, bindings = {}) => {
    const browser = startServer({ config: { applications: 'developers' }, bindings }).browser()
    for (const cookie of as(role).cookies) browser.cookies.set(...cookie)
    return browser
  }

  it.each(['user', 'support'] as const)('is not open to a %s, where it requires a role', async (role) => {
    const browser = await at(role)
    const page = await browser.get('/o/applications/register')
    expect([page.status, page.text.includes('On this server, developers register them.')]).toEqual([
      403,
      true,
    ])
    const form = (await as(role).get('/o/applications/register')).forms[0]?.fields ?? {}
    expect((await browser.post('/o/applications/register', { ...form, ...fields })).status).toBe(403)
    expect((await browser.get('/o/applications')).html).not.toContain('/register')
    expect(await env.DB.prepare("SELECT count(*) AS n FROM clients WHERE name = 'Late'").first('n')).toBe(0)
  })

  it.each(['developer', 'administrator'] as const)('is open to a %s', async (role) => {
    const browser = await at(role)
    const page = await browser.get('/o/applications/register')
    expect((await page.submit(fields)).text).toContain('Application registered')
    expect((await browser.get('/o/applications')).html).toContain('/register')
    await env.DB.prepare("DELETE FROM clients WHERE name = 'Late'").run()
  })

  it('ends with the role, also while the form is being sent', async () => {
    const developer = await addUser(`dev${made}`, 'developer')
    const browser = await closed.signedIn(developer)
    const page = await browser.get('/o/applications/register')
    const form = { ...page.forms[0]?.fields, ...fields }
    const demote = () =>
      env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(developer.id).run()
    const db = betweenReadAndWrite(demote)
    const losing = startServer({ config: { applications: 'developers' }, bindings: { DB: db } }).browser()
    for (const cookie of browser.cookies) losing.cookies.set(...cookie)
    expect((await losing.post('/o/applications/register', form)).status).toBe(404)
    expect(await env.DB.prepare("SELECT count(*) AS n FROM clients WHERE name = 'Late'").first('n')).toBe(0)
  })

  it('keeps existing applications, and is open to everybody by default', async () => {
    const browser = closed.browser()
    for (const cookie of adaBrowser.cookies) browser.cookies.set(...cookie)
    expect((await browser.get(`/o/applications/${known.client.id}`)).status).toBe(200)
    const twice = startServer({ bindings: { DB: everyBatchTwice() } }).browser()
    for (const cookie of adaBrowser.cookies) twice.cookies.set(...cookie)
    const page = await twice.get('/o/applications/register')
    expect((await page.submit(fields)).text).toContain('Application registered')
    expect(await env.DB.prepare("SELECT count(*) AS n FROM clients WHERE name = 'Late'").first('n')).toBe(1)
  })
})

describe('the session of a person who may see the administration', () => {
  const there = async (browser: Browser, on: typeof server) => {
    const { status } = await browser.get('/account')
    on.now += 86_399
    // Use keeps it from being idle; its maximum lifetime counts from its start.
    return [status, (await browser.get('/account')).status]
  }

  it.each([
    ['administrator', 303],
    ['support', 303],
    ['developer', 200],
    ['user', 200],
  ] as const)('ends after a day, whatever they do: %s', async (role, after) => {
    const own = startServer()
    const browser = await own.signedIn(await addUser(`daily-${role}`, role))
    expect(await there(browser, own)).toEqual([200, 200])
    own.now += 1
    expect((await browser.get('/account')).status).toBe(after)
  })

  it('ends so, too, when they got the role after they signed in', async () => {
    const own = startServer()
    const user = await addUser('late-admin')
    const browser = await own.signedIn(user)
    own.now += 86_400
    expect((await browser.get('/account')).status).toBe(200)
    await env.DB.prepare("UPDATE users SET role = 'support' WHERE id = ?").bind(user.id).run()
    expect((await browser.get('/account')).status).toBe(303)
  })
})
