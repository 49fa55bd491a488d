import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import type { Connection } from '../../src/rules/sign-in/connection.ts'
import { randomText } from '../../src/secrets/secret.ts'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { beforeFirstWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { codeRequest, errorOf, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { through, type World, world } from '../provider-world.ts'
import { atCode, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, startedAt, startServer } from '../server.ts'

const mail = { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } as const
const config = { ...parseConfig({ ...env }), signUp: 'open' as const, mail }
const server = startServer({ config })
let ada: User
let adas: Browser
let acme: Connection
let domain: string
let root: User

const run = (text: string, ...values: readonly (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run()
const enforce = (name = domain, enforced = 1, connectionId = acme.id) =>
  run(
    'INSERT INTO connection_domains (domain, connection_id, enforced) VALUES (?, ?, ?)',
    name,
    connectionId,
    enforced,
  )
const setEmail = (user: User, email: string, at: number | null = startedAt) =>
  env.DB.prepare('UPDATE users SET email = ?, email_verified_at = ? WHERE id = ?')
    .bind(email, at, user.id)
    .run()

beforeAll(async () => {
  await applySchema()
  root = await addUser('root', 'administrator')
})

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  await env.DB.prepare('DELETE FROM outbox').run()
  const name = randomText(6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, 'x')
  domain = `${name}.example`
  ada = await addUser(`ada-${name}`)
  await setEmail(ada, `ada@${domain}`)
  adas = await server.signedIn(ada)
  acme = await addConnection({ name: `Acme ${name}` })
})

afterEach(() => vi.restoreAllMocks())

const isIn = async (browser: Browser) => (await browser.get('/account')).status === 200
/** The page names the provider, and has a way to it. */
function showsTheWay(page: Page): void {
  expect(page.text).toContain(acme.name)
  expect(page.html).toContain(`/login/with/${acme.id}`)
}

/** Every URL that accepts POST where somebody may come in, create an account, or give an address: from the app's own routes. */
const posts = [
  ...new Set(
    createApp(config, () => startedAt)
      .routes.filter(({ method }) => method === 'POST')
      .map(({ path }) => path),
  ),
].filter((path) => !/^\/(o|admin|account)\//.test(path))

/** Preparations before the domain is enforced, and the attempt afterwards. */
type Door = () => Promise<() => Promise<void>>

const doors: Readonly<Record<string, Door>> = {
  '/login': async () => {
    const visitor = server.browser()
    const form = await visitor.get('/login')
    return async () => {
      const page = await form.submit({ username: ada.username, password })
      expect(page.status).toBe(403)
      showsTheWay(page)
      expect(await isIn(visitor)).toBe(false)
      // A wrong password is told nothing.
      const wrong = await (await visitor.get('/login')).submit({
        username: ada.username,
        password: 'wrong one',
      })
      expect(wrong.text).toContain('Username or password is wrong')
    }
  },
  '/login/passkey': async () => {
    const device = new SoftAuthenticator()
    await addPasskey(adas, device)
    return async () => {
      const visitor = server.browser()
      const page = await usePasskey(visitor, device)
      expect(page.status).toBe(403)
      showsTheWay(page)
      expect(await isIn(visitor)).toBe(false)
    }
  },
  '/login/code': async () => {
    const { phone } = await setUpAuthenticator(server, adas)
    const [visitor, form] = await atCode(server, ada)
    return async () => {
      const page = await form.submit({ code: phone.code(1) })
      expect(page.status).toBe(403)
      showsTheWay(page)
      expect(await isIn(visitor)).toBe(false)
    }
  },
  '/password-reset': async () => async () => {
    const visitor = server.browser()
    for (const address of [`ada@${domain}`, `nobody@${domain.toUpperCase()}`]) {
      const page = await (await visitor.get('/password-reset')).submit({ account: address })
      expect(page.status).toBe(403)
      showsTheWay(page)
    }
    // By a name there is no mail either. The page says the way to everybody: nothing is told about an account.
    for (const account of [ada.username, 'nobody-at-all']) {
      const named = await (await visitor.get('/password-reset')).submit({ account })
      const sent = await visitor.get(named.location)
      expect([named.location, sent.status]).toEqual(['/password-reset/sent', 200])
      expect([sent.text, sent.html]).toEqual([
        expect.stringContaining('If your company has a sign-in of its own'),
        expect.stringContaining('href="/login/work"'),
      ])
      expect(sent.text).not.toContain(acme.name)
    }
    expect(await mailsTo(`ada@${domain}`)).toEqual([])
    await run('UPDATE connection_domains SET enforced = 0')
    expect((await visitor.get('/password-reset/sent')).html).not.toContain('/login/work')
  },
  '/password-reset/password': async () => {
    const visitor = server.browser()
    await (await visitor.get('/password-reset')).submit({ account: ada.username })
    const link = await linkTo(`ada@${domain}`)
    const form = await visitor.get(link)
    return async () => {
      const shown = await visitor.get(link)
      expect(shown.status).toBe(403)
      showsTheWay(shown)
      const page = await form.submit({ password: 'another long password' })
      expect(page.status).toBe(403)
      showsTheWay(page)
    }
  },
  '/signup': async () => async () => {
    const visitor = server.browser()
    const username = `new-${randomText(4)}`.replaceAll('_', 'x')
    const page = await (await visitor.get('/signup')).submit({ username, email: `new@${domain}`, password })
    expect(page.status).toBe(400)
    expect(page.text).toContain(acme.name)
    const found = await env.DB.prepare('SELECT 1 AS n FROM users WHERE username = ?').bind(username).first()
    expect(found).toBeNull()
  },
  '/login/with/:connection/new': async () => {
    const at = await world({ signUp: 'everybody' })
    const visitor = server.browser()
    const back = await through(at, visitor, { sub: 'new' })
    const form = await visitor.get(back.location)
    return async () => {
      const page = await form.submit({
        username: `n${randomText(6).replaceAll('_', 'x')}`,
        email: `new@${domain}`,
      })
      expect([page.status, page.text.includes(acme.name)]).toEqual([400, true])
      expect(await isIn(visitor)).toBe(false)
    }
  },
}

/** The others, with the reason. */
const others: Readonly<Record<string, string>> = {
  '/login/browser': 'it signs nobody in',
  '/login/recovery': 'it asks for the removal of factors; the next sign-in is at /login',
  '/login/with/:connection': 'it leads to a provider',
  '/login/with/:connection/callback': 'a provider answers by a form: the same again as GET',
  '/login/work': 'it leads to the provider of a domain',
  '/login/with/:connection/logout': 'a provider tells of a sign-out',
  '/logout': 'it ends a session',
  '/setup': 'the first administrator keeps a way in',
  '/language': 'it signs nobody in',
  '/search': 'it signs nobody in',
}

describe('an enforced domain', () => {
  it('knows every door of the app', () => {
    expect(posts.filter((path) => !(path in doors) && !(path in others))).toEqual([])
    expect(Object.keys(doors).filter((path) => !posts.includes(path))).toEqual([])
  })

  it.each(Object.entries(doors))('closes POST %s', async (_, prepare) => {
    const attempt = await prepare()
    await enforce()
    await attempt()
  })

  it('is enforced by the database too, whatever a page checked before', async () => {
    const visitor = startServer({
      config,
      bindings: { DB: beforeFirstWrite(() => enforce(), env.DB, /INSERT INTO sessions/) },
    }).browser()
    await (await visitor.get('/login')).submit({ username: ada.username, password })
    expect(await isIn(visitor)).toBe(false)
  })

  it('lets nobody change their address to one in it, or away from it', async () => {
    const bob = await addUser(`bob-${randomText(6)}`)
    const bobs = await server.signedIn(bob)
    const into = await (await bobs.get('/account/email')).submit({ email: `bob@${domain}` })
    expect(into.location).toContain('sent')
    await enforce()
    // By a link that was mailed before.
    const link = await linkTo(`bob@${domain}`)
    expect((await (await bobs.get(link)).submit({})).status).toBe(403)
    for (const email of [`bob@${domain}`, `bob@${domain.toUpperCase()}`]) {
      const page = await (await bobs.get('/account/email')).submit({ email })
      expect([page.status, page.text.includes(acme.name)]).toEqual([400, true])
    }
    const away = await (await adas.get('/account/email')).submit({ email: 'ada@private.example' })
    expect([away.status, away.text.includes(acme.name)]).toEqual([400, true])
    const within = await (await adas.get('/account/email')).submit({ email: `countess@${domain}` })
    expect(within.status).toBe(400)
    await addIdentity(acme, bob, 'bob')
    expect((await (await bobs.get(link)).submit({})).status).toBe(303)
  })

  it('takes no new person with a password from an administrator', async () => {
    await enforce()
    const roots = await server.signedIn(root)
    const page = await (await roots.get('/admin/users/new')).submit({
      username: 'newbie',
      email: `n@${domain}`,
      password,
    })
    expect([page.status, page.text.includes(acme.name)]).toEqual([400, true])
  })

  it('leaves one administrator a local way in: the first who has one', async () => {
    await setEmail(root, `root@${domain}`)
    const second = await addUser(`second-${randomText(6)}`, 'administrator')
    await setEmail(second, `second@${domain}`)
    await run('UPDATE users SET created_at = created_at + 1 WHERE id = ?', second.id)
    await enforce()
    const signIn = async ({ username }: User) =>
      (await (await server.browser().get('/login')).submit({ username, password })).status
    expect([await signIn(root), await signIn(second)]).toEqual([303, 403])
    // Without a password or a passkey the first has none: then it is the next.
    await run(`UPDATE users SET suspended_at = 1 WHERE id = ?`, root.id)
    expect(await signIn(second)).toBe(303)
    await run(`UPDATE users SET suspended_at = NULL, email = 'root@example.com' WHERE id = ?`, root.id)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a subdomain', () => setEmail(ada, `ada@mail.${domain}`)],
    ['a domain that ends like it', () => setEmail(ada, `ada@x${domain}`)],
    ['a domain that begins like it', () => setEmail(ada, `ada@${domain}.evil.example`)],
    ['no address', () => run('UPDATE users SET email = NULL WHERE id = ?', ada.id)],
    ['a suspended provider', () => run('UPDATE connections SET suspended_at = 1 WHERE id = ?', acme.id)],
    ['a deleted provider', () => run('DELETE FROM connections WHERE id = ?', acme.id)],
    [
      'a domain that is not enforced',
      () => run('UPDATE connection_domains SET enforced = 0 WHERE domain = ?', domain),
    ],
  ])('does not concern %s', async (_, change) => {
    await enforce()
    await change()
    const answer = await (await server.browser().get('/login')).submit({ username: ada.username, password })
    expect(answer.status).toBe(303)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['in capital letters', () => setEmail(ada, `ADA@${domain.toUpperCase()}`)],
    ['unconfirmed', () => setEmail(ada, `ada@${domain}`, null)],
  ])('concerns an address %s', async (_, change) => {
    await enforce()
    await change()
    const answer = await (await server.browser().get('/login')).submit({ username: ada.username, password })
    expect(answer.status).toBe(403)
  })

  it('in letters beyond ASCII is the same in every spelling', async () => {
    const bob = await addUser(`bob-${randomText(6)}`)
    const bobs = await server.signedIn(bob)
    const typed = `bob@BÜCHER-${domain}`
    await (await bobs.get('/account/email')).submit({ email: typed })
    const { hostname } = new URL(`https://bücher-${domain}`)
    expect((await (await bobs.get(await linkTo(`bob@${hostname}`))).submit({})).status).toBe(303)
    await enforce(hostname)
    const answer = await (await server.browser().get('/login')).submit({ username: bob.username, password })
    expect(answer.status).toBe(403)
  })
})

describe('a person of an enforced domain who has not added its provider yet', () => {
  /** At the sign-in page, after the provider confirmed the address of the account. */
  const arrive = async (email = `ada@${domain}`) => {
    const at = await world({ believesEmail: true, signUp: 'nobody' })
    acme = at.connection
    await enforce()
    const visitor = server.browser()
    const owned = await through(at, visitor, { sub: 'there', email, email_verified: true })
    const [, href = ''] = /href="(\/login\?next=[^"]*)"/.exec(owned.html) ?? []
    return { at, visitor, owned, href: href.replaceAll('&amp;', '&') }
  }
  const ownerOf = async () =>
    (await env.DB.prepare('SELECT user_id FROM identities WHERE connection_id = ?').bind(acme.id).first())
      ?.user_id

  it('adds it by their own proof, which alone is still refused', async () => {
    const { at, visitor, owned, href } = await arrive()
    expect(owned.status).toBe(403)
    const alone = await (await visitor.get('/login')).submit({ username: ada.username, password })
    expect([alone.status, await isIn(visitor)]).toEqual([403, false])
    const answer = await (await visitor.get(href)).submit({ username: ada.username, password })
    expect([answer.status, await isIn(visitor), await ownerOf()]).toEqual([303, true, ada.id])
    const later = server.browser()
    await through(at, later, { sub: 'there' })
    expect(await isIn(later)).toBe(true)
  })

  it('adds it once: an arrival that comes again does not give it back', async () => {
    const { visitor, href } = await arrive()
    const kept = new Map(visitor.cookies)
    await (await visitor.get(href)).submit({ username: ada.username, password })
    expect(await ownerOf()).toBe(ada.id)
    await env.DB.prepare('DELETE FROM identities WHERE connection_id = ?').bind(acme.id).run()
    const again = server.browser()
    for (const [name, value] of kept) again.cookies.set(name, value)
    await (await again.get(href)).submit({ username: ada.username, password })
    expect([await isIn(again), await ownerOf()]).toEqual([false, undefined])
  })

  it('adds it after their second factor, not before', async () => {
    const { phone } = await setUpAuthenticator(server, adas)
    const { visitor, href } = await arrive()
    const code = await (await visitor.get(href)).submit({ username: ada.username, password })
    expect([await isIn(visitor), await ownerOf()]).toEqual([false, undefined])
    const page = await visitor.get(code.location)
    expect((await page.submit({ code: phone.code(1) })).status).toBe(303)
    expect([await isIn(visitor), await ownerOf()]).toEqual([true, ada.id])
  })

  it('adds nothing to the account of somebody else, in another browser, or with another address', async () => {
    const eve = await addUser(`eve-${randomText(6)}`)
    await setEmail(eve, `eve@${domain}`)
    const { visitor, href } = await arrive()
    const other = server.browser()
    for (const [browser, { username }] of [
      [visitor, eve],
      [other, ada],
    ] as const)
      expect((await (await browser.get(href)).submit({ username, password })).status).toBe(403)
    expect(await ownerOf()).toBeUndefined()
  })
})

describe('an account whose address in an enforced domain nobody has confirmed', () => {
  const present = { sub: 'there', preferred_username: 'ada-there', email_verified: true }

  beforeEach(() => setEmail(ada, `ada@${domain}`, null))

  /** The provider confirms the address, in this browser. */
  async function visit({ DB = env.DB, visitor = startServer({ config, bindings: { DB } }).browser() } = {}) {
    const at = await world({ believesEmail: true, signUp: 'everybody' })
    acme = at.connection
    await enforce()
    const page = await through(at, visitor, { ...present, email: `Ada@${domain}` })
    return { at, visitor, page }
  }
  const rows = async (text: string, ...values: readonly string[]) =>
    (
      await env.DB.prepare(text)
        .bind(...values)
        .all()
    ).results
  const owners = () => rows('SELECT user_id, subject FROM identities WHERE connection_id = ?', acme.id)
  const accounts = () =>
    rows('SELECT id, email_verified_at AS at FROM users WHERE lower(email) = ?', `ada@${domain}`)

  it.each<[string, () => D1Database]>([
    ['', () => env.DB],
    [', with every batch sent twice', everyBatchTwice],
    [', with every batch sent again after a lost answer', everyFirstAnswerLost],
  ])('is theirs at the first visit through the provider%s', async (_, faulty) => {
    const { at, visitor, page } = await visit({ DB: faulty() })
    expect([page.status, page.location, await isIn(visitor)]).toEqual([303, '/', true])
    expect(await accounts()).toEqual([{ id: ada.id, at: startedAt }])
    expect(await owners()).toEqual([{ user_id: ada.id, subject: 'there' }])
    const [mail] = await mailsTo(`ada@${domain}`)
    expect(mail?.subject).toBe('How you sign in was changed')
    const later = server.browser()
    await through(at, later, present)
    expect([await isIn(later), await isIn(visitor)]).toEqual([true, true])
  })

  /**
   * Every column that names a person. `goes`: each row from before is deleted, or ended. Otherwise the reason why it may stay. A new
   * one fails until it is here.
   */
  const traces: Readonly<Record<string, string>> = {
    'audit_events.user_id': 'it is the log',
    'authenticators.user_id': 'goes',
    'authorizations.user_id': 'goes',
    'clients.owner_id': 'goes',
    'consent_hosts.user_id': 'goes',
    'consents.user_id': 'goes',
    'device_authorizations.user_id': 'it waits for an answer of the person who has the account now',
    'factor_removals.user_id': 'goes',
    'failed_tries.user_id': 'it counts what others did',
    'identities.user_id': 'goes',
    'invitations.invited_by': 'only administrators invite, and their accounts are not adopted',
    'logout_deliveries.user_id': 'it ends sessions elsewhere',
    'mail_tokens.user_id': 'goes',
    'passkeys.user_id': 'goes',
    'pending_sign_ins.user_id': 'it is void without the password that was verified',
    'recovery_codes.user_id': 'goes',
    'sessions.user_id': 'goes',
    'sign_ups.user_id': 'it says when the account was made',
    'user_terms.user_id': 'it finds the account by name and address',
  }
  const leaving = Object.keys(traces).filter((column) => traces[column] === 'goes')
  const leftIn = async (column: string) => {
    const [table = '', name = ''] = column.split('.')
    return (await rows(`SELECT * FROM ${table} WHERE ${name} = ?`, ada.id)).map((row) => JSON.stringify(row))
  }

  it('has traces in these tables alone', async () => {
    const tables = await rows(`SELECT name, sql FROM sqlite_master WHERE type = 'table'`)
    const columns = tables.flatMap(({ name, sql }) =>
      [...`${sql}`.matchAll(/^\s*(user_id\b|\w+(?=\s+TEXT\b.*REFERENCES users\b))/gm)].map(
        ([, column]) => `${name}.${column}`,
      ),
    )
    expect(columns.sort()).toEqual(Object.keys(traces))
  })

  it('lets nobody in any more who had signed up with it', async () => {
    const device = new SoftAuthenticator()
    await addPasskey(adas, device)
    await usePasskey(adas, device)
    await setUpAuthenticator(server, adas)
    const elsewhere = await addConnection()
    await addIdentity(elsewhere, ada, 'trap')
    const owned = await addClient(ada)
    const other = await addClient(await addUser(`shop-${randomText(6)}`))
    const request = codeRequest(other, await obtainCode(adas, other))
    const { refresh_token } = await tokensOf(await postToken(server, request))
    await (await server.browser().get('/password-reset')).submit({ account: ada.username })
    const link = await linkTo(`ada@${domain}`)
    await run(
      'INSERT INTO factor_removals (user_id, asked_at, due_at, asked_by) VALUES (?, 1, ?, ?)',
      ada.id,
      startedAt + 9,
      'x',
    )
    const before = new Map<string, readonly string[]>()
    for (const column of leaving) before.set(column, await leftIn(column))
    expect(leaving.filter((column) => before.get(column)?.length === 0)).toEqual([])

    await visit()
    for (const column of leaving) {
      const left = await leftIn(column)
      expect([column, before.get(column)?.filter((row) => left.includes(row))]).toEqual([column, []])
    }
    expect(await owners()).toEqual([{ user_id: ada.id, subject: 'there' }])
    await run('UPDATE connection_domains SET enforced = 0')
    expect(await isIn(adas)).toBe(false)
    const login = await (await server.browser().get('/login')).submit({ username: ada.username, password })
    expect([login.status, (await usePasskey(server.browser(), device)).status]).toEqual([400, 400])
    expect((await server.browser().get(link)).status).toBe(404)
    expect(await errorOf(await postToken(server, refreshRequest(other, refresh_token)))).toBe(
      '400 invalid_grant',
    )
    expect(
      await rows('SELECT suspended_at, awaits_owner, trust FROM clients WHERE id = ?', owned.client.id),
    ).toEqual([{ suspended_at: startedAt, awaits_owner: 1, trust: 'unverified' }])
  })

  it('is given once: of two visits at once, both come in, and none ends the other', async () => {
    const at = await world({ believesEmail: true, signUp: 'everybody' })
    acme = at.connection
    await enforce()
    const visitors = [server.browser(), server.browser()]
    const back = visitors.map((visitor) => through(at, visitor, { ...present, email: `ada@${domain}` }))
    expect((await Promise.all(back)).map(({ status }) => status)).toEqual([303, 303])
    expect(await Promise.all(visitors.map(isIn))).toEqual([true, true])
    expect(
      await rows(`SELECT type FROM audit_events WHERE type = 'identity_linked' AND user_id = ?`, ada.id),
    ).toHaveLength(1)
  })

  it('of an administrator needs their own proof, too', async () => {
    await run(`UPDATE users SET role = 'administrator', created_at = created_at + 1 WHERE id = ?`, ada.id)
    const { visitor, page } = await visit()
    expect([page.status, page.text.includes('There is an account with this address')]).toEqual([403, true])
    expect([await owners(), await isIn(visitor)]).toEqual([[], false])
    const [, href = ''] = /href="(\/login\?next=[^"]*)"/.exec(page.html) ?? []
    const login = await visitor.get(href.replaceAll('&amp;', '&'))
    expect((await login.submit({ username: ada.username, password })).status).toBe(303)
    expect([await isIn(visitor), await owners()]).toEqual([true, [{ user_id: ada.id, subject: 'there' }]])
    expect(await accounts()).toHaveLength(1)
  })

  it('stays closed while it is suspended', async () => {
    await run('UPDATE users SET suspended_at = 1 WHERE id = ?', ada.id)
    const { visitor, page } = await visit()
    expect([page.status, await isIn(visitor), await owners()]).toEqual([403, false, []])
  })

  it.each<[string, (at: World) => Promise<unknown>]>([
    ['the provider knows it as somebody else’s', ({ connection }) => addIdentity(connection, ada, 'bob')],
    ['another provider decides about the domain', async () => enforce(domain, 1, (await addConnection()).id)],
    ['the domain is not enforced', () => enforce(domain, 0)],
  ])('is not given where %s', async (_, prepare) => {
    const at = await world({ believesEmail: true, signUp: 'everybody' })
    acme = at.connection
    await prepare(at)
    await run(
      'INSERT INTO connection_domains (domain, connection_id, enforced) VALUES (?, ?, 1) ON CONFLICT DO NOTHING',
      domain,
      acme.id,
    )
    const visitor = server.browser()
    const page = await through(at, visitor, { ...present, email: `ada@${domain}` })
    expect(page.location).toContain(`/login/with/${acme.id}/new?arrival=`)
    expect(
      await rows('SELECT 1 FROM identities WHERE subject = ? AND connection_id = ?', 'there', acme.id),
    ).toEqual([])
  })
})
