import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectionKinds } from '../../src/rules/sign-in/connection.ts'
import { unseal } from '../../src/secrets/derived-keys.ts'
import { sealProviderSecret } from '../../src/secrets/sign-in/provider-secret.ts'
import type { User } from '../../src/store/people/users.ts'
import { parseSettings } from '../../src/store/sign-in/connection-settings.ts'
import { carriedTo } from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { everything } from '../database.ts'
import { betweenReadAndWrite, everyBatchTwice, type Fault, faults } from '../faults.ts'
import { Provider, serveProviders } from '../provider.ts'
import { receiveLogouts } from '../receivers.ts'
import { addUser, applySchema, issuer, startedAt, startServer } from '../server.ts'

const { DB } = env
const server = startServer()
let root: Browser
let people = 0

/** Answers of other hosts, by URL. Everything else can't be reached. */
let hosts: Record<string, unknown> = {}

beforeAll(async () => {
  await applySchema()
  root = await server.signedIn(await addUser('root', 'administrator'))
})

beforeEach(async () => {
  await DB.prepare('DELETE FROM connections').run()
  hosts = {}
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  receiveLogouts(({ url }) => {
    if (!(url in hosts)) throw new TypeError('fetch failed')
    const body = hosts[url]
    return body instanceof Response ? body.clone() : Response.json(body)
  })
})
afterEach(() => vi.restoreAllMocks())

const provider = 'https://idp.example'
const metadataOf = (name: string, more: object = {}) => ({
  issuer: name,
  authorization_endpoint: `${name}/authorize`,
  token_endpoint: `${name}/token`,
  jwks_uri: `${name}/keys`,
  ...more,
})
const publish = (name = provider, more: object = {}, at = name) => {
  hosts[`${at}/.well-known/openid-configuration`] = metadataOf(name, more)
}

const pathOf = (id: string, page = '') => `/admin/connections/${id}${page}`
const rowOf = (id: string) =>
  DB.prepare('SELECT * FROM connections WHERE id = ?')
    .bind(id)
    .first<Record<string, string | number | null>>()
const settingsOf = async (id: string) => parseSettings(`${(await rowOf(id))?.settings}`)
const domainsOf = async (id: string) =>
  (
    await DB.prepare(
      'SELECT domain, enforced FROM connection_domains WHERE connection_id = ? ORDER BY domain',
    )
      .bind(id)
      .all()
  ).results
const count = (what: string) => DB.prepare(`SELECT count(*) AS n FROM ${what}`).first<number>('n')
const eventsOf = async (type: string) =>
  (await DB.prepare('SELECT detail FROM audit_events WHERE type = ?').bind(type).all()).results.map(
    ({ detail }) => detail,
  )
const order = async () =>
  (await DB.prepare('SELECT id FROM connections ORDER BY position, id').all()).results.map(({ id }) => id)

const typed: Record<string, string> = {
  name: 'Acme',
  issuer: provider,
  client_id: 'latchkey',
  client_secret: 'a very secret secret',
}
const addBy = async (kind: string, fields: Record<string, string>, browser = root): Promise<Page> => {
  const form = await browser.get(`/admin/connections/new?kind=${kind}`)
  expect(form.status).toBe(200)
  return form.submit(fields)
}
const formOf = ({ forms }: Page, field: string) => forms.find(({ fields }) => field in fields)?.fields ?? {}

