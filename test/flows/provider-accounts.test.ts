import { env } from 'cloudflare:workers'
import { createLocalJWKSet, exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ConnectionSettings, defaultSettings } from '../../src/rules/sign-in/connection.ts'
import { hashSecret, makeSecret, randomText } from '../../src/secrets/secret.ts'
import { sealProviderSecret } from '../../src/secrets/sign-in/provider-secret.ts'
import type { Browser } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { beforeFirstWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import type { Person } from '../provider.ts'
import { away, isIn, one, through, type World, world } from '../provider-world.ts'
import { addUser, applySchema, issuer, type ServerOptions, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())
const { DB } = env

describe('a new person', () => {
  const believed = { believesEmail: true, signUp: 'everybody' } as const
  const eve = { sub: 'eve', preferred_username: 'Eve W', email: 'eve@there.example', email_verified: true }
  let number = 0
  /** Somebody whom nobody here knows. */
  const somebody = () => ({
    ...eve,
    sub: `eve-${++number}`,
    preferred_username: `eve${number}`,
    email: `eve${number}@there.example`,
  })
  const userOf = (at: World, subject: string) =>
    one(
      `SELECT u.username, u.email, u.email_verified_at, u.password_hash, u.groups, u.role FROM users u JOIN identities i ON i.user_id = u.id
       WHERE i.connection_id = ? AND i.subject = ?`,
      at.connection.id,
      subject,
    )
  /** The page after the provider, and its form sent. */
  async function arrive(
    at: World,
    browser: Browser,
    person: Person,
    fields: Record<string, string> = {},
    next = '/account',
  ) {
    const back = await browser.get(at.provider.answer(await away(at, browser, next), person))
    if (back.status !== 303) return back
    const page = await browser.get(back.location)
    return page.submit({ username: page.forms[0]?.fields.username ?? '', ...fields })
  }

  it('chooses a name, and comes back by the identity', async () => {
    const at = await world(believed)
    const browser = at.server.browser()
    const person = somebody()
    const back = await browser.get(at.provider.answer(await away(at, browser, '/account'), person))
    const page = await browser.get(back.location)
    expect(page.text).toContain(`You come from ${at.connection.name} , as ${person.email}`)
    expect(page.forms[0]?.fields.username).toBe(person.preferred_username)
    const done = await page.submit({ username: person.preferred_username })
    expect([done.status, done.location]).toEqual([303, '/account'])
    expect(await userOf(at, person.sub)).toEqual({
      username: person.preferred_username,
      email: person.email,
      email_verified_at: startedAt,
      password_hash: '',
      groups: '[]',
      role: 'user',
    })
    expect([await isIn(browser), (await through(at, at.server.browser(), person)).status]).toEqual([
      true,
      303,
    ])
  })

  it('gets one account, however often the form is sent', async () => {
    const at = await world(believed)
    const browser = at.server.browser()
    const person = somebody()
    const back = await browser.get(at.provider.answer(await away(at, browser), person))
    const page = await browser.get(back.location)
    const copies = Array.from({ length: 20 }, (_, i) => {
      const copy = at.server.browser()
      for (const [name, value] of browser.cookies) copy.cookies.set(name, value)
      return copy.post(page.forms[0]?.action ?? '', {
        ...page.forms[0]?.fields,
        username: `many${number}x${i % 3}`,
      })
    })
    await Promise.all(copies)
    expect(await one('SELECT count(*) AS n FROM users WHERE username LIKE ?', `many${number}x%`)).toEqual({
      n: 1,
    })
    expect(
      await one('SELECT count(*) AS n FROM identities WHERE connection_id = ?', at.connection.id),
    ).toEqual({ n: 1 })
  })

  it.each([
    ['each batch is executed twice', everyBatchTwice],
    ['each first answer is lost', everyFirstAnswerLost],
  ])('gets one account when %s', async (_, db) => {
    const at = await world(believed, { bindings: { DB: db() } })
    const person = somebody()
    const browser = at.server.browser()
    expect((await arrive(at, browser, person)).status).toBe(303)
    expect(await userOf(at, person.sub)).toMatchObject({ email: person.email, email_verified_at: startedAt })
    const counted = `SELECT count(*) AS n FROM audit_events e JOIN users u ON u.id = e.user_id
      WHERE u.username = ? AND e.type IN ('signed_up', 'sign_in') GROUP BY e.type`
    const counts = await DB.prepare(counted).bind(person.preferred_username).all()
    expect([counts.results, await isIn(browser)]).toEqual([[{ n: 1 }, { n: 1 }], true])
  })

  it('who arrives in two browsers gets one account', async () => {
    const at = await world(believed)
    const person = somebody()
    const pages = await Promise.all(
      [at.server.browser(), at.server.browser()].map(async (browser) => {
        const back = await browser.get(at.provider.answer(await away(at, browser), person))
        return browser.get(back.location)
      }),
    )
    const name = `two${number}`
    const done = await Promise.all(pages.map((page, i) => page.submit({ username: `${name}x${i}` })))
    expect(done.map(({ status }) => status).toSorted()).toEqual([303, 400])
    expect(await one('SELECT count(*) AS n FROM users WHERE username LIKE ?', `${name}x%`)).toEqual({ n: 1 })
  })

  it('cannot be replaced by an answer for the page that waits for them', async () => {
    const at = await world(believed)
    const browser = at.server.browser()
    const back = await browser.get(at.provider.answer(await away(at, browser), somebody()))
    const arrival = new URL(back.location, issuer).searchParams.get('arrival') ?? ''
    const calls = at.provider.calls.length
    const page = await browser.get(`/login/with/${at.connection.id}/callback?state=${arrival}&code=theirs`)
    expect([page.status, at.provider.calls.length]).toEqual([400, calls])
  })

  it('learns that a name is taken, or that breaks the rules', async () => {
    const at = await world(believed)
    const person = somebody()
    const taken = await addUser(`taken${number}`)
    expect((await arrive(at, at.server.browser(), person, { username: taken.username })).status).toBe(400)
    expect((await arrive(at, at.server.browser(), person, { username: 'a@b.example' })).status).toBe(400)
    expect((await arrive(at, at.server.browser(), person)).status).toBe(303)
  })

  it('with an address of an account here is never linked by it, and told only where it is proven', async () => {
    const victim = await addUser(`victim${++number}`)
    await DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(victim.id).run()
    const person = { ...somebody(), email: victim.email }
    const strange = await world({ signUp: 'everybody' })
    expect((await arrive(strange, strange.server.browser(), person)).status).toBe(303)
    expect(await userOf(strange, person.sub)).toMatchObject({ email: victim.email, email_verified_at: null })
    const unproven = await world(believed)
    expect(
      (
        await arrive(unproven, unproven.server.browser(), {
          ...somebody(),
          email: victim.email,
          email_verified: false,
        })
      ).status,
    ).toBe(303)
    const at = await world(believed)
    const page = await arrive(at, at.server.browser(), person)
    expect([page.status, page.text]).toEqual([
      403,
      expect.stringContaining('There is an account with this address'),
    ])
    expect(page.html).toContain(
      `/login?next=${encodeURIComponent(`/login/with/${at.connection.id}?purpose=link`)}`,
    )
    expect(await userOf(at, person.sub)).toBeNull()
  })

  it('gets the address of somebody who only claimed it', async () => {
    const at = await world(believed)
    const squatter = await addUser(`squatter${++number}`)
    const person = { ...somebody(), email: squatter.email }
    expect((await arrive(at, at.server.browser(), person)).status).toBe(303)
    expect(await userOf(at, person.sub)).toMatchObject({
      email: squatter.email,
      email_verified_at: startedAt,
    })
  })

  const rules: readonly (readonly [string, Partial<ConnectionSettings>, Person, boolean])[] = [
    ['nobody', {}, {}, false],
    ['invited, without an invitation', { signUp: 'invited', believesEmail: true }, {}, false],
    [
      'domains, of another one',
      { signUp: 'domains', signUpDomains: ['acme.example'], believesEmail: true },
      {},
      false,
    ],
    [
      'domains, of one',
      { signUp: 'domains', signUpDomains: ['there.example'], believesEmail: true },
      {},
      true,
    ],
    [
      'domains, of a subdomain',
      { signUp: 'domains', signUpDomains: ['example'], believesEmail: true },
      {},
      false,
    ],
    ['domains, not believed', { signUp: 'domains', signUpDomains: ['there.example'] }, {}, false],
    [
      'domains, not confirmed',
      { signUp: 'domains', signUpDomains: ['there.example'], believesEmail: true },
      { email_verified: false },
      false,
    ],
    ['everybody', { signUp: 'everybody' }, {}, true],
  ]
  it.each(rules)('where the rule is %s', async (_, settings, changes, isAllowed) => {
    const at = await world(settings)
    const person = { ...somebody(), ...changes }
    const page = await arrive(at, at.server.browser(), person)
    expect(page.status).toBe(isAllowed ? 303 : 403)
    expect((await userOf(at, person.sub)) !== null).toBe(isAllowed)
    if (!isAllowed) expect(page.text).toContain('new accounts can’t be created with it')
  })

  it('may be invited: by a link, or to the confirmed address; each counts once', async () => {
    const admin = await addUser(`admin${++number}`, 'administrator')
    const invite = async (email: string) => {
      const secret = makeSecret('invitation')
      await DB.prepare(
        `INSERT INTO invitations (id, token_hash, email, was_mailed, invited_by, created_at, expires_at) VALUES (?, ?, ?, 1, ?, ?, ?)`,
      )
        .bind(randomText(8), hashSecret(secret).sha256, email, admin.id, startedAt, startedAt + 1000)
        .run()
      return secret.plain
    }
    const at = await world({ signUp: 'invited', believesEmail: true })
    const [first, second, third] = [somebody(), somebody(), somebody()]
    await invite(first.email)
    expect((await arrive(at, at.server.browser(), { ...first, email_verified: false })).status).toBe(403)
    expect((await arrive(at, at.server.browser(), first)).status).toBe(303)
    const link = `/signup?invitation=${await invite('other@there.example')}&next=%2Faccount%2Fpasskeys`
    const done = await arrive(at, at.server.browser(), second, {}, link)
    expect([done.status, done.location]).toEqual([303, '/account/passkeys'])
    expect((await arrive(at, at.server.browser(), third, {}, link)).status).toBe(403)
    // One that is withdrawn while they choose a name lets nobody in.
    const fourth = somebody()
    await invite(fourth.email)
    const browser = at.server.browser()
    const back = await browser.get(at.provider.answer(await away(at, browser), fourth))
    const page = await browser.get(back.location)
    await DB.prepare('DELETE FROM invitations WHERE email = ?').bind(fourth.email).run()
    expect((await page.submit({ username: fourth.preferred_username })).status).toBe(403)
    expect(await userOf(at, fourth.sub)).toBe(null)
    // It is not used up by an account that was not made.
    const fifth = somebody()
    await invite(fifth.email)
    const suspend = (at_: number | null) =>
      DB.prepare('UPDATE connections SET suspended_at = ? WHERE id = ?').bind(at_, at.connection.id).run()
    const suspending = beforeFirstWrite(() => suspend(1), DB, /INSERT INTO sign_ups/)
    const broken = startServer({ bindings: { DB: suspending } })
    expect((await arrive({ ...at, server: broken }, broken.browser(), fifth)).status).toBe(400)
    await suspend(null)
    expect((await arrive(at, at.server.browser(), fifth)).status).toBe(303)
  })

  it('is counted like other sign-ups of a network', async () => {
    const at = await world({ signUp: 'everybody' }, { config: { signUpsPerNetwork: 2 } })
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) {
      const browser = at.server.browser()
      browser.address = '203.0.113.77'
      statuses.push((await arrive(at, browser, somebody())).status)
    }
    expect(statuses).toEqual([303, 303, 429])
  })
})

