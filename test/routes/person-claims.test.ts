import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice } from '../faults.ts'
import { codeRequest, obtainCode, postToken, tokensOf } from '../flow.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

const config = { mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
const server = startServer({ config })
let root: Browser
let ada: User
let people = 0

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
})

beforeEach(async () => {
  ada = await addUser(`ada${people++}`)
})

const path = () => `/admin/users/${ada.id}/claims`
const save = async (typed: Record<string, string>) => (await root.get(path())).submit(typed)

/** The claims of an application when the person allows everything. */
async function claims(): Promise<Record<string, unknown>> {
  const scope = 'openid profile email address phone groups'
  const registered = await addClient(await addUser(`developer${people++}`), {
    policy: { ...defaultClientPolicy, scope: scope.split(' ') },
  })
  const code = await obtainCode(await server.signedIn(ada), registered, { scope })
  const { access_token } = await tokensOf(await postToken(server, codeRequest(registered, code)))
  const response = await server.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${access_token}` } })
  return response.json()
}

const events = () =>
  env.DB.prepare(`SELECT count(*) AS n FROM audit_events WHERE type = 'claims_changed' AND detail = ?`)
    .bind(ada.id)
    .first('n')

const verify = () => env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(ada.id).run()

describe('claims and groups of a person', () => {
  it('are set by the administrator, and sent to applications', async () => {
    const answer = await save({
      groups: 'staff\r\n  analysts , staff\n\n',
      given_name: 'Ada',
      family_name: 'Lovelace',
      phone_number: '+44 20 7946 0018',
      locality: 'London',
      email: 'ada@lovelace.example',
    })
    expect([answer.status, answer.location]).toEqual([303, `/admin/users/${ada.id}?saved=claims_changed`])
    expect(await claims()).toMatchObject({
      groups: ['staff', 'analysts'],
      name: 'Ada Lovelace',
      phone_number: '+44 20 7946 0018',
      address: { locality: 'London' },
      email: 'ada@lovelace.example',
    })
    expect((await root.get(`/admin/users/${ada.id}`)).text).toContain('staff, analysts')
    expect((await root.get(path())).forms[0]?.fields).toMatchObject({ groups: 'staff\nanalysts' })
    expect(await events()).toBe(1)
  })

  it('are shown again as typed when there are errors, each with its reason', async () => {
    const typed = { groups: 'x'.repeat(101), birthdate: '2026-02-30', email: 'nowhere' }
    const refused = await save(typed)
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('<title>Error:')
    expect(refused.forms[0]?.fields).toMatchObject(typed)
    for (const field of Object.keys(typed)) expect(refused.html).toContain(`id="${field}-problem"`)
    expect((await save({ groups: Array.from({ length: 101 }, (_, i) => `g${i}`).join() })).status).toBe(400)
    expect(await claims()).toMatchObject({ groups: [], email: ada.email })
    expect(await events()).toBe(0)
  })

  it('sent twice count once, and no later submission is undone', async () => {
    const form = await carriedTo(startServer({ config, bindings: { DB: everyBatchTwice() } }), root).get(
      path(),
    )
    expect((await form.submit({ groups: 'first' })).status).toBe(303)
    await save({ groups: 'second' })
    expect((await form.submit({ groups: 'first' })).status).toBe(303)
    expect(await claims()).toMatchObject({ groups: ['second'] })
    expect(await events()).toBe(2)
  })

  it('need a recent sign-in, and what was typed is shown again afterwards', async () => {
    const form = await root.get(path())
    server.now += 3600
    const answer = await form.submit({ groups: 'staff\nanalysts', nickname: 'Countess' })
    const next = new URL(answer.location ?? '', 'http://localhost').searchParams.get('next') ?? ''
    await (await root.get(answer.location ?? '')).submit({ username: 'root', password })
    const again = await root.get(next)
    expect(again.forms[0]?.fields).toMatchObject({ groups: 'staff\nanalysts', nickname: 'Countess' })
    expect(await events()).toBe(0)
    expect((await again.submit({})).status).toBe(303)
    expect(await claims()).toMatchObject({ groups: ['staff', 'analysts'], nickname: 'Countess' })
  })

  it('keep another person’s changes to fields that the administrator did not change', async () => {
    const link = async () => linkTo('moved@example.org')
    await save({ groups: 'staff' })
    const form = await root.get(path())
    const mine = await server.signedIn(ada)
    await (await mine.get('/account/email')).submit({ email: 'moved@example.org' })
    await (await mine.get(await link())).submit({})
    await save({ groups: 'nobody' })
    const wrong = await form.submit({ locality: 'Paris', birthdate: 'never' })
    expect((await wrong.submit({ birthdate: '' })).status).toBe(303)
    expect(await claims()).toMatchObject({
      address: { locality: 'Paris' },
      email: 'moved@example.org',
      email_verified: true,
      groups: ['nobody'],
    })
    expect(await mailsTo('moved@example.org')).toHaveLength(1)
  })

  it("can't be changed by anybody else, nor by a former administrator", async () => {
    const other = await addUser(`admin${people++}`, 'administrator')
    const browser = await server.signedIn(other)
    const form = await browser.get(path())
    const mine = await server.signedIn(ada)
    expect((await mine.get(path())).status).toBe(404)
    expect((await mine.post(path(), form.forms[0]?.fields ?? {})).status).toBe(404)
    const demote = () => env.DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(other.id).run()
    const racing = carriedTo(
      startServer({ bindings: { DB: betweenReadAndWrite(demote, env.DB, 3) } }),
      browser,
    )
    expect((await racing.post(path(), { ...form.forms[0]?.fields, groups: 'mine' })).status).toBe(404)
    expect((await form.submit({ groups: 'mine' })).status).toBe(404)
    expect(await claims()).toMatchObject({ groups: [] })
    expect((await root.get('/admin/users/nobody/claims')).status).toBe(404)
  })
})

describe('another email address', () => {
  it('is unverified; the old one is notified; an unchanged one stays verified', async () => {
    await verify()
    await save({ groups: 'x' })
    expect(await claims()).toMatchObject({ email: ada.email, email_verified: true })
    await save({ email: 'new@example.org' })
    expect(await claims()).toMatchObject({ email_verified: false })
    expect((await mailsTo(ada.email ?? '')).at(-1)?.subject).toBe('Your email address was changed')
    expect((await mailsTo('new@example.org')).length).toBe(0)
  })

  it('invalidates the links that were mailed to the old one', async () => {
    const visitor = server.browser()
    await (await visitor.get('/password-reset')).submit({ account: ada.username })
    const link = await linkTo(ada.email ?? '')
    expect((await visitor.get(link)).status).toBe(200)
    await save({ groups: 'x' })
    expect((await visitor.get(link)).status).toBe(200)
    await save({ email: 'elsewhere@example.org' })
    expect((await visitor.get(link)).status).toBe(404)
  })

  it('stays, also when a link for another one was pending', async () => {
    const mine = await server.signedIn(ada)
    await (await mine.get('/account/email')).submit({ email: 'thief@example.org' })
    const link = await linkTo('thief@example.org')
    expect((await mine.get(link)).status).toBe(200)
    await save({ email: 'given@example.org' })
    expect((await mine.get(link)).status).toBe(404)
  })
})
