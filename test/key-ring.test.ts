import { env } from 'cloudflare:workers'
import { decodeJwt, UnsecuredJWT } from 'jose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readExport } from '../scripts/audit/export.ts'
import { verifyDatabase, verifyExport } from '../scripts/audit/source.ts'
import { readStoredFacts } from '../src/acts/server/read-health.ts'
import { resealSome } from '../src/acts/server/reseal.ts'
import { sealAuditLog } from '../src/acts/server/seal-audit-log.ts'
import { type Config, parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { defaultClientOpenid, defaultClientPolicy, deviceCodeGrant } from '../src/rules/clients/client.ts'
import { chain, emptyChain, type SealedEvent } from '../src/rules/server/audit-chain.ts'
import { checkStored } from '../src/rules/server/health.ts'
import { auditMac } from '../src/secrets/audit-mac.ts'
import { unseal } from '../src/secrets/derived-keys.ts'
import { openKeptIdToken, sealKeptIdToken } from '../src/secrets/sign-in/kept-id-token.ts'
import { sealProviderSecret } from '../src/secrets/sign-in/provider-secret.ts'
import { readSealedEvent } from '../src/store/server/audit-starts.ts'
import type { KeyRing } from '../src/values/key-ring.ts'
import { carriedTo } from './applications.ts'
import type { Browser } from './browser.ts'
import { addConnection } from './connections.ts'
import { dropEverything } from './database.ts'
import { beforeFirstWrite, counted, everyBatchTwice } from './faults.ts'
import { authorizePath, codeRequest, introspect, obtainCode, postToken, tokensOf } from './flow.ts'
import { atCode, scan, setUpAuthenticator } from './second-factor.ts'
import { addClient, addUser, applySchema, type Server, startedAt, startServer } from './server.ts'

const first = 'the first secret of this server  2025'
const second = 'the second secret of this server 2026'
const third = 'the third secret of this server  2027'
const day = 86_400

const db = env.DB
const ask = async (text: string) => (await db.prepare(text).all()).results

const configOf = (...ring: readonly string[]): Config =>
  parseConfig({ ...env, WORKERS_PLAN: 'paid', KEY_ENCRYPTION_SECRET: ring.join(', ') })
/** A separate isolate without shared caches. */
function serverWith(at: number, ...ring: readonly string[]): Server {
  const server = startServer({ config: configOf(...ring), bindings: { DB: counted().db } })
  server.now = at
  return server
}
const schedule = (at: number, ...ring: readonly string[]) => maintain(db, configOf(...ring), () => at)
const healthOf = async (at: number, ...ring: readonly string[]) => {
  const facts = await readStoredFacts(db, configOf(...ring).keyRing, true, at)
  return checkStored(facts, at).find(({ subject }) => subject === 'secrets')?.found
}
const verify = async (...ring: readonly string[]) =>
  (await verifyDatabase(ask, configOf(...ring).keyRing)).problems

beforeEach(async () => {
  await dropEverything(db)
  await applySchema()
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

describe('the setting', () => {
  const problemOf = (value: string) => {
    try {
      parseConfig({ ...env, KEY_ENCRYPTION_SECRET: value })
      return undefined
    } catch (error) {
      return `${error}`
    }
  }

  it('is one secret, or several separated by commas, newest first', () => {
    expect(configOf(first)).toMatchObject({ keyRing: [first], keyEncryptionSecret: first })
    expect(configOf(second, first)).toMatchObject({ keyRing: [second, first], keyEncryptionSecret: second })
  })

  it.each([
    [`${'n'.repeat(40)},short`, 'must have at least 32 characters; of several between commas, each'],
    [`${'n'.repeat(40)},`, 'must have at least 32 characters'],
    [`${'n'.repeat(40)},${'n'.repeat(40)}`, 'must not name a secret twice'],
    [[1, 2, 3, 4, 5, 6].map((i) => `${i}`.repeat(40)).join(), 'at most five'],
  ])('%s is refused', (value, reason) => {
    expect(problemOf(value)).toContain(reason)
    expect(problemOf(value)).not.toContain('nnnn')
  })
})

/** A person with a value for each use of a secret. */
async function live(server: Server, name = 'ada') {
  const user = await addUser(name)
  const browser = await server.signedIn(user)
  const { phone, recoveryCodes } = await setUpAuthenticator(server, browser)
  const pairwise = await addClient(user, { openid: { ...defaultClientOpenid, subjectType: 'pairwise' } })
  const opaque = await addClient(user, { policy: { ...defaultClientPolicy, accessTokenFormat: 'opaque' } })
  const tokensFor = async (registered: typeof pairwise, scope: string) =>
    tokensOf(
      await postToken(server, codeRequest(registered, await obtainCode(browser, registered, { scope }))),
    )
  const told = await tokensFor(pairwise, 'openid offline_access')
  const sealed = await tokensFor(opaque, 'read')
  return {
    user,
    browser,
    phone,
    recoveryCodes,
    pairwise,
    opaque,
    told,
    sealed,
    sub: decodeJwt(told.access_token).sub,
  }
}

type Life = Awaited<ReturnType<typeof live>>

async function signInWith(server: Server, { user }: Life, code: string): Promise<number> {
  await db.prepare('DELETE FROM sign_in_attempts').run()
  const [, page] = await atCode(server, user)
  return (await page.submit({ code })).status
}

/** The values that still work with another ring. */
async function state(server: Server, life: Life, browser: Browser = life.browser) {
  const headers = { Authorization: `Bearer ${life.told.access_token}` }
  const here = carriedTo(server, browser)
  const code = await obtainCode(here, life.pairwise, { scope: 'openid' })
  const fresh = await tokensOf(await postToken(server, codeRequest(life.pairwise, code)))
  return {
    session: (await here.get('/account')).status,
    userinfo: (await server.fetch('/o/userinfo', { headers })).status,
    opaque: (await introspect(server, life.opaque, life.sealed.access_token)).active,
    sub: decodeJwt(fresh.access_token).sub === life.sub,
    app: await signInWith(server, life, life.phone.at(server).code()),
  }
}

const works = { session: 200, userinfo: 200, opaque: true, sub: true, app: 303 }

describe('a replaced secret', () => {
  it('changes nothing for users, and is not needed in the end', async () => {
    const life = await live(serverWith(startedAt, first))
    await schedule(startedAt, first)
    expect(await healthOf(startedAt, first)).toBe('secretsOne')

    const [code1 = '', code2 = '', code3 = ''] = life.recoveryCodes
    let now = startedAt + 60
    const both = serverWith(now, second, first)
    expect(await state(both, life)).toEqual(works)
    expect(await signInWith(both, life, code1)).toBe(303)
    expect(await healthOf(now, second, first)).toBe('secretsSealing')
    expect(await verify(second, first)).toEqual([])

    await schedule(now, second, first)
    expect(await healthOf(now, second, first)).toBe('secretsTokens')
    expect(await verify(second, first)).toEqual([])
    now += 30 * day
    both.now = now
    expect(await healthOf(now, second, first)).toBe('secretsPeople')
    expect(await signInWith(both, life, code2)).toBe(303)

    // Its owner is asked, and creates new ones.
    both.now += 60
    await db.prepare('DELETE FROM sign_in_attempts').run()
    const [owner, page] = await atCode(both, life.user)
    await page.submit({ code: life.phone.at(both).code() })
    expect((await owner.get('/account')).text).toContain('Create new recovery codes')
    expect((await owner.get('/account/authenticator')).text).toContain('Create new recovery codes')
    await (await owner.get('/account/authenticator/recovery-codes')).submit({})
    expect((await owner.get('/account')).text).not.toContain('Create new recovery codes')
    expect(await healthOf(now, second, first)).toBe('secretsSpare')

    const alone = serverWith(now + 120, second)
    const after = await state(alone, life, owner)
    expect(after).toEqual({ ...works, opaque: false, userinfo: 401 })
    expect(await signInWith(alone, life, code3)).toBe(400)
    expect(await verify(second)).toEqual([])
    await schedule(now + 120, second)
    expect(await healthOf(now + 120, second)).toBe('secretsOne')
  })

  it('the secret at a sign-in provider is re-encrypted, for its connection alone', async () => {
    const { keyRing } = configOf(second, first)
    const sealedSecret = await sealProviderSecret(first, 'acme', 'our secret there')
    await addConnection({ id: 'acme', sealedSecret })
    await schedule(startedAt, first)
    expect(await healthOf(startedAt, second)).toBe('secretsLost')
    expect((await readStoredFacts(db, keyRing, true, startedAt)).secrets.toReseal).toBeGreaterThan(0)
    await schedule(startedAt + 60, second, first)
    const sealed = (await ask(`SELECT sealed_secret FROM connections WHERE id = 'acme'`))[0]?.sealed_secret
    expect(sealed).not.toBe(sealedSecret)
    expect(await unseal([second], 'providers', 'acme', `${sealed}`)).toBe('our secret there')
    await expect(unseal([second], 'providers', 'other', `${sealed}`)).rejects.toThrow()
  })

  it('the ID token of a session at its provider is re-encrypted', async () => {
    await serverWith(startedAt, first).signedIn(await addUser('eve'))
    await schedule(startedAt, first)
    const { id: issuer, clientId } = await addConnection()
    const token = new UnsecuredJWT({ iss: issuer, aud: clientId }).encode()
    await db
      .prepare('INSERT INTO kept_id_tokens SELECT id_hash, ? FROM sessions')
      .bind(await sealKeptIdToken(first, token))
      .run()
    expect(await healthOf(startedAt, second)).toBe('secretsLost')
    await schedule(startedAt + 60, second, first)
    const [row] = await ask('SELECT sealed FROM kept_id_tokens')
    const opened = (ring: KeyRing, from = issuer) =>
      openKeptIdToken(ring, { issuer: from, clientId }, `${row?.sealed}`)
    expect(await opened([second])).toBe(token)
    expect([await opened([first]), await opened([second], 'other')]).toEqual([undefined, undefined])
  })

  it('is reported as missing when it is removed too early', async () => {
    await live(serverWith(startedAt, first))
    await schedule(startedAt, first)
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    expect(await healthOf(startedAt, second)).toBe('secretsLost')
    await schedule(startedAt + 60, second)
    expect(await healthOf(startedAt + 60, second)).toBe('secretsLost')
    // Nothing was changed: with the secret restored, everything works.
    expect(await healthOf(startedAt + 60, first)).toBe('secretsOne')
  })

  it('pending forms and links still work: consent, a request in progress, a device', async () => {
    const old = serverWith(startedAt, first)
    const user = await addUser('eve')
    const web = await addClient(user)
    const browser = await old.signedIn(user)
    const consent = await browser.get(authorizePath(web))
    const noted = await old.browser().get(authorizePath(web, { prompt: 'login' }))
    expect(noted.location).toContain('received')
    const set = await browser.get('/account/authenticator/set-up')
    const fresh = serverWith(startedAt + 5, second, first)
    const there = carriedTo(fresh, browser)
    const answer = await there.post(authorizePath(web), {
      ...consent.forms[0]?.fields,
      decision: 'authorize',
    })
    expect(answer.location).toContain('code=')
    const done = await there.post('/account/authenticator/set-up', {
      ...set.forms[0]?.fields,
      code: scan(fresh, set).code(),
    })
    expect(done.text).toContain('-')
    expect(done.status).toBe(200)
  })

  it('the code on a waiting device is still known, and lets it in', async () => {
    const old = serverWith(startedAt, first)
    const user = await addUser('eve')
    const { client } = await addClient(user, { type: 'public', grantType: 'device-code', redirectUris: [] })
    const body = new URLSearchParams({ client_id: client.id, scope: 'read' })
    const started = await old.fetch('/o/device-authorization', { method: 'POST', body })
    const { user_code, device_code } = await started.json<{ user_code: string; device_code: string }>()
    const fresh = serverWith(startedAt + 5, second, first)
    const there = carriedTo(fresh, await old.signedIn(user))
    const asked = await (await there.get('/o/device')).submit({ user_code })
    expect((await asked.submit({ decision: 'authorize' })).location).toContain('approved')
    const poll = { grant_type: deviceCodeGrant, device_code, client_id: client.id }
    expect((await tokensOf(await postToken(fresh, poll))).scope).toBe('read')
  })

  it('a value of an earlier release, without the id of its secret, is read and re-encrypted', async () => {
    const life = await live(serverWith(startedAt, first))
    for (const statement of [
      'UPDATE signing_keys SET private_key = substr(private_key, 10)',
      'UPDATE authenticators SET sealed_key = substr(sealed_key, 10)',
      // It stored no salt either: that was derived from the secret at the time.
      'DELETE FROM kept_keys',
    ])
      await db.prepare(statement).run()
    expect(await state(serverWith(startedAt + 60, second, first), life)).toEqual(works)
    await schedule(startedAt + 90, second, first)
    const alone = serverWith(startedAt + 120, second)
    expect(await state(alone, life)).toEqual({ ...works, opaque: false })
  })

  it('two runs at once, and every batch twice, re-encrypt it once and lose nothing', async () => {
    const life = await live(serverWith(startedAt, first))
    const ring = configOf(second, first).keyRing
    await Promise.all([
      resealSome(db, ring, startedAt),
      resealSome(everyBatchTwice(), ring, startedAt),
      sealAuditLog(db, ring, startedAt),
      sealAuditLog(everyBatchTwice(), ring, startedAt),
    ])
    await schedule(startedAt + 60, second, first)
    const alone = serverWith(startedAt + 60, second)
    expect(await state(alone, life)).toEqual({ ...works, opaque: false, session: 200 })
    expect(await verify(second)).toEqual([])
  })

  it('a run overwrites nothing that was encrypted in the meantime', async () => {
    const life = await live(serverWith(startedAt, first))
    const newer = () => db.prepare(`UPDATE authenticators SET sealed_key = 'set up a moment ago'`).run()
    await resealSome(beforeFirstWrite(newer), configOf(second, first).keyRing, startedAt)
    const { sealed_key } =
      (await db
        .prepare('SELECT sealed_key FROM authenticators WHERE user_id = ?')
        .bind(life.user.id)
        .first<{ sealed_key: string }>()) ?? {}
    expect(sealed_key).toBe('set up a moment ago')
  })

  it('a value that no secret opens does not block the others', async () => {
    const life = await live(serverWith(startedAt, first))
    const other = await live(serverWith(startedAt, first), 'bob')
    await db
      .prepare(`UPDATE authenticators SET sealed_key = 'lost.lost.lost' WHERE user_id = ?`)
      .bind(other.user.id)
      .run()
    const complained = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await schedule(startedAt + 60, second, first)
    expect(complained.mock.calls.flat().join()).toContain('No secret opens it')
    expect(await state(serverWith(startedAt + 90, second), life)).toEqual({ ...works, opaque: false })
  })

  it('can be replaced again, and again', async () => {
    const life = await live(serverWith(startedAt, first))
    await schedule(startedAt, first)
    await schedule(startedAt + 60, second, first)
    await live(serverWith(startedAt + 60, second), 'bob')
    await schedule(startedAt + 90, second)
    await schedule(startedAt + 120, third, second)
    await live(serverWith(startedAt + 120, third), 'cy')
    await schedule(startedAt + 180, third)
    expect(await verify(third)).toEqual([])
    expect(await ask('SELECT count(*) AS n FROM audit_parts')).toEqual([{ n: 2 }])
    const last = serverWith(startedAt + 180, third)
    expect(await state(last, life)).toMatchObject({ app: 303, sub: true })
  })
})

describe('the audit log', () => {
  const insert = (id: string) =>
    db
      .prepare(`INSERT INTO audit_events (id, at, type, reference) VALUES (?, ?, 'sign_in', 'r')`)
      .bind(id, startedAt)
      .run()

  it("ends a part under the old secret, which can't be used to seal the part again", async () => {
    for (const id of ['a', 'b', 'c']) await insert(id)
    await sealAuditLog(db, [first], startedAt)
    await sealAuditLog(db, [second, first], startedAt + 60)
    await insert('d')
    await sealAuditLog(db, [second], startedAt + 120)
    expect(await verify(second)).toEqual([])

    // The attacker has the database and the first secret.
    const events = (await ask('SELECT * FROM audit_events ORDER BY number')).map(readSealedEvent)
    const changed = events
      .slice(0, 3)
      .map((event) => (event.id === 'b' ? { ...event, type: 'sign_out' } : event))
    await resealAs(first, changed)
    expect(await verify(second)).toEqual([
      'c: sealed again after its part was closed',
      'd: changed after it was sealed, or moved',
    ])
    await db.prepare(`UPDATE audit_parts SET seal = (SELECT seal FROM audit_events WHERE id = 'c')`).run()
    expect((await verify(second))[0]).toContain("can't be opened")
  })

  it('exports verify, with the keys of earlier parts in them, and older exports too', async () => {
    const server = serverWith(startedAt, first)
    const root = await server.signedIn(await addUser('root', 'administrator'))
    const before = (await (await root.get('/admin/audit.csv')).submit({})).html
    await schedule(startedAt + 60, second, first)
    const later = serverWith(startedAt + 60, second)
    const after = (await (await carriedTo(later, root).get('/admin/audit.csv')).submit({})).html
    const check = async (csv: string, ...ring: readonly [string, ...string[]]) =>
      (await verifyExport(readExport(csv), ring)).problems
    expect(await check(after, second)).toEqual([])
    expect(await check(before, second, first)).toEqual([])
    expect(await check(before, second)).not.toEqual([])
    expect(await check(after, third)).not.toEqual([])
  })

  async function resealAs(secret: string, events: readonly SealedEvent[]): Promise<void> {
    for (const { id, type, number, seal } of chain(auditMac(secret), emptyChain, events)) {
      await db
        .prepare('UPDATE audit_events SET type = ?, number = ?, seal = ? WHERE id = ?')
        .bind(type, number, seal, id)
        .run()
    }
  }
})

const sources: Record<string, string> = import.meta.glob('../src/secrets/derived-keys.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** The result for each use of a secret when it is replaced. A new use must be added here. */
const uses: Readonly<Record<string, 'kept' | 'resealed' | 'read with all' | 'counted' | 'made anew'>> = {
  pairwise: 'kept',
  'audit-log': 'kept',
  'kept-keys': 'resealed',
  'signing-keys': 'resealed',
  authenticators: 'resealed',
  providers: 'resealed',
  'provider-tokens': 'resealed',
  'access-tokens': 'read with all',
  received: 'read with all',
  shown: 'read with all',
  'authenticator-setup': 'read with all',
  'user-codes': 'read with all',
  'passkey-challenges': 'read with all',
  kept: 'read with all',
  'known-browsers': 'read with all',
  'dpop-nonces': 'read with all',
  'provider-attempts': 'read with all',

  'recovery-codes': 'counted',
  // A form that is sent again after the change is a new attempt.
  attempt: 'made anew',
  'secret-id': 'made anew',
  'deleted-accounts': 'made anew',
}

it('every use of the secret has its way across the change', () => {
  const [text = ''] = Object.values(sources)
  const purposes = [
    ...(/type Purpose =\n((?: {2}\| '[\w-]+'\n)+)/.exec(text)?.[1] ?? '').matchAll(/'([\w-]+)'/g),
  ]
  expect(purposes.map(([, name]) => name).sort()).toEqual(Object.keys(uses).sort())
})