describe('what a provider says', () => {
  const settings: Partial<ConnectionSettings> = {
    believesEmail: true,
    claims: { ...defaultSettings.claims, groups: 'realm.groups' },
    groups: [
      { from: 'eng', to: 'engineers' },
      { from: 'ops', to: 'operators' },
    ],
    roles: [
      { from: 'admins', to: 'administrator' },
      { from: 'help', to: 'support' },
    ],
  }
  let number = 0
  async function known(changes: Partial<ConnectionSettings> = {}, options: ServerOptions = {}) {
    const at = await world({ ...settings, ...changes }, options)
    const ada = await addUser(`known${++number}`)
    await addIdentity(at.connection, ada, 'ada')
    const says = async (claims: Person) => {
      await through(at, at.server.browser(), { sub: 'ada', ...claims })
      return one(
        'SELECT email, email_verified_at IS NOT NULL AS ok, groups, role FROM users WHERE id = ?',
        ada.id,
      )
    }
    return { at, ada, says }
  }

  it('is refreshed at each sign-in: name, groups and role', async () => {
    const { at, ada, says } = await known()
    const boss = await addUser(`boss${number}`, 'administrator')
    await DB.prepare(`UPDATE users SET groups = '["mine","operators"]' WHERE id = ?`).bind(ada.id).run()
    expect(await says({ name: 'Ada', realm: { groups: ['eng', 'other', 'admins', 'help'] } })).toMatchObject({
      groups: '["engineers","mine"]',
      role: 'administrator',
    })
    expect(await one('SELECT label FROM identities WHERE connection_id = ?', at.connection.id)).toEqual({
      label: 'Ada',
    })
    expect(await says({ realm: { groups: ['help'] } })).toMatchObject({ groups: '["mine"]', role: 'support' })
    // Nothing is said: nothing changes.
    expect(await says({})).toMatchObject({ groups: '["mine"]', role: 'support' })
    expect(await says({ realm: { groups: [] } })).toMatchObject({ role: 'user' })
    expect(
      await one(
        `SELECT count(*) AS n FROM audit_events WHERE subject_id = ? AND type = 'role_changed'`,
        ada.id,
      ),
    ).toEqual({ n: 3 })
    const log = await (await at.server.signedIn(boss)).get('/admin/audit?type=role_changed')
    expect(log.text).toContain(`about ${ada.username}`)
  })

  it('never takes the role of the last administrator', async () => {
    const { ada, says } = await known()
    await DB.prepare(`UPDATE users SET role = CASE id WHEN ? THEN 'administrator' ELSE 'user' END`)
      .bind(ada.id)
      .run()
    expect(await says({ realm: { groups: [] } })).toMatchObject({ role: 'administrator' })
    await addUser(`second${number}`, 'administrator')
    expect(await says({ realm: { groups: [] } })).toMatchObject({ role: 'user' })
  })

  it('leaves a role alone that it could not have given', async () => {
    const { ada, says } = await known()
    await DB.prepare(`UPDATE users SET role = 'developer' WHERE id = ?`).bind(ada.id).run()
    expect(await says({ realm: { groups: [] } })).toMatchObject({ role: 'developer' })
  })

  it('confirms an address where it is believed, but replaces none that was confirmed here', async () => {
    const { says } = await known()
    const there = `ada${number}@there.example`
    expect(await says({ email: there, email_verified: false })).toMatchObject({ ok: 0 })
    expect(await says({ email: there, email_verified: true })).toMatchObject({ email: there, ok: 1 })
    expect(await says({ email: 'moved@there.example', email_verified: true })).toMatchObject({
      email: there,
      ok: 1,
    })
    const other = await known()
    expect(await other.says({ email: there, email_verified: true })).toMatchObject({
      email: other.ada.email,
      ok: 0,
    })
    const strange = await known({ believesEmail: false })
    expect(await strange.says({ email: 'new@there.example', email_verified: true })).toMatchObject({
      email: strange.ada.email,
      ok: 0,
    })
  })

  it('never confirms an address of a company whose people sign in by another provider alone', async () => {
    const { at, ada, says } = await known()
    const { id } = await addConnection()
    const there = `ada@corp${number}.example`
    const enforce = (connectionId: string, now: string) =>
      DB.prepare('INSERT INTO connection_domains (domain, connection_id, enforced) VALUES (?, ?, 1)')
        .bind(now, connectionId)
        .run()
    const confirmed = () =>
      one(`SELECT count(*) AS n FROM audit_events WHERE user_id = ? AND type = 'email_verified'`, ada.id)
    await enforce(id, `corp${number}.example`)
    for (const email of [there, there.toUpperCase()])
      expect(await says({ email, email_verified: true })).toMatchObject({ email: ada.email, ok: 0 })
    expect(await confirmed()).toEqual({ n: 0 })
    // In the one write, whatever was read before.
    const racing = startServer({
      bindings: {
        DB: beforeFirstWrite(() => enforce(id, `late${number}.example`), DB, /INSERT INTO sessions/),
      },
    })
    const late = { sub: 'ada', email: `ada@late${number}.example`, email_verified: true }
    await through({ ...at, server: racing }, racing.browser(), late)
    expect(await one('SELECT email_verified_at AS at FROM users WHERE id = ?', ada.id)).toEqual({ at: null })
    // The domain of the provider itself.
    await DB.prepare('UPDATE connection_domains SET connection_id = ? WHERE domain = ?')
      .bind(at.connection.id, `corp${number}.example`)
      .run()
    expect(await says({ email: there, email_verified: true })).toMatchObject({ email: there, ok: 1 })
    expect(await confirmed()).toEqual({ n: 1 })
  })

  it('never takes an unconfirmed address out of the domain of another provider', async () => {
    const { at, ada } = await known()
    const { id } = await addConnection()
    const domain = `out${number}.example`
    await DB.prepare('UPDATE users SET email = ? WHERE id = ?').bind(`ada@${domain}`, ada.id).run()
    const enforce = () =>
      DB.prepare('INSERT INTO connection_domains (domain, connection_id, enforced) VALUES (?, ?, 1)')
        .bind(domain, id)
        .run()
    const racing = startServer({
      bindings: { DB: beforeFirstWrite(enforce, DB, /INSERT INTO sessions/) },
    })
    const browser = racing.browser()
    await through({ ...at, server: racing }, browser, {
      sub: 'ada',
      email: 'ada@free.example',
      email_verified: true,
    })
    expect(await one('SELECT email FROM users WHERE id = ?', ada.id)).toEqual({ email: `ada@${domain}` })
    expect(await isIn(browser)).toBe(false)
  })

  it('signs nobody in by an identity that became doubtful, or was removed, in between', async () => {
    for (const change of [
      'UPDATE users SET review_since = created_at + 1 WHERE id = ?',
      'DELETE FROM identities WHERE user_id = ?',
    ]) {
      const { at, ada } = await known()
      const act = () => DB.prepare(change).bind(ada.id).run()
      const racing = startServer({ bindings: { DB: beforeFirstWrite(act, DB, /INSERT INTO sessions/) } })
      const browser = racing.browser()
      await through({ ...at, server: racing }, browser, { sub: 'ada' })
      expect([change, await isIn(browser)]).toEqual([change, false])
    }
  })

  it('with the address of somebody else signs in to its own account', async () => {
    const { at, ada } = await known()
    const victim = await addUser(`other${number}`)
    await DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(victim.id).run()
    const browser = at.server.browser()
    await through(at, browser, { sub: 'ada', email: victim.email, email_verified: true })
    const page = await browser.get('/account')
    expect([page.text.includes(ada.username), page.text.includes(victim.username)]).toEqual([true, false])
  })

  it.each([
    ['each batch is executed twice', everyBatchTwice],
    ['each first answer is lost', everyFirstAnswerLost],
  ])('takes effect once when %s', async (_, db) => {
    const { ada, says } = await known({}, { bindings: { DB: db() } })
    await addUser(`third${number}`, 'administrator')
    const email = `once${number}@there.example`
    expect(await says({ email, email_verified: true, realm: { groups: ['eng', 'help'] } })).toEqual({
      email,
      ok: 1,
      groups: '["engineers"]',
      role: 'support',
    })
    const counted = `SELECT type, count(*) AS n FROM audit_events WHERE ? IN (user_id, subject_id) GROUP BY type ORDER BY type`
    const { results } = await DB.prepare(counted).bind(ada.id).all()
    expect(results).toEqual(['email_verified', 'role_changed', 'sign_in'].map((type) => ({ type, n: 1 })))
  })
})

