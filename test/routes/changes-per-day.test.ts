import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { everyBatchTwice } from '../faults.ts'
import { addClient, addUser, applySchema, password, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)

const { DB } = env
const { quotas } = parseConfig({ ...env })
const changes = 30
const options = { config: { signUp: 'invitation' as const, quotas: { ...quotas, changes } } }
let server = startServer(options)
let people = 0

beforeEach(() => {
  server = startServer(options)
})

const eventsOf = (userId: string, type: string) =>
  DB.prepare('SELECT count(*) AS n FROM audit_events WHERE user_id = ? AND type = ?')
    .bind(userId, type)
    .first<number>('n')

async function useUp(userId: string, rows = changes): Promise<void> {
  await DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO audit_events (id, at, type, reference, user_id) SELECT ?2 || '-' || i, ?3, 'profile_updated', '', ?2 FROM n`,
  )
    .bind(rows, userId, server.now)
    .run()
}

/** Every URL that accepts POST, from the table of routes itself. */
const posts = [
  ...new Set(
    createApp(parseConfig({ ...env }), () => startedAt)
      .routes.filter(({ method }) => method === 'POST')
      .map(({ path }) => path),
  ),
].sort()

const program = 'a program sends it, which has no session'
const counted = 'its events are counted after a hundred a day, or by attempts'
const asMuchAgain = 'it ends access, or keeps somebody else out: as much again'

/** The ones that a person may still use after very many changes, and what limits them. */
const exceptions: Readonly<Record<string, string>> = {
  // No session needed.
  ...Object.fromEntries(posts.filter((path) => /^\/login\b/.test(path)).map((path) => [path, counted])),
  '/o/token': program,
  '/o/introspect': program,
  '/o/revoke_token': program,
  '/o/userinfo': program,
  '/o/device-authorization': program,
  '/o/backchannel-authentication': program,
  '/o/par': program,
  '/o/register': program,
  '/setup': 'once',
  '/signup': counted,
  '/logout': counted,
  '/o/logout': counted,
  '/o/authorize': counted,
  '/password-reset': counted,
  '/password-reset/password': 'the link in the mail counts once',
  '/account/sessions': asMuchAgain,
  '/account/password': asMuchAgain,
  '/account/applications/:clientId/remove': asMuchAgain,
}

describe('a person who made very many changes in a day', () => {
  it.each(posts.filter((path) => !(path in exceptions)))('waits at POST %s', async (path) => {
    const user = await addUser(`busy${people++}`)
    const { client } = await addClient(user)
    const browser = await server.signedIn(user)
    const fields = (await browser.get('/account/profile')).forms[0]?.fields ?? {}
    await useUp(user.id)
    const answer = await browser.post(path.replace(':clientId', client.id).replace(/:\w+/, 'nobody'), fields)
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '3600'])
  })

  it.each(Object.entries(exceptions))('does not wait at POST %s: %s', async (path) => {
    const user = await addUser(`busy${people++}`)
    const browser = await server.signedIn(user)
    const fields = (await browser.get('/account/profile')).forms[0]?.fields ?? {}
    await useUp(user.id)
    expect(posts).toContain(path)
    const answer = await browser.post(path.replace(/:\w+/, 'nobody'), fields)
    expect(answer.status === 429 && answer.text.includes('Too many changes today')).toBe(false)
  })

  it('can continue a day later, can always read, and can still protect the account', async () => {
    const user = await addUser(`busy${people++}`)
    const browser = await server.signedIn(user)
    await useUp(user.id)
    const profile = await browser.get('/account/profile')
    expect([profile.status, (await profile.submit({ nickname: 'A' })).status]).toEqual([200, 429])
    expect((await (await browser.get('/account/sessions')).submit({ end: 'others' })).status).toBe(303)
    server.now += 86_401
    expect((await (await browser.get('/account/profile')).submit({ nickname: 'B' })).status).toBe(303)
  })

  it('waits there too in the end', async () => {
    const user = await addUser(`busy${people++}`)
    const browser = await server.signedIn(user)
    await useUp(user.id, 2 * changes)
    const answer = await (await browser.get('/account/sessions')).submit({ end: 'others' })
    expect(answer.status).toBe(429)
  })

  it('does not wait as an administrator', async () => {
    const user = await addUser(`root${people++}`, 'administrator')
    const browser = await server.signedIn(user)
    await useUp(user.id, 3 * changes)
    expect((await (await browser.get('/account/profile')).submit({ nickname: 'A' })).status).toBe(303)
  })
})

describe('repeated events', () => {
  it.each([
    ['as usual', () => env.DB],
    ['with every batch executed twice', everyBatchTwice],
  ])('are a hundred rows a day and then a count, %s', async (_, db) => {
    const user = await addUser(`often${people++}`)
    const before = await countOf('sign_in')
    await DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 98)
       INSERT INTO audit_events (id, at, type, reference, user_id) SELECT ?1 || '-' || i, ?2, 'sign_in', '', ?1 FROM n`,
    )
      .bind(user.id, startedAt)
      .run()
    const often = startServer({ bindings: { DB: db() } })
    for (let i = 0; i < 5; i++) {
      const page = await often.browser().get('/login')
      expect((await page.submit({ username: user.username, password })).status).toBe(303)
    }
    expect([await eventsOf(user.id, 'sign_in'), (await countOf('sign_in')) - before]).toEqual([100, 3])
    often.now += 86_401
    await often.signedIn(user)
    expect(await eventsOf(user.id, 'sign_in')).toBe(101)
  })

  it('are only counted where no user is named', async () => {
    const rows = () => DB.prepare('SELECT count(*) AS n FROM audit_events').first<number>('n')
    const before = await rows()
    for (let i = 0; i < 3; i++) {
      const browser = server.browser()
      await (await browser.get('/password-reset')).submit({ account: `nobody${i}` })
    }
    expect([await rows(), await countOf('password_reset_requested')]).toEqual([before, 3])
  })

  it('are one row a day where a stranger causes them at another account', async () => {
    const user = await addUser(`mailed${people++}`)
    for (let i = 0; i < 3; i++)
      await (await server.browser().get('/password-reset')).submit({ account: user.username })
    expect(await eventsOf(user.id, 'password_reset_requested')).toBe(1)
  })
})

async function countOf(type: string): Promise<number> {
  const counting = 'SELECT ifnull(sum(events), 0) AS n FROM event_counts WHERE type = ?'
  return (await DB.prepare(counting).bind(type).first<number>('n')) ?? 0
}
