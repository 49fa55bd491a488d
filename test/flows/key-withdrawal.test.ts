import { env } from 'cloudflare:workers'
import { decodeProtectedHeader } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rotateSigningKeys } from '../../src/acts/server/rotate-keys.ts'
import { withdrawKey } from '../../src/acts/server/withdraw-key.ts'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { keyStatus } from '../../src/rules/server/signing-keys.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { read } from '../../src/store/database.ts'
import { listSigningKeys } from '../../src/store/server/signing-keys.ts'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { betweenReadAndWrite, counted, everyBatchTwice } from '../faults.ts'
import { codeRequest, introspect, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { rotateByHand } from '../rotation.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from '../server.ts'

const secret = String(env.KEY_ENCRYPTION_SECRET)
const day = 86_400
const db = env.DB

let root: Browser
let rootId: string
beforeAll(async () => {
  await applySchema()
  const user = await addUser('root', 'administrator')
  rootId = user.id
  root = await startServer().signedIn(user)
})
beforeEach(() => db.prepare('DELETE FROM signing_keys').run())

/** Each is a separate isolate with its own key cache. */
const isolate = () => startServer({ bindings: { DB: counted().db } })

async function shown(now: number) {
  const { keys } = await read(db, { keys: listSigningKeys(db) })
  return keys
    .filter(({ alg }) => alg === 'ES256')
    .map((key) => `${key.generation} ${keyStatus(keys, key, now)}`)
}

async function kidOf(generation: number): Promise<string> {
  const { keys } = await read(db, { keys: listSigningKeys(db) })
  return (
    keys.find((key) => key.alg === 'ES256' && key.generation === generation)?.kid ??
    expect.fail('There is no such key')
  )
}

const act = () => ({ actorId: rootId, attemptId: randomText(16) })
const doing = (now: number, database = db, by = act()) => ({ db: database, act: by, reference: 'r', now })
const withdraw = async (generation: number, now: number, database = db) =>
  withdrawKey(doing(now, database), secret, await kidOf(generation))

describe('the page', () => {
  it('withdraws the current key: another one signs at once, and the old one is no longer published', async () => {
    const server = isolate()
    const admin = carriedTo(server, root)
    await rotateSigningKeys(db, secret, startedAt)
    const kid = await kidOf(1)
    const page = await admin.get('/admin/keys')
    expect(page.html).toContain(`/admin/keys/${kid}/withdrawal`)
    const asked = await admin.get(`/admin/keys/${kid}/withdrawal`)
    expect(asked.text).toContain('everywhere within 60 seconds')
    expect(asked.text).toContain(kid)
    const answers = await Promise.all([asked.submit({}), asked.submit({}), asked.submit({})])
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect((await admin.get(answers[0].location)).text).toContain(`: ${kid}`)
    expect(await shown(startedAt)).toEqual(['1 withdrawn', '2 current'])
    const set: { keys: { kid: string }[] } = await (await server.fetch('/.well-known/jwks.json')).json()
    expect(set.keys.map((key) => key.kid)).toContain(await kidOf(2))
    expect(set.keys.map((key) => key.kid)).not.toContain(kid)
    expect((await admin.get('/admin/keys')).text).toContain('Withdrawn')
    expect((await admin.get(`/admin/keys/${kid}/withdrawal`)).status).toBe(404)
    const { results } = await db
      .prepare(`SELECT detail FROM audit_events WHERE type = 'signing_key_withdrawn'`)
      .all()
    expect(results).toEqual([{ detail: `ES256 ${kid}` }])
  })

  it('needs an administrator with a fresh proof', async () => {
    await rotateSigningKeys(db, secret, startedAt)
    const path = `/admin/keys/${await kidOf(1)}/withdrawal`
    const server = startServer()
    const support = await server.signedIn(await addUser('support', 'support'))
    expect((await support.get(path)).status).toBe(404)
    expect((await support.get('/admin/keys')).html).not.toContain('/withdrawal')
    const open = await carriedTo(server, root).get(path)
    server.now += 3600
    expect((await carriedTo(server, root).get(path)).location).toMatch(/^\/login\?.*again=/)
    expect((await open.submit({})).location).toMatch(/^\/login\?.*again=/)
    expect(await shown(startedAt)).toEqual(['1 current'])
  })
})

describe('tokens signed with the withdrawn key', () => {
  it('are refused here at once, and everywhere 60 seconds later, with an authorization or without', async () => {
    const [here, elsewhere] = [isolate(), isolate()]
    const user = await addUser('ada')
    const web = await addClient(user)
    const machine = await addClient(user, {
      grantType: 'client-credentials',
      policy: { ...defaultClientPolicy, scope: ['read', 'introspection'] },
    })
    const code = await obtainCode(await here.signedIn(user), web, { scope: 'openid offline_access' })
    const tokens = await tokensOf(await postToken(here, codeRequest(web, code)))
    const own = await tokensOf(
      await postToken(here, {
        grant_type: 'client_credentials',
        client_id: machine.client.id,
        client_secret: machine.secret,
      }),
    )
    const isGood = async (server: typeof here) => {
      const headers = { Authorization: `Bearer ${tokens.access_token}` }
      const { status } = await server.fetch('/o/userinfo', { headers })
      return [status, (await introspect(server, machine, own.access_token)).active]
    }
    expect([await isGood(here), await isGood(elsewhere)]).toEqual([
      [200, true],
      [200, true],
    ])
    const { kid = '' } = decodeProtectedHeader(tokens.access_token)
    await (await carriedTo(here, root).get(`/admin/keys/${kid}/withdrawal`)).submit({})
    expect(await isGood(here)).toEqual([401, false])
    elsewhere.now += 59
    expect(await isGood(elsewhere)).toEqual([200, true])
    elsewhere.now += 1
    expect(await isGood(elsewhere)).toEqual([401, false])
    // The person's application continues without them.
    const fresh = await tokensOf(await postToken(here, refreshRequest(web, tokens.refresh_token)))
    expect(decodeProtectedHeader(fresh.access_token).kid).toBe(await kidOf(2))
  })

  it('while tokens of a new key are valid in every isolate at once', async () => {
    const [here, elsewhere] = [isolate(), isolate()]
    const user = await addUser('eve')
    const web = await addClient(user)
    await elsewhere.fetch('/.well-known/jwks.json')
    await withdraw(1, startedAt)
    here.now = elsewhere.now = startedAt + 10
    const code = await obtainCode(await here.signedIn(user), web, { scope: 'openid' })
    const { access_token } = await tokensOf(await postToken(here, codeRequest(web, code)))
    const headers = { Authorization: `Bearer ${access_token}` }
    expect((await elsewhere.fetch('/o/userinfo', { headers })).status).toBe(200)
  })
})

it('the replacement signs at once, also where the clock is behind', async () => {
  const machine = await addClient(await addUser('max'), { grantType: 'client-credentials' })
  const { id: client_id } = machine.client
  const form = { grant_type: 'client_credentials', client_id, client_secret: machine.secret }
  const behind = isolate()
  await rotateSigningKeys(db, secret, startedAt)
  await withdraw(1, startedAt)
  behind.now -= 1
  const { access_token } = await tokensOf(await postToken(behind, form))
  expect(decodeProtectedHeader(access_token).kid).toBe(await kidOf(2))
})

describe('any key can be withdrawn', () => {
  it('the next one that waits signs from now on', async () => {
    await rotateSigningKeys(db, secret, startedAt)
    await rotateByHand('ES256', startedAt + day)
    await withdraw(1, startedAt + day)
    expect(await shown(startedAt + day)).toEqual(['1 withdrawn', '2 current'])
  })

  it('one that waits is replaced by the schedule, and the current one stays for its usual time', async () => {
    await rotateSigningKeys(db, secret, startedAt)
    await rotateByHand('ES256', startedAt + day)
    await withdraw(2, startedAt + day)
    expect(await shown(startedAt + day)).toEqual(['1 current', '2 withdrawn'])
    await rotateSigningKeys(db, secret, startedAt + 60 * day)
    expect(await shown(startedAt + 60 * day)).toEqual(['1 current', '2 withdrawn'])
    await rotateSigningKeys(db, secret, startedAt + 89 * day)
    expect(await shown(startedAt + 90 * day)).toEqual(['1 retired', '2 withdrawn', '3 current'])
    await rotateSigningKeys(db, secret, startedAt + 120 * day)
    expect(await shown(startedAt + 120 * day)).toEqual(['3 current'])
  })

  it('a retired one is no longer published, and nothing else changes', async () => {
    await rotateSigningKeys(db, secret, startedAt)
    await rotateByHand('ES256', startedAt + day)
    await withdraw(1, startedAt + 2 * day)
    expect(await shown(startedAt + 2 * day)).toEqual(['1 withdrawn', '2 current'])
  })

  it('twice at once, and with every write twice, there is one successor', async () => {
    await rotateSigningKeys(db, secret, startedAt)
    const kid = await kidOf(1)
    const one = act()
    await Promise.all(
      [db, everyBatchTwice(), db].map((to) => withdrawKey(doing(startedAt, to, one), secret, kid)),
    )
    await withdrawKey(doing(startedAt), secret, kid)
    expect(await shown(startedAt)).toEqual(['1 withdrawn', '2 current'])
  })

  it('a successor that the schedule creates at the same moment signs at once', async () => {
    await rotateSigningKeys(db, secret, startedAt)
    const meanwhile = betweenReadAndWrite(() => rotateByHand('ES256', startedAt))
    await withdraw(1, startedAt, meanwhile)
    expect(await shown(startedAt)).toEqual(['1 withdrawn', '2 current'])
  })

  it('somebody who lost the role in the meantime withdraws nothing', async () => {
    await rotateSigningKeys(db, secret, startedAt)
    const demoted = await addUser('demoted', 'administrator')
    const losing = betweenReadAndWrite(() =>
      db.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(demoted.id).run(),
    )
    const lost = { actorId: demoted.id, attemptId: randomText(16) }
    await withdrawKey(doing(startedAt, losing, lost), secret, await kidOf(1))
    expect(await shown(startedAt)).toEqual(['1 current'])
    expect(
      await db.prepare('SELECT 1 FROM audit_events WHERE id = ?').bind(lost.attemptId).first(),
    ).toBeNull()
  })
})