describe('adding a provider', () => {
  it('begins with the kind, of which each has a form that is mostly filled in', async () => {
    const kinds = await root.get('/admin/connections/new')
    for (const kind of connectionKinds) {
      expect(kinds.html).toContain(`/admin/connections/new?kind=${kind}`)
      const form = await root.get(`/admin/connections/new?kind=${kind}`)
      expect([kind, form.status, formOf(form, 'client_id').id]).toEqual([kind, 200, kind])
      expect(form.html).toContain(`${issuer}/login/with/${kind}/callback`)
    }
  })

  it('stores an OpenID provider, with its secret encrypted for it alone, and shows its metadata', async () => {
    publish(provider, {
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    })
    const { location } = await addBy('openid', typed)
    expect(location).toBe('/admin/connections/openid?saved=connection_added')
    const row = await rowOf('openid')
    expect(row).toMatchObject({ kind: 'openid', name: 'Acme', issuer: provider, client_id: 'latchkey' })
    const sealed = `${row?.sealed_secret}`
    const { KEY_ENCRYPTION_SECRET: secret } = env
    expect(await unseal([secret], 'providers', 'openid', sealed)).toBe(typed.client_secret)
    await expect(unseal([secret], 'providers', 'other', sealed)).rejects.toThrow()
    const page = await root.get(location)
    expect(page.text).toContain('The provider is added')
    expect(page.text).toContain(`${provider}/token`)
    expect(page.text).toContain('Supported. We always use it.')
    expect(page.text).toContain('an answer without it is refused')
    expect(page.html).not.toContain(typed.client_secret)
    expect(await settingsOf('openid')).toMatchObject({
      auth: { method: 'client_secret_basic' },
      scope: 'openid profile email',
      signUp: 'nobody',
      believesEmail: false,
      believesAcr: false,
      claims: { subject: 'sub', emailVerified: 'email_verified' },
    })
    expect(await eventsOf('connection_added')).toEqual(['openid'])
  })

  it('saves one that cannot be reached, with a warning', async () => {
    const { location, status } = await addBy('openid', typed)
    expect(status).toBe(303)
    expect((await root.get(location)).text).toContain('could not be read at')
  })

  it.each([
    [
      'with a redirect',
      new Response(null, { status: 302, headers: { Location: 'https://elsewhere.example' } }),
    ],
    ['with garbage', new Response('<html>')],
    ['with too much', new Response('x'.repeat(70_000))],
    ['with a private key endpoint', metadataOf(provider, { jwks_uri: 'https://10.0.0.1/keys' })],
    ['without endpoints', { issuer: provider }],
  ])('warns about one that answers %s', async (_, answer) => {
    hosts[`${provider}/.well-known/openid-configuration`] = answer
    const { location } = await addBy('openid', typed)
    expect((await root.get(location)).text).toContain('could not be read at')
  })

  it('refuses an issuer that calls itself by another name, and says which', async () => {
    publish(`${provider}/`, {}, provider)
    const page = await addBy('openid', typed)
    expect([page.status, page.text]).toEqual([
      400,
      expect.stringContaining(`The provider calls itself ${provider}/`),
    ])
    expect(await count('connections')).toBe(0)
  })

  it('knows GitHub, Microsoft, Apple and private_key_jwt', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    if (!('privateKey' in pair)) throw new Error('No pair')
    const pkcs8 = Buffer.from((await crypto.subtle.exportKey('pkcs8', pair.privateKey)) as ArrayBuffer)
    const pem = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----`
    const given = { client_id: 'x', client_secret: 'y' }
    expect((await addBy('github', given)).status).toBe(303)
    expect(await rowOf('github')).toMatchObject({ issuer: null, kind: 'github' })
    expect((await settingsOf('github')).endpoints?.emails).toBe('https://api.github.com/user/emails')
    expect((await addBy('microsoft', { ...given, issuer: 'common' })).text).toContain('Enter the directory')
    const tenant = '12345678-90AB-cdef-1234-567890abcdef'
    expect((await addBy('microsoft', { ...given, issuer: tenant })).status).toBe(303)
    expect((await rowOf('microsoft'))?.issuer).toBe(
      `https://login.microsoftonline.com/${tenant.toLowerCase()}/v2.0`,
    )
    const apple = { client_id: 'com.example.web', team_id: 'ABCDE12345', key_id: 'KEY1234567' }
    const notAKey = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
    for (const wrong of ['no key', notAKey])
      expect((await addBy('apple', { ...apple, client_secret: wrong })).text).toContain('whole .p8 file')
    expect((await addBy('apple', { ...apple, client_secret: pem })).status).toBe(303)
    expect((await settingsOf('apple')).auth).toEqual({
      method: 'apple',
      teamId: 'ABCDE12345',
      keyId: 'KEY1234567',
    })
    const keyed = await addBy('openid', { ...typed, client_secret: '', auth_method: 'private_key_jwt' })
    expect([keyed.status, (await rowOf('openid'))?.sealed_secret]).toEqual([303, null])
    expect((await root.get(pathOf('openid', '/secret'))).status).toBe(404)
  })

  it.each([
    ['id', { id: 'New!' }, '2 to 40 lower-case'],
    ['id', { id: 'new' }, '2 to 40 lower-case'],
    ['name', { name: '' }, 'Enter a name'],
    ['name', { name: 'Аpple' }, 'look alike'],
    ['name', { name: '🏢'.repeat(61) }, '61 characters'],
    ['issuer', { issuer: 'http://idp.example' }, 'Use https'],
    ['issuer', { issuer: 'https://10.0.0.1' }, 'does not call numeric addresses'],
    ['issuer', { issuer: 'https://169.254.169.254' }, 'does not call numeric addresses'],
    ['issuer', { issuer: 'https://db.internal' }, 'private network'],
    ['issuer', { issuer: 'https://user:pw@idp.example' }, 'Remove the user name'],
    ['issuer', { issuer: 'https://idp.example?x=y' }, 'not an address'],
    ['issuer', { issuer }, 'this server itself'],
    ['client_id', { client_id: '' }, 'Enter the client ID exactly'],
    ['client_secret', { client_secret: '' }, 'Enter the client secret exactly'],
    ['auth_method', { auth_method: 'none' }, 'Choose one'],
    ['scope', { scope: 'profile' }, 'Ask for openid, too'],
    ['scope', { scope: 'openid "x"' }, 'A name has up to'],
    ['sign_up', { sign_up: 'friends' }, 'Choose one'],
    ['sign_up_domains', { sign_up: 'domains' }, 'at least one domain'],
    ['domains', { domains: 'example' }, '“example” is not a domain'],
    [
      'domains',
      { domains: Array.from({ length: 101 }, (_, i) => `d${i}.example`).join('\n') },
      'at most 100',
    ],
  ])('refuses a wrong %s: %j', async (field, wrong, text) => {
    const page = await addBy('openid', { ...typed, ...wrong })
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(text)])
    expect(page.html).toContain(`href="#${field}"`)
    expect(page.html).not.toContain(`${typed.client_secret}`)
    expect(await count('connections')).toBe(0)
  })

  it.each(['openid', 'apple', 'microsoft'])('names each wrong field of %s in the summary', async (kind) => {
    const { html } = await addBy(kind, { client_id: '', name: '' })
    const texts = [...html.matchAll(/<a href="#\w+">([^<]*)</g)].map(([, text]) => text)
    expect(texts.length).toBeGreaterThan(2)
    expect(new Set(texts).size).toBe(texts.length)
    expect(texts.includes('Enter the client secret exactly as the provider shows it.')).toBe(kind !== 'apple')
  })

  it.each(['authorization_endpoint', 'token_endpoint', 'user_endpoint', 'emails_endpoint'])(
    'never calls a private %s',
    async (field) => {
      const page = await addBy('github', { client_id: 'x', client_secret: 'y', [field]: 'https://10.1.2.3/' })
      expect([page.status, page.html]).toEqual([400, expect.stringContaining(`href="#${field}"`)])
    },
  )

  it('keeps an id, a domain and the number of providers', async () => {
    await addBy('openid', { ...typed, domains: 'acme.example', enforced_domains: 'BÜRO.example' })
    expect(await domainsOf('openid')).toEqual([
      { domain: 'acme.example', enforced: 0 },
      { domain: 'xn--bro-hoa.example', enforced: 1 },
    ])
    expect((await addBy('openid', { ...typed, id: 'openid' })).text).toContain(
      'Another provider has this name',
    )
    const taken = await addBy('openid', { ...typed, domains: 'ACME.example' })
    expect(taken.text).toContain('acme.example belongs to another provider')
    expect(formOf(await root.get('/admin/connections/new?kind=openid'), 'id').id).toBe('openid-2')
    await DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
       INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
       SELECT 'n' || i, 'openid', 'n', i, 'x', '{}', 1, 1 FROM n`,
    ).run()
    const full = await addBy('openid', { ...typed, id: 'one-more' })
    expect([full.status, full.text]).toEqual([400, expect.stringContaining('as many providers as possible')])
  })

  it.each(['id', 'domain', 'number'])('lets D1 decide about the %s when two add at once', async (what) => {
    const insert = async (id: string, domain?: string) => {
      await DB.prepare(
        `INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
         VALUES (?, 'openid', 'first', 0, 'x', '{}', 1, 1)`,
      )
        .bind(id)
        .run()
      if (domain !== undefined)
        await DB.prepare('INSERT INTO connection_domains VALUES (?, ?, 0)').bind(domain, id).run()
    }
    const races: Record<string, () => Promise<void>> = {
      id: () => insert('openid'),
      domain: () => insert('other', 'acme.example'),
      number: async () => {
        for (let i = 0; i < 50; i++) await insert(`n${i}`)
      },
    }
    const form = await root.get('/admin/connections/new?kind=openid')
    // The session is read first, then the conflicts.
    const DBs = betweenReadAndWrite(async () => races[what]?.(), DB, 3)
    const racing = startServer({ bindings: { DB: DBs } })
    const fields = { ...formOf(form, 'client_id'), ...typed, domains: 'acme.example' }
    const answer = await racing.fetch('/admin/connections/new', {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
      headers: {
        Origin: issuer,
        Cookie: [...root.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    expect(answer.status).toBe(404)
    expect((await rowOf('openid'))?.name).toBe(what === 'id' ? 'first' : undefined)
    expect(await domainsOf('openid')).toEqual([])
    expect(await eventsOf('connection_added')).not.toContain(what)
  })

  it('adds one, however often the form is sent', async () => {
    const twice = startServer({ bindings: { DB: everyBatchTwice() } })
    const admin = await twice.signedIn(await addUser(`twice${people++}`, 'administrator'))
    const before = await eventsOf('connection_added')
    const form = await admin.get('/admin/connections/new?kind=openid')
    for (let i = 0; i < 2; i++) expect((await form.submit(typed)).status).toBe(303)
    expect([await count('connections'), (await eventsOf('connection_added')).length]).toEqual([
      1,
      before.length + 1,
    ])
  })
})

describe('the settings of a provider', () => {
  it('change, with a way back', async () => {
    publish()
    await addBy('openid', { ...typed, domains: 'acme.example' })
    const form = await root.get(pathOf('openid'))
    const { location } = await form.submit({
      name: 'Acme Inc.',
      sign_up: 'domains',
      sign_up_domains: 'acme.example, acme.test-1.example',
      believes_email: 'yes',
      domains: '',
      enforced_domains: 'acme.example',
      issuer: 'https://evil.example',
      id: 'evil',
      client_secret: 'ignored',
    })
    expect(location).toMatch(/^\/admin\/connections\?saved=openid&kept=/)
    expect(await rowOf('openid')).toMatchObject({ name: 'Acme Inc.', issuer: provider, kind: 'openid' })
    expect(await settingsOf('openid')).toMatchObject({
      signUp: 'domains',
      signUpDomains: ['acme.example', 'acme.test-1.example'],
      believesEmail: true,
    })
    expect(await domainsOf('openid')).toEqual([{ domain: 'acme.example', enforced: 1 }])
    const after = await root.get(location)
    const undo = /href="([^"]*kept=[^"]*)"/.exec(after.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const back = await root.get(undo)
    expect(back.text).toContain('The settings from before your last change are filled in')
    expect((await back.submit({})).status).toBe(303)
    expect(await rowOf('openid')).toMatchObject({ name: 'Acme' })
    expect(await settingsOf('openid')).toMatchObject({
      signUp: 'nobody',
      signUpDomains: [],
      believesEmail: false,
    })
    expect(await domainsOf('openid')).toEqual([{ domain: 'acme.example', enforced: 0 }])
    expect((await root.get(undo)).text).toContain('it can’t be undone')
    // Nothing changed, so there is nothing to undo.
    const unchanged = await (await root.get(pathOf('openid'))).submit({})
    expect(unchanged.location).toBe('/admin/connections?saved=openid')
  })

  it('of two changes at once keep the first, and show it to the second', async () => {
    await addBy('openid', typed)
    const [first, second] = [await root.get(pathOf('openid')), await root.get(pathOf('openid'))]
    await first.submit({ name: 'First' })
    const refused = await second.submit({ name: 'Second' })
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('Somebody has changed this provider'),
    ])
    expect(formOf(refused, 'name').name).toBe('First')
    expect((await refused.submit({ name: 'Third' })).status).toBe(303)
    expect((await rowOf('openid'))?.name).toBe('Third')
    // The first form, sent again in the same second.
    await first.submit({ name: 'First' })
    expect((await rowOf('openid'))?.name).toBe('Third')
  })

  it.each([
    ['changed it', () => DB.prepare(`UPDATE connections SET updated_at = updated_at + 1`).run()],
    [
      'took a domain of it',
      async () => {
        await addConnection({ id: 'other' })
        await DB.prepare(`INSERT INTO connection_domains VALUES ('acme.example', 'other', 0)`).run()
      },
    ],
    [
      'signed in by it for the first time',
      async () => addIdentity({ id: 'github' }, await addUser(`newcomer${people++}`)),
    ],
  ])('are not saved by an administrator while somebody else %s', async (_, race) => {
    await addBy('github', { client_id: 'x', client_secret: 'y' })
    const form = formOf(await root.get(pathOf('github')), 'client_id')
    const before = await rowOf('github')
    // After the session and the connection, the conflicts are read; then it is written.
    const racing = startServer({
      bindings: { DB: betweenReadAndWrite(async () => void (await race()), DB, 4) },
    })
    const changed = {
      name: 'Changed',
      domains: 'acme.example',
      user_endpoint: 'https://elsewhere.example/user',
    }
    const { status } = await carriedTo(racing, root).post(pathOf('github'), { ...form, ...changed })
    expect(status).toBe(404)
    expect({ ...(await rowOf('github')), updated_at: 0 }).toEqual({ ...before, updated_at: 0 })
    expect(await domainsOf('github')).toEqual([])
  })

  it('never recognise the same person by something else', async () => {
    const connection = await addConnection({
      id: 'plain',
      kind: 'oauth2',
      issuer: undefined,
      settings: {
        endpoints: {
          authorization: 'https://a.example/authorize',
          token: 'https://a.example/token',
          user: 'https://a.example/user',
          emails: undefined,
        },
      },
    })
    const change = async (user: string) => (await root.get(pathOf('plain'))).submit({ user_endpoint: user })
    const subject = async (claim: string) =>
      (await root.get(pathOf('plain', '/claims'))).submit({ subject: claim, act: '' })
    expect((await change('https://b.example/user')).status).toBe(303)
    expect((await subject('id')).status).toBe(303)
    await addIdentity(connection, await addUser(`somebody${people++}`))
    expect((await change('https://b.example/v2/user')).status).toBe(303)
    for (const page of [await change('https://c.example/user'), await subject('login')])
      expect([page.status, page.text]).toEqual([
        400,
        expect.stringContaining('People sign in by this provider already'),
      ])
    expect(await settingsOf('plain')).toMatchObject({
      endpoints: { user: 'https://b.example/v2/user' },
      claims: { subject: 'id' },
    })
  })

  it('say when there is no secret, and forget one that is not used', async () => {
    await addBy('openid', typed)
    await (await root.get(pathOf('openid'))).submit({ auth_method: 'private_key_jwt' })
    expect((await rowOf('openid'))?.sealed_secret).toBeNull()
    await (await root.get(pathOf('openid'))).submit({ auth_method: 'client_secret_post' })
    expect((await root.get(pathOf('openid'))).text).toContain('There is no secret yet')
  })
})

describe('the claims of a provider', () => {
  const sample = {
    sub: 'u1',
    preferred_username: 'ada',
    mail: { address: 'ada@acme.example', ok: 'true' },
    teams: ['engineering', 'it-admins', 'others'],
  }
  const mapping = {
    email: 'mail.address',
    email_verified: 'mail.ok',
    groups: 'teams',
    group_map: 'engineering -> developers\nit-admins → operators',
    // Of several roles it is the highest, as at a sign-in.
    role_map: 'engineering -> developer\nit-admins -> administrator',
  }

  it('are shown as they become here, and nothing is saved', async () => {
    await addBy('openid', { ...typed, believes_email: 'yes' })
    const before = await rowOf('openid')
    const page = await (await root.get(pathOf('openid', '/claims'))).submit({
      ...mapping,
      sample: JSON.stringify(sample),
      act: 'preview',
    })
    expect(page.status).toBe(200)
    for (const text of ['u1', 'ada@acme.example', 'Confirmed', 'developers, operators', 'administrator'])
      expect(page.text).toContain(text)
    expect(formOf(page, 'group_map')).toMatchObject({ groups: 'teams', sample: JSON.stringify(sample) })
    expect(await rowOf('openid')).toEqual(before)
    const none = await page.submit({ sample: '{"name":"x"}', act: 'preview' })
    expect(none.text).toContain('could not sign in')
    const wrong = await page.submit({ sample: '[1]', act: 'preview' })
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('not a JSON object')])
  })

  it('are saved with groups and roles, with a way back', async () => {
    await addBy('openid', typed)
    const { location } = await (await root.get(pathOf('openid', '/claims'))).submit({ ...mapping, act: '' })
    expect(await settingsOf('openid')).toMatchObject({
      scope: 'openid profile email',
      claims: { email: 'mail.address', emailVerified: 'mail.ok', groups: 'teams' },
      groups: [
        { from: 'engineering', to: 'developers' },
        { from: 'it-admins', to: 'operators' },
      ],
      roles: [
        { from: 'engineering', to: 'developer' },
        { from: 'it-admins', to: 'administrator' },
      ],
    })
    const undo = /href="([^"]*kept=[^"]*)"/
      .exec((await root.get(location)).html)?.[1]
      ?.replaceAll('&amp;', '&')
    await (await root.get(undo ?? '')).submit({ act: '' })
    expect(await settingsOf('openid')).toMatchObject({ claims: { email: 'email' }, groups: [], roles: [] })
  })

  it.each([
    ['subject', { subject: '' }, 'Enter the name of a claim'],
    ['email', { email: 'an email' }, 'Enter the name of a claim'],
    ['group_map', { group_map: 'engineering' }, '“engineering” is not of the form'],
    ['group_map', { group_map: 'a -> b, c' }, 'is not of the form'],
    ['role_map', { role_map: 'a -> king' }, '“king” is not a role'],
    [
      'role_map',
      { role_map: Array.from({ length: 101 }, (_, i) => `g${i} -> user`).join('\n') },
      'at most 100',
    ],
  ])('refuse a wrong %s: %j', async (field, wrong, text) => {
    await addBy('openid', typed)
    const page = await (await root.get(pathOf('openid', '/claims'))).submit({ ...wrong, act: '' })
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(text)])
    expect(page.html).toContain(`href="#${field}"`)
  })
})

describe('the secret of a provider', () => {
  it('is replaced, and never shown or logged', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    await addBy('openid', typed)
    const before = (await rowOf('openid'))?.sealed_secret
    const secret = 'the next secret of ours'
    const page = await root.get(pathOf('openid', '/secret'))
    expect((await page.submit({ client_secret: '' })).status).toBe(400)
    const { location } = await page.submit({ client_secret: secret })
    const sealed = `${(await rowOf('openid'))?.sealed_secret}`
    expect(sealed).not.toBe(before)
    expect(await unseal([env.KEY_ENCRYPTION_SECRET], 'providers', 'openid', sealed)).toBe(secret)
    const shown = [
      location,
      (await root.get(location)).html,
      (await root.get(pathOf('openid', '/secret'))).html,
    ]
    const events = JSON.stringify((await DB.prepare('SELECT * FROM audit_events').all()).results)
    for (const text of [...shown, events, JSON.stringify(log.mock.calls)]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(`${typed.client_secret}`)
    }
    expect(await eventsOf('connection_secret_replaced')).toEqual(['openid'])
  })
})

describe('a suspended provider', () => {
  it('says who is concerned beforehand, and can be resumed', async () => {
    const connection = await addConnection({ id: 'acme', name: 'Acme' })
    const other = await addConnection({ id: 'other', name: 'Other' })
    const [both, only, withPassword] = await Promise.all(
      ['both', 'only', 'password'].map((name) => addUser(`${name}${people++}`)),
    )
    if (both === undefined || only === undefined || withPassword === undefined) throw new Error('Nobody')
    for (const user of [both, only, withPassword]) await addIdentity(connection, user)
    await addIdentity(other, both)
    await DB.prepare(`UPDATE users SET password_hash = '' WHERE id IN (?, ?)`).bind(both.id, only.id).run()
    const page = await root.get(pathOf('acme', '/suspension'))
    expect(page.text).toContain('3 people sign in with it')
    expect(page.text).toContain('1 of them has no other way in')
    // A suspended provider is no other way.
    await DB.prepare(`UPDATE connections SET suspended_at = 1 WHERE id = 'other'`).run()
    expect((await root.get(pathOf('acme', '/delete'))).text).toContain('2 of them have no other way in')
    const sameTime = await root.get(pathOf('acme', '/suspension'))
    const { location } = await page.submit({})
    expect((await rowOf('acme'))?.suspended_at).toBe(startedAt)
    expect((await root.get(location)).text).toContain('Sign-in provider suspended: Acme')
    expect((await root.get(location)).text).toContain('no button, and nobody can sign in')
    expect((await root.get('/admin/connections')).text).toContain('Suspended')
    // Somebody else did it first: the page shows how it is now.
    expect((await sameTime.submit({})).text).toContain('Resume the provider')
    await (await root.get(pathOf('acme', '/suspension'))).submit({})
    expect((await rowOf('acme'))?.suspended_at).toBeNull()
    expect([await eventsOf('connection_suspended'), await eventsOf('connection_resumed')]).toEqual([
      ['acme'],
      ['acme'],
    ])
    expect(await count('identities')).toBe(4)
  })
})

describe('a provider is deleted', () => {
  it('by its typed name, with its identities and domains, and signs out the people who came by it', async () => {
    const connection = await addConnection({ id: 'acme', name: 'Acme' })
    await DB.prepare(`INSERT INTO connection_domains VALUES ('acme.example', 'acme', 1)`).run()
    const user = await addUser(`member${people++}`)
    await addIdentity(connection, user)
    const browser = await server.signedIn(user)
    const elsewhere = await server.signedIn(user)
    await DB.prepare(
      `UPDATE sessions SET connection_id = 'acme' WHERE user_id = ? AND id_hash =
         (SELECT min(id_hash) FROM sessions WHERE user_id = ?)`,
    )
      .bind(user.id, user.id)
      .run()
    const page = await root.get(pathOf('acme', '/delete'))
    expect(page.text).toContain('Type Acme to confirm')
    const wrong = await page.submit({ name: 'Acne' })
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('not the name of the provider')])
    expect((await wrong.submit({ name: ' acme' })).location).toBe(
      '/admin/connections?saved=connection_deleted',
    )
    expect([
      await count('connections'),
      await count('identities'),
      await count('connection_domains'),
    ]).toEqual([0, 0, 0])
    const signedIn = [await browser.get('/account'), await elsewhere.get('/account')].map(
      ({ status }) => status,
    )
    expect(signedIn.toSorted()).toEqual([200, 303])
    expect(await eventsOf('connection_deleted')).toEqual(['acme'])
  })
})

describe('the order of the buttons', () => {
  const move = async (fields: Record<string, string>) => {
    const page = await root.get('/admin/connections')
    return root.post('/admin/connections', { ...page.forms[0]?.fields, ...fields })
  }

  it('is changed one place at a time', async () => {
    for (const id of ['a1', 'b2', 'c3']) await addConnection({ id, name: id, position: 0 })
    const moved = await move({ down: 'a1' })
    expect(moved.status).toBe(303)
    expect((await root.get(moved.location ?? '')).text).toContain('Sign-in provider changed: a1')
    expect(await order()).toEqual(['b2', 'a1', 'c3'])
    expect((await move({ up: 'c3' })).status).toBe(303)
    expect(await order()).toEqual(['b2', 'c3', 'a1'])
    for (const nothing of [{ up: 'b2' }, { down: 'a1' }, { up: 'nobody' }, {}])
      expect((await move(nothing)).status).toBe(400)
    expect(await order()).toEqual(['b2', 'c3', 'a1'])
    const list = await root.get('/admin/connections')
    expect(list.html.match(/name="up"/g)).toHaveLength(2)
    expect(list.html).toContain('aria-label="Move c3 up"')
  })

  it('is not changed by somebody who saw another one', async () => {
    for (const id of ['a1', 'b2', 'c3']) await addConnection({ id, name: id })
    const form = (await root.get('/admin/connections')).forms[0]?.fields ?? {}
    const swap = async () => {
      await DB.prepare(`UPDATE connections SET position = 99 WHERE id = 'a1'`).run()
    }
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(swap, DB, 3) } })
    const answer = await racing.fetch('/admin/connections', {
      method: 'POST',
      body: new URLSearchParams({ ...form, down: 'a1' }),
      redirect: 'manual',
      headers: {
        Origin: issuer,
        Cookie: [...root.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    expect(answer.status).toBe(400)
    expect(await order()).toEqual(['b2', 'c3', 'a1'])
  })
})

it('is read by support, who can change nothing', async () => {
  await addConnection({ id: 'acme', name: 'Acme' })
  await addConnection({ id: 'other', name: 'Other' })
  const support = await server.signedIn(await addUser(`support${people++}`, 'support'))
  const page = await support.get('/admin/connections')
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('Acme')])
  expect(page.html).not.toMatch(/name="up"|connections\/(new|acme)/)
  const fields = (await support.get('/account/profile')).forms[0]?.fields ?? {}
  expect((await support.post('/admin/connections', { ...fields, down: 'acme' })).status).not.toBe(303)
  expect(await order()).toEqual(['acme', 'other'])
})

describe('a fault at a call to D1', () => {
  const kinds: readonly (readonly Fault[])[] = [['after'], ['before', 'before'], ['after', 'after']]
  const broken = faults()
  const faulty = startServer({ bindings: { DB: broken.db } })
  let member: User
  beforeAll(async () => {
    member = await addUser(`member${people++}`)
  })

  /** The rows that an act changes, without times, random values and the id of each attempt. */
  const state = async () => {
    const rows = async (query: string) => (await DB.prepare(query).all()).results
    return {
      connections: await rows(
        `SELECT id, name, position, client_id, settings, suspended_at IS NULL AS on_, sealed_secret IS NULL AS none
         FROM connections ORDER BY id`,
      ),
      domains: await rows('SELECT * FROM connection_domains ORDER BY domain'),
      identities: await count('identities'),
      sessions: await count(`sessions WHERE connection_id = 'acme'`),
      events: await rows(
        `SELECT type, count(*) AS n FROM audit_events WHERE type LIKE 'connection_%' GROUP BY type ORDER BY type`,
      ),
    }
  }
  const prepare = async () => {
    for (const table of ['connections', 'audit_events']) await DB.prepare(`DELETE FROM ${table}`).run()
    await DB.prepare(`DELETE FROM sessions WHERE connection_id = 'acme'`).run()
    publish()
    const sealedSecret = await sealProviderSecret(env.KEY_ENCRYPTION_SECRET, 'acme', 'there')
    const acme = await addConnection({
      id: 'acme',
      name: 'Acme',
      issuer: provider,
      position: 1,
      sealedSecret,
    })
    await addConnection({ id: 'other', name: 'Other', issuer: provider, position: 2 })
    await DB.prepare(`INSERT INTO connection_domains VALUES ('acme.example', 'acme', 0)`).run()
    await addIdentity(acme, member)
    await DB.prepare(
      `INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at, connection_id)
       VALUES ('theirs', ?, 'theirs', '["fed"]', ${startedAt}, ${startedAt}, ${startedAt + 9999}, 'acme')`,
    )
      .bind(member.id)
      .run()
  }
  const undo = async (browser: Browser) => {
    const { location } = await (await browser.get(pathOf('acme'))).submit({ name: 'Acme Inc.' })
    const link = /href="([^"]*kept=[^"]*)"/.exec((await browser.get(location)).html)?.[1]
    return browser.get(link?.replaceAll('&amp;', '&') ?? '')
  }

  const acts: readonly (readonly [string, (browser: Browser) => Promise<Page>, Record<string, string>])[] = [
    ['adding one', (browser) => browser.get('/admin/connections/new?kind=openid'), { ...typed, id: 'third' }],
    [
      'saving',
      (browser) => browser.get(pathOf('acme')),
      { name: 'Acme Inc.', domains: 'acme.test-1.example' },
    ],
    ['undoing', undo, {}],
    ['mapping claims', (browser) => browser.get(pathOf('acme', '/claims')), { email: 'mail', act: '' }],
    [
      'replacing the secret',
      (browser) => browser.get(pathOf('acme', '/secret')),
      { client_secret: 'next one' },
    ],
    ['suspending', (browser) => browser.get(pathOf('acme', '/suspension')), {}],
    ['deleting', (browser) => browser.get(pathOf('acme', '/delete')), { name: 'Acme' }],
    ['moving a button', (browser) => browser.get('/admin/connections'), { down: 'acme' }],
    ['beginning a test', (browser) => browser.get(pathOf('acme', '/test')), {}],
  ]

  it.each(acts)('of %s leaves nothing half done, and a page with a way on', async (name, open, fields) => {
    const send = (page: Page) => {
      const form =
        page.forms.find((one) => one.action.startsWith('/admin') || one.action.startsWith('/login')) ??
        page.forms[0]
      return page.browser.post(form?.action ?? '', { ...form?.fields, ...fields })
    }
    await prepare()
    await send(await open(root))
    const done = await state()
    let calls = 1
    for (let call = 1; call <= calls; call++)
      for (const kind of kinds) {
        await prepare()
        const page = await open(carriedTo(faulty, root))
        const before = await state()
        broken.arm(call, kind)
        const answer = await send(page)
        calls = Math.max(calls, broken.calls)
        broken.disarm()
        const after = await state()
        const where = [name, call, kind] as const
        expect([...where, answer.status < 400 || kind.length === 2]).toEqual([...where, true])
        if (answer.status >= 400) {
          expect([...where, answer.status]).toEqual([...where, 503])
          expect([...where, /<main.*(<a |<form )/s.test(answer.html)]).toEqual([...where, true])
        }
        // All of it, or nothing.
        const isDone = JSON.stringify(after) === JSON.stringify(done)
        if (!isDone) expect([...where, after]).toEqual([...where, before])
        if (answer.status < 400) expect([...where, isDone]).toEqual([...where, true])
        // The form sent again finishes it, once.
        await send(page)
        expect([...where, await state()]).toEqual([...where, done])
      }
  })

  it('of showing a page is told, and the page comes at the next try', async () => {
    await prepare()
    const browser = carriedTo(faulty, root)
    const pages = ['', '/claims', '/secret', '/suspension', '/delete', '/test'].map((page) =>
      pathOf('acme', page),
    )
    for (const path of ['/admin/connections', '/admin/connections/new?kind=openid', ...pages]) {
      let calls = 1
      for (let call = 1; call <= calls; call++) {
        broken.arm(call, ['before', 'before'])
        const page = await browser.get(path)
        calls = Math.max(calls, broken.calls)
        broken.disarm()
        expect([path, call, page.status, /<main.*<a /s.test(page.html)]).toEqual([path, call, 503, true])
        expect((await browser.get(path)).status).toBe(200)
      }
    }
  })
})

describe('the test of a provider', () => {
  const idp = new Provider('https://tested.example')
  const path = pathOf('tested', '/test')
  const begin = async (browser: Browser) => (await browser.get(path)).submit({})

  beforeAll(() => idp.changeKeys('RS256'))
  beforeEach(async () => {
    vi.restoreAllMocks()
    vi.spyOn(console, 'log').mockImplementation(() => undefined)
    serveProviders(idp)
    await addConnection({
      id: 'tested',
      name: 'Tested',
      issuer: idp.origin,
      sealedSecret: await sealProviderSecret(env.KEY_ENCRYPTION_SECRET, 'tested', 'there'),
      // One that is suspended can be tested before it is resumed.
      suspendedAt: startedAt,
    })
  })

  const person = { sub: 'u1', preferred_username: 'ada', refresh_token: 'hidden value', email: 'a@b.example' }

  it('shows the claims as they came and as they are understood, without tokens, and stores nothing', async () => {
    const before = await everything(DB, ['used_challenges', 'audit_heads', 'event_counts'])
    // Chromium applies it to the redirect to the provider, too.
    const { headers } = await root.get(path)
    expect(headers.get('Content-Security-Policy')).not.toContain('form-action')
    const away = await begin(root)
    const back = await root.get(idp.answer(away, person))
    expect([back.status, back.location]).toEqual([303, expect.stringMatching(/\/test\?answer=[\w-]{22}$/)])
    const page = await root.get(back.location)
    for (const text of ['"sub": "u1"', '"auth_time"', 'How the account will look here', 'Not confirmed'])
      expect(page.text).toContain(text)
    expect(page.html).not.toMatch(/nonce|hidden value|access-\d|eyJ/)
    expect(await everything(DB, ['used_challenges', 'audit_heads', 'event_counts'])).toEqual(before)
    const use = /href="([^"]*claims\?answer=[^"]*)"/.exec(page.html)?.[1] ?? ''
    const preview = await root.get(use)
    expect(preview.text).toContain('How the account will look here')
    expect(formOf(preview, 'sample').sample).toContain('"sub": "u1"')
  })

  it('shows an answer in which the connection finds nobody', async () => {
    await DB.prepare(
      `UPDATE connections SET settings = '{"claims":{"subject":"id","username":"u","name":"n","email":"e"}}'`,
    ).run()
    const page = await root.get((await root.get(idp.answer(await begin(root), person))).location)
    expect(page.text).toContain('this person could not sign in')
    expect(page.text).toContain('"sub": "u1"')
  })

  it('is for the session that made it, and this provider', async () => {
    const answer = (await root.get(idp.answer(await begin(root), person))).location
    const other = await server.signedIn(await addUser(`other${people++}`, 'administrator'))
    await addConnection({ id: 'another', name: 'Another' })
    for (const page of [
      await other.get(answer),
      await root.get(answer.replace('tested', 'another')),
      await root.get(`${path}?answer=${'x'.repeat(22)}`),
    ])
      expect([page.status, page.text]).toEqual([200, expect.stringContaining('The answer is no longer here')])
  })

  it('is for administrators with a new sign-in, at its beginning and at its end', async () => {
    for (const role of ['user', 'developer', 'support'] as const) {
      const browser = await server.signedIn(await addUser(`${role}${people++}`, role))
      expect((await browser.get(path)).status).toBe(404)
      const fields = (await browser.get('/account/profile')).forms[0]?.fields ?? {}
      expect((await browser.post('/login/with/tested', { ...fields, purpose: 'test' })).status).toBe(404)
    }
    const user = await addUser(`former${people++}`, 'administrator')
    const former = await server.signedIn(user)
    const away = await begin(former)
    await DB.prepare(`UPDATE users SET role = 'support' WHERE id = ?`).bind(user.id).run()
    expect((await former.get(idp.answer(away, person))).status).toBe(404)
    const late = await begin(root)
    server.now += 7200
    expect((await root.get(idp.answer(late, person))).location).not.toContain('answer=')
    server.now = startedAt
  })
})
