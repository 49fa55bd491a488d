import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { beforeFirstWrite, betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { codeRequest, errorOf, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { mailsTo } from '../mails.ts'
import { receiveLogouts } from '../receivers.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

const config = { mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
const server = startServer({ config })
let rootUser: User
let root: Browser
let ada: User
let adaBrowser: Browser
let people = 0

beforeAll(async () => {
  await applySchema()
  rootUser = await addUser('root', 'administrator')
})
afterEach(() => vi.restoreAllMocks())

beforeEach(async () => {
  server.now = startedAt
  root = await server.signedIn(rootUser)
  ada = await addUser(`leaver${people++}`)
  adaBrowser = await server.signedIn(ada)
})

const path = (user: User = ada) => `/admin/users/${user.id}/delete`
const isThere = async (user: User = ada) =>
  (await env.DB.prepare('SELECT 1 FROM users WHERE id = ?').bind(user.id).first()) !== null
const events = async (type: string) =>
  (
    await env.DB.prepare('SELECT user_id, detail, client_id FROM audit_events WHERE type = ? AND at >= ?')
      .bind(type, startedAt)
      .all()
  ).results

describe('deleting a person', () => {
  it('says what is deleted, asks for the typed name, and deletes all of it', async () => {
    const logouts = receiveLogouts()
    const openid = { ...defaultClientOpenid, backchannelLogoutUri: 'https://app.example/backchannel' }
    const used = await addClient(rootUser, { openid })
    const request = codeRequest(used, await obtainCode(adaBrowser, used, { scope: 'openid' }))
    const { refresh_token } = await tokensOf(await postToken(server, request))
    const { client } = await addClient(ada, { name: 'Hers' })
    expect((await root.get(`/admin/users/${ada.id}`)).html).toContain(`href="${path()}"`)
    const asked = await root.get(path())
    for (const text of [
      ada.username,
      'Hers',
      'notified by email',
      'can’t be undone',
      'under an anonymous number',
    ])
      expect(asked.text).toContain(text)

    const wrong = await asked.submit({ username: 'somebody else' })
    expect([wrong.status, wrong.text.includes('This is not the username.'), await isThere()]).toEqual([
      400,
      true,
      true,
    ])
    const done = await asked.submit({ username: ` ${ada.username.toUpperCase()}` })
    expect([done.status, done.location]).toEqual([303, '/admin/users?deleted='])
    expect((await root.get(done.location)).text).toContain('Deleted.')
    expect(await isThere()).toBe(false)
    expect((await adaBrowser.get('/account')).location).toContain('/login')
    expect(await errorOf(await postToken(server, refreshRequest(used, refresh_token)))).toBe(
      '400 invalid_grant',
    )
    expect(await env.DB.prepare('SELECT 1 FROM clients WHERE id = ?').bind(client.id).first()).toBeNull()
    expect(await events('user_deleted')).toContainEqual({
      user_id: rootUser.id,
      detail: ada.id,
      client_id: null,
    })
    expect(await events('client_deleted')).toContainEqual({
      user_id: rootUser.id,
      detail: null,
      client_id: client.id,
    })
    expect((await mailsTo(ada.email ?? '')).map(({ subject }) => subject)).toEqual([
      'Your account was deleted',
    ])
    expect(logouts).toHaveLength(1)
    expect((await root.get(path())).status).toBe(404)
  })

  it('sent again has the same answer, and does not delete a later owner of the name', async () => {
    const form = await root.get(path())
    await form.submit({ username: ada.username })
    const heir = await addUser(ada.username)
    server.now += 1
    expect((await form.submit({ username: ada.username })).location).toBe('/admin/users?deleted=')
    expect(await isThere(heir)).toBe(true)
    expect(await mailsTo(ada.email ?? '')).toHaveLength(1)
  })

  it('sent twice does not delete a person who was restored in between', async () => {
    const form = await root.get(path())
    const row =
      (await env.DB.prepare('SELECT * FROM users WHERE id = ?')
        .bind(ada.id)
        .first<Record<string, string>>()) ?? {}
    const first = async () => {
      await form.submit({ username: ada.username })
      await env.DB.prepare(
        `INSERT INTO users (${Object.keys(row)}) SELECT ${Object.keys(row).map(() => '?')} WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = ?)`,
      )
        .bind(...Object.values(row), ada.id)
        .run()
    }
    const racing = startServer({ config, bindings: { DB: beforeFirstWrite(first) } })
    racing.now = startedAt + 1
    const fields = { ...form.forms.at(-1)?.fields, username: ada.username }
    expect((await carriedTo(racing, root).post(path(), fields)).status).toBe(303)
    expect(await isThere()).toBe(true)
  })

  it.each([
    ['is executed twice', everyBatchTwice],
    ['loses its first answer', everyFirstAnswerLost],
  ])('happens once when every write %s', async (_, fault) => {
    const faulty = startServer({ config, bindings: { DB: fault() } })
    const form = await carriedTo(faulty, root).get(path())
    expect((await form.submit({ username: ada.username })).status).toBe(303)
    expect(await isThere()).toBe(false)
    expect((await events('user_deleted')).filter(({ detail }) => detail === ada.id)).toHaveLength(1)
  })

  it('is not possible for oneself, nor for a person whose role was just removed', async () => {
    expect((await root.get(path(rootUser))).status).toBe(404)
    const fields = (await root.get(path())).forms.at(-1)?.fields ?? {}
    const own = { ...fields, username: rootUser.username }
    expect((await root.post(path(rootUser), own)).status).toBe(404)
    expect(await isThere(rootUser)).toBe(true)

    const late = await addUser(`late${people}`, 'administrator')
    const browser = await server.signedIn(late)
    const form = (await browser.get(path())).forms.at(-1)?.fields ?? {}
    const demote = () => env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(late.id).run()
    const racing = carriedTo(
      startServer({ config, bindings: { DB: betweenReadAndWrite(demote, env.DB, 4) } }),
      browser,
    )
    expect((await racing.post(path(), { ...form, username: ada.username })).status).toBe(404)
    expect(await isThere()).toBe(true)
    expect(await mailsTo(ada.email ?? '')).toHaveLength(0)
  })

  it('of two administrators who delete each other at once leaves one', async () => {
    const [one, two] = [
      await addUser(`one${people}`, 'administrator'),
      await addUser(`two${people}`, 'administrator'),
    ]
    const [first, second] = [await server.signedIn(one), await server.signedIn(two)]
    const forms = [await first.get(path(two)), await second.get(path(one))]
    await Promise.all([
      forms[0]?.submit({ username: two.username }),
      forms[1]?.submit({ username: one.username }),
    ])
    expect([await isThere(one), await isThere(two)].filter(Boolean)).toHaveLength(1)
  })
})
