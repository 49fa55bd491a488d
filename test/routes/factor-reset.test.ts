import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { codeRequest, errorOf, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { mailsTo } from '../mails.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

const server = startServer()
let root: Browser
let rootUser: User
let ada: User
let adaBrowser: Browser
let device: SoftAuthenticator
let people = 0

beforeAll(async () => {
  await applySchema()
  rootUser = await addUser('root', 'administrator')
})

beforeEach(async () => {
  server.now = startedAt
  root = await server.signedIn(rootUser)
  ada = await addUser(`ada${people++}`)
  adaBrowser = await server.signedIn(ada)
  device = new SoftAuthenticator()
  await setUpAuthenticator(server, adaBrowser)
  await addPasskey(adaBrowser, device)
})

const path = (user: User = ada) => `/admin/users/${user.id}/factors`

const left = async (user: User = ada) =>
  Promise.all(
    ['authenticators', 'recovery_codes', 'passkeys'].map((table) =>
      env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?`).bind(user.id).first('n'),
    ),
  )

const events = () =>
  env.DB.prepare("SELECT user_id FROM audit_events WHERE type = 'factors_reset' AND detail = ?")
    .bind(ada.id)
    .all()
    .then(({ results }) => results)

/** Only notices of the reset: they are also notified of each factor that they set up themselves. */
const noticesTo = async (user: User) =>
  (await mailsTo(`${user.username}@example.com`)).filter(({ subject }) => subject.includes('was reset'))

describe('resetting a person’s factors', () => {
  it('says what it ends, ends it, notifies them, and is recorded', async () => {
    expect((await root.get(`/admin/users/${ada.id}`)).html).toContain(`href="${path()}"`)
    const granted = await addClient(rootUser)
    const request = codeRequest(granted, await obtainCode(adaBrowser, granted))
    const { refresh_token } = await tokensOf(await postToken(server, request))
    const asked = await root.get(path())
    for (const text of [
      'authenticator app and the recovery codes',
      'Their passkey.',
      'their password alone is enough to sign in',
    ])
      expect(asked.text).toContain(text)
    expect(await left()).toEqual([1, 10, 1])
    const answer = await asked.submit({})
    expect([answer.status, answer.location]).toEqual([303, `/admin/users/${ada.id}?saved=factors_reset`])
    expect(await left()).toEqual([0, 0, 0])
    expect((await noticesTo(ada)).map(({ subject }) => subject)).toEqual(['Your second factor was reset'])
    expect(await events()).toEqual([{ user_id: rootUser.id }])
    expect((await usePasskey(server.browser(), device)).status).toBe(400)
    expect((await (await server.signedIn(ada)).get('/account')).status).toBe(200)
    // Existing sessions, perhaps with another person's factor, have ended.
    expect((await adaBrowser.get('/account')).location).toContain('/login')
    expect(await errorOf(await postToken(server, refreshRequest(granted, refresh_token)))).toBe(
      '400 invalid_grant',
    )
    const user = await root.get(`/admin/users/${ada.id}`)
    expect([user.text.includes('Second factor None'), user.html.includes(path())]).toEqual([true, false])
    expect((await root.get(path())).status).toBe(404)
  })

  it('sent again later does not remove newer factors, and sends no further mail', async () => {
    const form = await root.get(path())
    await form.submit({})
    adaBrowser = await server.signedIn(ada)
    await setUpAuthenticator(server, adaBrowser)
    expect((await form.submit({})).status).toBe(303)
    expect(await left()).toEqual([1, 10, 0])
    expect((await adaBrowser.get('/account')).status).toBe(200)
    expect(await noticesTo(ada)).toHaveLength(1)
  })

  it.each([
    ['is executed twice', everyBatchTwice],
    ['loses its first answer', everyFirstAnswerLost],
  ])('happens once when every write %s', async (_, fault) => {
    const faulty = startServer({ bindings: { DB: fault() } })
    const browser = await faulty.signedIn(rootUser)
    expect((await (await browser.get(path())).submit({})).status).toBe(303)
    expect([await left(), await events()]).toEqual([[0, 0, 0], [{ user_id: rootUser.id }]])
    expect(await noticesTo(ada)).not.toHaveLength(0)
  })

  it('is not possible for oneself, nor for a person whose role was just removed', async () => {
    await setUpAuthenticator(server, root)
    expect((await root.get(path(rootUser))).status).toBe(404)
    const form = (await root.get(path())).forms[0]?.fields ?? {}
    expect((await root.post(path(rootUser), form)).status).toBe(404)
    expect(await left(rootUser)).toEqual([1, 10, 0])
    await env.DB.prepare('DELETE FROM authenticators').run()
    await env.DB.prepare('DELETE FROM recovery_codes').run()

    const late = await addUser(`late${people}`, 'administrator')
    const browser = await server.signedIn(late)
    const asked = await browser.get(path())
    const db = new Proxy(env.DB, {
      get(target, property) {
        if (property === 'batch')
          return async (statements: D1PreparedStatement[]) => {
            if (statements.length > 3)
              await target.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(late.id).run()
            return target.batch(statements)
          }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const losing = startServer({ bindings: { DB: db } }).browser()
    for (const cookie of browser.cookies) losing.cookies.set(...cookie)
    expect((await losing.post(path(), asked.forms[0]?.fields ?? {})).status).toBe(404)
    expect(await left()).toEqual([0, 0, 1])
    expect(await noticesTo(ada)).toHaveLength(0)
  })
})
