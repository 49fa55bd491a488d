import { env } from 'cloudflare:workers'
import { createHash } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/rules/sign-in/connection.ts'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, SoftAuthenticator } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { beforeFirstWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

const server = startServer()
let people = 0
let ada: User
let browser: Browser
let acme: Connection

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  ada = await addUser(`ada${people++}`)
  browser = await server.signedIn(ada)
  acme = await addConnection({ name: 'Acme' })
  await addIdentity(acme, ada, 'ada@acme')
})

const keyOf = ({ id }: Connection, subject: string) => Buffer.from(`${id}\n${subject}`).toString('base64url')
const removal = (connection = acme, subject = 'ada@acme') =>
  `/account/identities/${keyOf(connection, subject)}/remove`
const run = (text: string, ...values: readonly string[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run()
const dropPassword = () => run(`UPDATE users SET password_hash = '' WHERE id = ?`, ada.id)
const subjects = async (user = ada) =>
  (
    await env.DB.prepare('SELECT subject FROM identities WHERE user_id = ? ORDER BY subject')
      .bind(user.id)
      .all<{ subject: string }>()
  ).results.map(({ subject }) => subject)
const events = async (type: string) =>
  (
    await env.DB.prepare(
      'SELECT user_id, subject_id, detail FROM audit_events WHERE type = ? AND ? IN (user_id, subject_id)',
    )
      .bind(type, ada.id)
      .all()
  ).results

describe('the accounts of a person elsewhere', () => {
  it('are listed, with names that a provider made up as text', async () => {
    await run(`UPDATE identities SET label = '<b>"Ada"' WHERE subject = 'ada@acme' AND user_id = ?`, ada.id)
    const page = await browser.get('/account/identities')
    expect(page.html).toContain('&lt;b&gt;&quot;Ada&quot;')
    expect(page.html).not.toContain('<b>"')
    expect(page.text).toContain('Acme')
    expect((await browser.get('/account')).html).toContain('href="/account/identities"')
  })

  it('are not those of others', async () => {
    const bob = await addUser(`bob${people++}`)
    const other = await server.signedIn(bob)
    expect((await other.get('/account/identities')).html).not.toContain('/remove')
    expect((await other.get(removal())).status).toBe(404)
    const fields = (await browser.get(removal())).forms[0]?.fields ?? {}
    const sent = await other.post(removal(), { ...fields, ...(await other.get('/logout')).forms[0]?.fields })
    expect(sent.status).not.toBe(200)
    expect(await subjects()).toEqual(['ada@acme'])
  })

  it('are removed after a fresh proof, and end the sessions that began by them, but for this one', async () => {
    const [elsewhere, local] = [await server.signedIn(ada), await server.signedIn(ada)]
    const mark = (one: Browser, connectionId: string) =>
      run(
        'UPDATE sessions SET connection_id = ? WHERE id_hash = ?',
        connectionId,
        createHash('sha256')
          .update(one.cookies.get('latchkey-session') ?? '')
          .digest('base64url'),
      )
    await mark(browser, acme.id)
    await mark(elsewhere, acme.id)
    const page = await browser.get(removal())
    expect(page.text).toContain('Acme')
    const answer = await page.submit({})
    expect([answer.status, answer.location]).toEqual([303, '/account/identities'])
    expect(await subjects()).toEqual([])
    expect(await events('identity_unlinked')).toEqual([{ user_id: ada.id, subject_id: null, detail: 'Acme' }])
    expect((await browser.get('/account')).status).toBe(200)
    expect((await elsewhere.get('/account')).status).toBe(303)
    expect((await local.get('/account')).status).toBe(200)
    // Sent again, there is nothing more to do.
    expect((await page.submit({})).status).toBe(303)
    server.now += 7200
    expect((await browser.get(removal())).location).toContain('/login')
    server.now -= 7200
  })

  it('stay when they are the last way in', async () => {
    const page = await browser.get(removal())
    await dropPassword()
    const refused = await browser.get(removal())
    expect([refused.status, refused.text.includes('only way to sign in')]).toEqual([403, true])
    expect((await page.submit({})).status).toBe(403)
    expect(await subjects()).toEqual(['ada@acme'])
    expect(await events('identity_unlinked')).toEqual([])
  })

  it.each<[string, (other: Connection) => Promise<unknown>, boolean]>([
    ['another identity', (other) => addIdentity(other, ada, 'ada@other'), true],
    [
      'another identity at a suspended provider',
      async (other) => {
        await addIdentity(other, ada, 'ada@other')
        await run('UPDATE connections SET suspended_at = 1 WHERE id = ?', other.id)
      },
      false,
    ],
    [
      'the identity of somebody else',
      async (other) => addIdentity(other, await addUser(`bob${people++}`), 'bob'),
      false,
    ],
    ['a passkey', () => addPasskey(browser, new SoftAuthenticator()), true],
  ])('with %s', async (_, prepare, mayGo) => {
    await prepare(await addConnection())
    await dropPassword()
    await run(`UPDATE sessions SET amr = '["pop","user","mfa"]' WHERE user_id = ?`, ada.id)
    expect((await browser.get(removal())).status).toBe(mayGo ? 200 : 403)
  })

  it('do not both go when two are removed at once', async () => {
    const other = await addConnection()
    await addIdentity(other, ada, 'ada@other')
    const [first, second] = [await browser.get(removal()), await browser.get(removal(other, 'ada@other'))]
    await dropPassword()
    const inBetween = beforeFirstWrite(() => second.submit({}), env.DB, /DELETE FROM identities/)
    const racing = startServer({ bindings: { DB: inBetween } })
    const there = racing.browser()
    for (const [name, value] of browser.cookies) there.cookies.set(name, value)
    const answer = await there.post(removal(), first.forms[0]?.fields ?? {})
    expect(answer.status).toBe(403)
    expect(await subjects()).toEqual(['ada@acme'])
  })

  it('do not go together with the last passkey', async () => {
    await addPasskey(browser, new SoftAuthenticator())
    await run(`UPDATE sessions SET amr = '["pop","user","mfa"]' WHERE user_id = ?`, ada.id)
    const id = await env.DB.prepare('SELECT id FROM passkeys WHERE user_id = ?').bind(ada.id).first('id')
    const [first, second] = [
      await browser.get(`/account/passkeys/${id}/remove`),
      await browser.get(removal()),
    ]
    await dropPassword()
    expect((await first.submit({})).status).toBe(303)
    expect((await second.submit({})).status).toBe(403)
    expect(await subjects()).toEqual(['ada@acme'])
  })

  it.each([
    ['sent twice', everyBatchTwice],
    ['sent again after a lost answer', everyFirstAnswerLost],
  ])('are removed once, with every batch %s', async (_, fault) => {
    const there = startServer({ bindings: { DB: fault() } }).browser()
    for (const [name, value] of browser.cookies) there.cookies.set(name, value)
    expect((await there.post(removal(), (await browser.get(removal())).forms[0]?.fields ?? {})).status).toBe(
      303,
    )
    expect(await events('identity_unlinked')).toHaveLength(1)
  })

  it('are in the export, and go with the account', async () => {
    await run(`UPDATE sessions SET connection_id = ?, provider_sid = 's1' WHERE user_id = ?`, acme.id, ada.id)
    const file = JSON.parse((await browser.get('/account/export')).html)
    expect(file.accounts_elsewhere).toEqual([
      {
        provider: 'Acme',
        issuer: acme.issuer,
        subject: 'ada@acme',
        label: ada.username,
        created_at: server.now,
      },
    ])
    expect(file.sessions).toMatchObject([{ provider: 'Acme', provider_sid: 's1' }])
    expect((await browser.get('/account/sessions')).text).toContain('with Acme')
    const deletion = await browser.get('/account/delete')
    expect((await deletion.submit({ password })).status).toBe(303)
    expect(await subjects()).toEqual([])
  })
})

describe('an administrator', () => {
  it('sees the accounts of a person elsewhere, and removes them, even the last way in', async () => {
    const root = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
    await dropPassword()
    await run('UPDATE sessions SET connection_id = ? WHERE user_id = ?', acme.id, ada.id)
    const user = await root.get(`/admin/users/${ada.id}`)
    const path = `/admin/users/${ada.id}/identities/${keyOf(acme, 'ada@acme')}`
    expect(user.html).toContain(`href="${path}"`)
    const page = await root.get(path)
    expect(page.text).toContain('only way to sign in')
    const answer = await page.submit({})
    expect(answer.location).toBe(`/admin/users/${ada.id}?saved=user_identity_removed`)
    expect((await root.get(answer.location)).text).toContain('Way to sign in of a user removed')
    expect(await subjects()).toEqual([])
    expect((await browser.get('/account')).status).toBe(303)
    expect(await events('user_identity_removed')).toMatchObject([{ subject_id: ada.id }])
    expect((await page.submit({})).status).toBe(303)
  })

  it('does not remove their own there', async () => {
    const user = await addUser(`root${people++}`, 'administrator')
    await addIdentity(acme, user, 'root')
    const root = await server.signedIn(user)
    const path = `/admin/users/${user.id}/identities/${keyOf(acme, 'root')}`
    expect((await root.get(path)).status).toBe(404)
    const fields = (await root.get(`/admin/users/${ada.id}/identities/${keyOf(acme, 'ada@acme')}`)).forms[0]
      ?.fields
    expect((await root.post(path, fields ?? {})).status).not.toBe(303)
    expect(await subjects(user)).toEqual(['root'])
  })
})