describe('another kind of provider', () => {
  it('of plain OAuth 2, as GitHub: the user and the addresses come from endpoints', async () => {
    const at = await world()
    const { origin } = at.provider
    const id = `github-${at.connection.id}`
    const connection = await addConnection({
      id,
      kind: 'github',
      issuer: undefined,
      sealedSecret: await sealProviderSecret(env.KEY_ENCRYPTION_SECRET, id, 'secret there'),
      settings: {
        endpoints: {
          authorization: `${origin}/authorize`,
          token: `${origin}/token`,
          user: `${origin}/user`,
          emails: `${origin}/emails`,
        },
        auth: { method: 'client_secret_post' },
        scope: 'read:user user:email',
        claims: {
          subject: 'id',
          username: 'login',
          name: 'name',
          email: 'email',
          emailVerified: 'email_verified',
          groups: undefined,
        },
        signUp: 'everybody',
        believesEmail: true,
      },
    })
    const github = { ...at, connection }
    const person = {
      id: 583_231,
      login: 'octocat',
      email: 'shown@there.example',
      emails: [
        { email: 'second@there.example', primary: false, verified: true },
        { email: 'octocat@there.example', primary: true, verified: true },
      ],
    }
    const browser = at.server.browser()
    const redirect = await away(github, browser)
    expect([...new URL(redirect.location).searchParams.keys()]).not.toContain('nonce')
    const page = await browser.get((await browser.get(at.provider.answer(redirect, person))).location)
    await page.submit({ username: 'octocat' })
    expect(await one('SELECT email, email_verified_at FROM users WHERE username = ?', 'octocat')).toEqual({
      email: 'octocat@there.example',
      email_verified_at: startedAt,
    })
    expect(await one('SELECT subject, label FROM identities WHERE connection_id = ?', id)).toEqual({
      subject: '583231',
      label: 'octocat@there.example',
    })
    const token = at.provider.calls.find(({ path }) => path === '/token')
    expect([token?.body.get('client_secret'), token?.headers.get('Accept')]).toEqual([
      'secret there',
      'application/json',
    ])
    at.provider.replaced = ({ url }) =>
      url.pathname === '/token' ? Response.json({ error: 'bad_verification_code' }) : undefined
    expect(
      (await browser.get(at.provider.answer(await away(github, at.server.browser()), person))).status,
    ).toBe(400)
    at.provider.replaced = ({ url }) => (url.pathname === '/emails' ? Response.json({}) : undefined)
    const other = at.server.browser()
    expect((await other.get(at.provider.answer(await away(github, other), person))).text).toContain(
      'could not be verified',
    )
  })

  it('that knows our published keys: the assertion is signed with one', async () => {
    const at = await world({ auth: { method: 'private_key_jwt' } })
    const ada = await addUser('ada-jwt')
    await addIdentity(at.connection, ada, 'ada')
    expect((await through(at, at.server.browser(), { sub: 'ada' })).status).toBe(303)
    const { body } = at.provider.calls.find(({ path }) => path === '/token') ?? {
      body: new URLSearchParams(),
    }
    const keys = createLocalJWKSet(await (await at.server.fetch('/.well-known/jwks.json')).json())
    const { payload } = await jwtVerify(body.get('client_assertion') ?? '', keys, {
      currentDate: new Date(startedAt * 1000),
    })
    expect(payload).toMatchObject({
      iss: 'latchkey',
      sub: 'latchkey',
      aud: at.provider.origin,
      iat: startedAt,
      exp: startedAt + 60,
    })
    expect(body.has('client_secret')).toBe(false)
  })

  it('by Basic sends id and secret form-encoded, and nothing of them in the body', async () => {
    const at = await world()
    await through(at, at.server.browser(), { sub: 'nobody' })
    const call = at.provider.calls.find(({ path }) => path === '/token')
    expect(call?.headers.get('Authorization')).toBe(`Basic ${btoa('latchkey:secret+there')}`)
    expect([...(call?.body.keys() ?? [])]).toEqual(['grant_type', 'code', 'redirect_uri', 'code_verifier'])
  })

  it('as Apple: the secret is a JWT of the key of a team, the answer comes in a form', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const at = await world()
    const id = `apple-${at.connection.id}`
    const connection = await addConnection({
      id,
      kind: 'apple',
      issuer: at.provider.origin,
      sealedSecret: await sealProviderSecret(env.KEY_ENCRYPTION_SECRET, id, await exportPKCS8(privateKey)),
      settings: { auth: { method: 'apple', teamId: 'TEAM', keyId: 'KEY' }, scope: 'openid name email' },
    })
    const ada = await addUser('ada-apple')
    await addIdentity(connection, ada, 'ada')
    const browser = at.server.browser()
    const redirect = await away({ ...at, connection }, browser)
    expect(new URL(redirect.location).searchParams.get('response_mode')).toBe('form_post')
    const path = new URL(at.provider.answer(redirect, { sub: 'ada', email_verified: 'true' }), issuer)
    const body = new URLSearchParams([...path.searchParams, ['user', '{"name":{}}']])
    const sent = await at.server.fetch(path.pathname, {
      method: 'POST',
      body,
      headers: { Origin: at.provider.origin },
    })
    expect((await browser.get(sent.headers.get('Location') ?? '')).status).toBe(303)
    const secret = at.provider.calls.find(({ path }) => path === '/token')?.body.get('client_secret') ?? ''
    const { payload, protectedHeader } = await jwtVerify(secret, publicKey, {
      currentDate: new Date(startedAt * 1000),
    })
    expect([protectedHeader.kid, payload.iss, payload.sub, payload.aud]).toEqual([
      'KEY',
      'TEAM',
      'latchkey',
      at.provider.origin,
    ])
  })
})
