import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice } from '../faults.ts'
import { codeRequest, introspect, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

let server = startServer()
let user: User
let mine: Browser
let people = 0

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare("UPDATE users SET role = 'user'").run()
  user = await addUser(`person${people++}`)
  mine = await server.signedIn(user)
})

async function remove(typed = password, browser = mine): Promise<Page> {
  return (await browser.get('/account/delete')).submit({ password: typed })
}

const exists = async (id = user.id) =>
  (await env.DB.prepare('SELECT 1 AS n FROM users WHERE id = ?').bind(id).first('n')) === 1

const makeAdministrator = (id: string) =>
  env.DB.prepare("UPDATE users SET role = 'administrator' WHERE id = ?").bind(id).run()

describe('deleting the account', () => {
  it('says what it ends, and which applications go too', async () => {
    const plain = await mine.get('/account/delete')
    expect(plain.text).toContain('can’t be undone')
    expect(plain.text).not.toContain('Your applications are deleted too')
    for (let i = 0; i < 22; i++) await addClient(user, { name: `Mine ${i}.` })
    await addClient(await addUser(`other${people++}`), { name: 'Theirs' })
    const { text } = await mine.get('/account/delete')
    expect(text).toContain('Mine 0.')
    expect(text).toContain('and more')
    expect(text).not.toContain('Theirs')
  })

  it('needs the password, and is rate limited', async () => {
    for (const typed of ['', 'wrong wrong', 'wrong again', 'a guess', 'a guess', 'a guess']) {
      const page = await remove(typed)
      expect(page.status).toBe(400)
      expect(page.html).toContain('<title>Error: ')
    }
    expect((await remove()).status).toBe(429)
    expect(await exists()).toBe(true)
    server.now += 2
    expect((await remove()).status).toBe(303)
  })

  it('deletes the person and all of their data, and signs out everywhere', async () => {
    const elsewhere = await server.signedIn(user)
    const stranger = await addUser(`stranger${people++}`)
    const theirs = await addClient(stranger)
    const own = await addClient(user)
    const strange = await server.signedIn(stranger)
    const login = async (browser: Browser, registered: typeof own) =>
      tokensOf(await postToken(server, codeRequest(registered, await obtainCode(browser, registered))))
    const [used, atOwn] = [await login(mine, theirs), await login(strange, own)]
    const survivor = await login(strange, theirs)

    const answer = await remove()
    expect([answer.status, answer.location]).toEqual([303, expect.stringMatching(/^\/account\/deleted\?/)])
    expect((await mine.get(answer.location)).text).toContain('Your account is deleted')
    expect((await mine.get('/account')).status).toBe(303)
    expect((await elsewhere.get('/account')).status).toBe(303)
    for (const [table, column] of [
      ['users', 'id'],
      ['sessions', 'user_id'],
      ['consents', 'user_id'],
      ['authorizations', 'user_id'],
      ['clients', 'owner_id'],
    ]) {
      const rows = await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${column} = ?`)
        .bind(user.id)
        .first('n')
      expect([table, rows]).toEqual([table, 0])
    }
    for (const token of [used.access_token, used.refresh_token, atOwn.access_token]) {
      expect((await introspect(server, theirs, token)).active).toBe(false)
    }
    expect((await introspect(server, theirs, survivor.refresh_token)).active).toBe(true)
    expect(await exists(stranger.id)).toBe(true)
    const page = await (await server.browser().get('/login')).submit({ username: user.username, password })
    expect(page.status).toBe(400)
    const noted = await env.DB.prepare(
      'SELECT type FROM audit_events WHERE user_id = ? AND at = ? ORDER BY id',
    )
      .bind(user.id, server.now)
      .all<{ type: string }>()
    const types = noted.results.map(({ type }) => type)
    expect(types.filter((type) => type === 'account_deleted')).toHaveLength(1)
    expect(types.filter((type) => type === 'client_deleted')).toHaveLength(1)
  })

  it('tells the applications', async () => {
    const registered = await addClient(await addUser(`developer${people++}`))
    await env.DB.prepare(
      `UPDATE clients SET openid = json_set(openid, '$.backchannel_logout_uri', 'https://app.invalid/logout') WHERE id = ?`,
    )
      .bind(registered.client.id)
      .run()
    const code = await obtainCode(mine, registered, { scope: 'openid' })
    await tokensOf(await postToken(server, codeRequest(registered, code)))
    await remove()
    const told = await env.DB.prepare('SELECT count(*) AS n FROM logout_deliveries WHERE user_id = ?')
      .bind(user.id)
      .first('n')
    expect(told).toBe(1)
  })

  it('needs our own form', async () => {
    const page = await mine.get('/account/delete')
    const fields = { ...page.forms[0]?.fields, password }
    expect((await mine.post('/account/delete', { ...fields, form_token: 'x' })).status).toBe(400)
    expect(await exists()).toBe(true)
  })

  it('fails once the password has changed', async () => {
    const change = () =>
      env.DB.prepare("UPDATE users SET password_hash = password_hash || 'x' WHERE id = ?").bind(user.id).run()
    const fields = { ...(await mine.get('/account/delete')).forms[0]?.fields, password }
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(change, env.DB, 3) } }).browser()
    for (const [name, value] of mine.cookies) racing.cookies.set(name, value)
    expect((await racing.post('/account/delete', fields)).status).toBe(400)
    expect(await exists()).toBe(true)
    expect((await mine.get('/account')).status).toBe(200)
  })

  it('sent twice answers twice', async () => {
    const page = await mine.get('/account/delete')
    const answers = await Promise.all([page.submit({ password }), page.submit({ password })])
    for (const { status } of answers) expect(status).toBe(303)
    expect(await exists()).toBe(false)
  })

  it('is done once, with every batch executed twice', async () => {
    server = startServer({ bindings: { DB: everyBatchTwice() } })
    mine = await server.signedIn(user)
    await addClient(user)
    expect((await remove()).location).toMatch(/^\/account\/deleted\?/)
    expect(await exists()).toBe(false)
    const noted = await env.DB.prepare(
      "SELECT count(*) AS n FROM audit_events WHERE user_id = ? AND type LIKE '%deleted'",
    )
      .bind(user.id)
      .first('n')
    expect(noted).toBe(2)
  })
})

describe('the last administrator', () => {
  it('can’t be deleted, and is told why', async () => {
    await makeAdministrator(user.id)
    const page = await mine.get('/account/delete')
    expect(page.text).toContain('You are the only administrator')
    expect(page.forms).toEqual([])
  })

  it('can’t be deleted by a form that was open before, either', async () => {
    const page = await mine.get('/account/delete')
    await makeAdministrator(user.id)
    expect((await page.submit({ password })).status).toBe(400)
    expect(await exists()).toBe(true)
    expect((await mine.get('/account')).status).toBe(200)
  })

  it('is not saved by a suspended one', async () => {
    const other = await addUser(`other${people++}`, 'administrator')
    await makeAdministrator(user.id)
    const page = await mine.get('/account/delete')
    await env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(other.id).run()
    expect((await page.submit({ password })).status).toBe(400)
    expect(await exists()).toBe(true)
  })

  it('stays, when two are deleted at once', async () => {
    const other = await addUser(`other${people++}`, 'administrator')
    await makeAdministrator(user.id)
    const theirs = await server.signedIn(other)
    const pages = [await mine.get('/account/delete'), await theirs.get('/account/delete')]
    const answers = await Promise.all(pages.map((page) => page.submit({ password })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400])
    expect([await exists(), await exists(other.id)].filter(Boolean)).toHaveLength(1)
  })
})
