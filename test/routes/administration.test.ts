import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listApiCallers } from '../../src/store/requests/api-callers.ts'
import { accepts, carriedTo, pathOf, register } from '../applications.ts'
import type { Browser, Page } from '../browser.ts'
import { everyBatchTwice } from '../faults.ts'
import {
  authorizePath,
  codeRequest,
  introspect,
  type Known,
  obtainCode,
  postToken,
  refreshRequest,
  type Tokens,
  tokensOf,
} from '../flow.ts'
import { mailsTo } from '../mails.ts'
import { recording, scansOf } from '../plans.ts'
import { addUser, applySchema, issuer, startedAt, startServer } from '../server.ts'

type User = Awaited<ReturnType<typeof addUser>>

const server = startServer()
let root: Browser
let rootUser: User
let adaUser: User
let ada: Browser
let known: Known
let tokens: Tokens
let people = 0

beforeAll(async () => {
  await applySchema()
  rootUser = await addUser('root', 'administrator')
  root = await server.signedIn(rootUser)
})

beforeEach(async () => {
  server.now = startedAt
  adaUser = await addUser(`ada${people++}`)
  ada = await server.signedIn(adaUser)
  known = await register(ada, { name: `Diary ${people}` })
  tokens = await tokensOf(await postToken(server, codeRequest(known, await obtainCode(ada, known))))
})

const userPath = (user: User, page = '') => `/admin/users/${user.id}${page}`
const key = (name: string) => Buffer.from(name).toString('base64url')

const isAlive = async () => (await introspect(server, known, tokens.refresh_token)).active

const eventsOf = async (type: string, actor = rootUser) => {
  const { results } = await env.DB.prepare(
    'SELECT detail, client_id FROM audit_events WHERE type = ? AND user_id = ?',
  )
    .bind(type, actor.id)
    .all<{ detail: string; client_id: string | null }>()
  return results
}

const send = async (who: Browser, path: string, fields: Record<string, string> = {}) =>
  (await who.get(path)).submit(fields)

describe('suspending an application', () => {
  const path = () => `/admin/applications/${known.client.id}/suspension`

  it('stops everything and can be lifted', async () => {
    const asked = await root.get(path())
    expect(asked.text).toContain('stops working immediately, until you resume it')
    expect(await accepts(server, known)).toBe(true)
    const answer = await asked.submit({})
    expect([answer.status, answer.location]).toEqual([303, pathOf(known, '/danger?saved=')])
    expect(await accepts(server, known)).toBe(false)
    expect((await ada.get(authorizePath(known))).location).toContain('error=')
    expect((await root.get(answer.location)).text).toContain('Saved: Diary')
    expect((await ada.get(pathOf(known))).text).toContain('Suspended')

    expect((await root.get(path())).text).toContain('Resume the application?')
    await send(root, path())
    expect([await accepts(server, known), await isAlive()]).toEqual([true, true])
    const ofIt = (events: { client_id: string | null }[]) =>
      events.filter(({ client_id }) => client_id === known.client.id).length
    expect([ofIt(await eventsOf('client_suspended')), ofIt(await eventsOf('client_resumed'))]).toEqual([1, 1])
  })

  it('is not possible for its owner, nor is resuming it', async () => {
    const form = (await ada.get(pathOf(known, '/update'))).forms[0]?.fields ?? {}
    expect((await ada.get(path())).status).toBe(404)
    expect((await ada.post(path(), { ...form, suspended: 'true' })).status).toBe(404)
    expect(await accepts(server, known)).toBe(true)
    await send(root, path())
    expect((await ada.post(path(), { ...form, suspended: 'false' })).status).toBe(404)
    expect(await accepts(server, known)).toBe(false)
    expect((await ada.get(pathOf(known, '/danger'))).html).not.toContain('/suspension')
  })

  it('sent again later does not undo a newer decision', async () => {
    const faulty = carriedTo(startServer({ bindings: { DB: everyBatchTwice() } }), root)
    const form = await faulty.get(path())
    await form.submit({})
    await send(root, path())
    expect(await accepts(server, known)).toBe(true)
    expect((await form.submit({})).status).toBe(303)
    expect(await accepts(server, known)).toBe(true)
  })
})

describe('a user', () => {
  it('has a page that shows who it is and what they use', async () => {
    expect((await root.get('/admin/users')).html).toContain(`href="${userPath(adaUser)}"`)
    const page = await root.get(userPath(adaUser))
    for (const text of [
      adaUser.username,
      `${adaUser.username}@example.com`,
      'Sessions 1',
      `Diary ${people}`,
      'read, write',
    ])
      expect(page.text).toContain(text)
    expect((await root.get(`/admin/applications?owner=${adaUser.id}`)).text).toContain(`Diary ${people}`)
    expect((await root.get(userPath({ ...adaUser, id: 'nobody' }))).status).toBe(404)
  })

  it('is suspended, with everything they have, and resumed', async () => {
    const asked = await root.get(userPath(adaUser, '/suspension'))
    expect(asked.text).toContain('their session ends')
    await asked.submit({})
    expect((await ada.get('/o/applications')).location).toContain('/login')
    expect(await isAlive()).toBe(false)
    expect((await postToken(server, refreshRequest(known, tokens.refresh_token))).status).toBe(400)
    expect((await root.get(userPath(adaUser))).text).toContain('Suspended')
    expect((await root.get(userPath(adaUser, '/suspension'))).text).toContain('can sign in again, and has to')
    await send(root, userPath(adaUser, '/suspension'))
    // ASVS 5.0 §7.4.2: earlier access is not restored.
    expect((await ada.get('/o/applications')).location).toContain('/login')
    expect(await isAlive()).toBe(false)
    expect((await postToken(server, refreshRequest(known, tokens.refresh_token))).status).toBe(400)
    const mails = (await mailsTo(adaUser.email ?? '')).map(({ subject }) => subject)
    expect(mails).toEqual(['Your account was suspended', 'Your account works again'])
    ada = await server.signedIn(adaUser)
    tokens = await tokensOf(await postToken(server, codeRequest(known, await obtainCode(ada, known))))
    expect(await isAlive()).toBe(true)
    expect((await eventsOf('user_suspended')).filter(({ detail }) => detail === adaUser.id)).toHaveLength(1)
    expect((await eventsOf('user_resumed')).filter(({ detail }) => detail === adaUser.id)).toHaveLength(1)
  })

  it('becomes an administrator, and stops being one', async () => {
    await send(root, userPath(adaUser, '/role'), { role: 'administrator' })
    expect((await ada.get('/admin')).status).toBe(200)
    await send(root, userPath(adaUser, '/role'), { role: 'user' })
    await send(root, userPath(adaUser, '/role'), { role: 'user' })
    expect((await ada.get('/admin')).status).toBe(404)
    const mails = (await mailsTo(adaUser.email ?? '')).filter(({ subject }) => /role/.test(subject))
    expect(mails.map(({ text }) => /Your new role: (\w+)/.exec(text)?.[1])).toEqual(['administrator', 'user'])
    expect(
      (await eventsOf('role_changed')).filter(({ detail }) => detail.startsWith(adaUser.id)),
    ).toHaveLength(2)
  })

  it('loses what they allowed one application, and allows it again', async () => {
    const path = userPath(adaUser, `/applications/${known.client.id}/end`)
    expect((await root.get(userPath(adaUser))).html).toContain(`href="${path}"`)
    const form = await root.get(path)
    expect((await form.submit({})).status).toBe(303)
    expect(await isAlive()).toBe(false)
    expect((await root.get(userPath(adaUser))).text).toContain('No connected applications.')
    expect((await eventsOf('access_ended')).at(-1)).toMatchObject({ client_id: known.client.id })

    server.now += 5
    tokens = await tokensOf(await postToken(server, codeRequest(known, await obtainCode(ada, known))))
    expect((await form.submit({})).status).toBe(303)
    expect(await isAlive()).toBe(true)
    expect((await root.get(userPath(rootUser, `/applications/${known.client.id}/end`))).status).toBe(404)
  })
})

describe('an administrator always remains', () => {
  it.each([
    ['/suspension', { suspended: 'true' }],
    ['/role', { role: 'user' }],
  ])('since nobody can use %s on themselves', async (page, fields) => {
    expect((await root.get(userPath(rootUser, page))).status).toBe(403)
    const form = (await root.get(userPath(adaUser, page))).forms[0]?.fields ?? {}
    expect((await root.post(userPath(rootUser, page), { ...form, ...fields })).status).toBe(403)
    expect((await root.get('/admin')).status).toBe(200)
    const own = await root.get(userPath(rootUser))
    expect(own.html).not.toContain('/suspension"')
    expect(own.html).not.toContain('/role"')
  })

  it.each<[string, Record<string, string>]>([
    ['/suspension', {}],
    ['/role', { role: 'user' }],
  ])('when two act on each other at once with %s', async (page, fields) => {
    const pair = [
      await addUser(`left${people}`, 'administrator'),
      await addUser(`right${people}`, 'administrator'),
    ]
    const [left, right] = pair as [User, User]
    const browsers = [await server.signedIn(left), await server.signedIn(right)] as const
    const forms = [
      await browsers[0].get(userPath(right, page)),
      await browsers[1].get(userPath(left, page)),
    ] as const
    await Promise.all([forms[0].submit(fields), forms[1].submit(fields)])
    const still = await Promise.all(
      browsers.map(async (browser) => (await browser.get('/admin')).status === 200),
    )
    expect(still.filter(Boolean)).toHaveLength(1)
  })
})

describe('APIs', () => {
  const identifier = 'https://api.example/v1'
  const typed = {
    identifier,
    name: 'Invoices',
    access_token_lifetime: '5m',
    scopes: 'invoices:read See your invoices\n\ninvoices:write  Write invoices',
    restricted_scopes: 'invoices:all See everybody’s invoices',
  }

  beforeEach(async () => {
    await env.DB.batch([
      env.DB.prepare('DELETE FROM resources'),
      env.DB.prepare(`DELETE FROM scopes WHERE name LIKE 'invoices%'`),
    ])
  })

  it('show code that checks their tokens, with every value filled in', async () => {
    const { location } = await send(root, '/admin/apis/new', typed)
    expect(location).toBe(`/admin/apis/${key(identifier)}?saved=`)
    const page = await root.get(location)
    expect(page.text).toContain('Saved: Invoices')
    const code = [...page.html.matchAll(/<pre id="snippet-\d+"[^>]*>(.*?)<\/pre>/gs)].map(
      ([, text]) => text ?? '',
    )
    expect(code.length).toBeGreaterThan(4)
    for (const text of code) {
      expect(text).toContain(identifier)
      expect(text).not.toMatch(/\{(issuer|jwks|audience|algorithm|typ|scopes|scopeTuple)\}/)
    }
    for (const value of [`${issuer}/.well-known/jwks.json`, 'ES256', 'at+jwt', 'invoices:read'])
      expect(code.join()).toContain(value)
  })

  it('list the applications that may ask for them, and open the form of another one with their scopes ticked', async () => {
    const path = `/admin/apis/${key(identifier)}`
    const policy = pathOf(await register(ada, { name: 'Aardvark' }), '/policy')
    const linkIn = (html: string) => new RegExp(`href="(${policy}[^"]*)"`).exec(html)?.[1] ?? ''
    await send(root, '/admin/apis/new', typed)
    const before = await root.get(path)
    expect(before.text).toContain('No application may request its scopes yet.')
    const form = await root.get(linkIn(before.html).replaceAll('&amp;', '&'))
    expect(form.text).toContain('Ticked, but not saved yet: invoices:read invoices:write')
    expect((await root.get(path)).text).toContain('No application may request its scopes yet.')
    for (const name of ['invoices:read', 'invoices:write', 'openid'])
      expect(form.html).toMatch(new RegExp(`<input [^>]*value="${name}" checked`))
    expect(form.html).not.toMatch(/value="invoices:all" checked/)
    await form.submit({ scope: 'openid invoices:read invoices:write' })
    const after = await root.get(path)
    expect(after.text).not.toContain('No application may request its scopes yet.')
    expect(linkIn(after.html)).toBe(policy)
    expect(after.html).toContain('<code>invoices:read invoices:write</code>')
    // A link ticks only what the viewer may allow, and what exists.
    const restricted = `${policy}?scope=invoices:all+invoices:unknown`
    expect((await root.get(restricted)).text).toContain('Ticked, but not saved yet: invoices:all')
    expect((await ada.get(restricted)).text).not.toContain('Ticked')
  })

  it('list all these applications, page by page, however many there are', async () => {
    const path = `/admin/apis/${key(identifier)}`
    await send(root, '/admin/apis/new', typed)
    // Each tenth may request a scope, and the last one behind more than one page reads.
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2300)
       INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris,
         allowed_origins, scope, access_token_format, openid, created_at, updated_at)
       SELECT printf('caller-%04d', i), ?, printf('zz %04d', i), printf('zz %04d', i), 'public', 'authorization-code', '[]', '[]',
         '[]', iif((i < 300 AND i % 10 = 0) OR i = 2300, 'invoices:read', 'openid'), 'jwt', '{}', 1, 1 FROM n`,
    )
      .bind(adaUser.id)
      .run()
    const walk = async (start: string, part: RegExp) => {
      const seen: string[] = []
      let next: string | undefined = start
      for (let pages = 0; next !== undefined && pages < 130; pages++) {
        const { html }: Page = await root.get(next)
        const shown = part.exec(html)?.[0] ?? ''
        seen.push(...[...shown.matchAll(/(caller-\d{4})\/policy/g)].map(([, id = '']) => id))
        next = /href="([^"]+)" rel="next"/.exec(shown)?.[1]?.replaceAll('&amp;', '&')
      }
      return seen
    }
    const allowed = await walk(path, /<h2>Applications that may ask for it.*?(<details|<\/section>)/s)
    expect([allowed.length, new Set(allowed).size, allowed.at(-1)]).toEqual([30, 30, 'caller-2300'])
    const others = await walk(
      `${path}?show=others&after=zz+2200%0A`,
      /Allow another application.*?<\/section>/s,
    )
    expect([others.length, others.at(0), others.at(-1)]).toEqual([100, 'caller-2200', 'caller-2299'])
    await env.DB.prepare("DELETE FROM clients WHERE id LIKE 'caller-%'").run()
  })

  it('find these applications by an index', async () => {
    const statements = new Set<string>()
    for (const allowed of [true, false])
      listApiCallers(recording(statements), identifier, allowed, { after: '', size: 20 })
    expect(await scansOf(statements)).toEqual([])
  })

  it('are created, and tokens are issued for them', async () => {
    expect((await send(root, '/admin/apis/new', typed)).status).toBe(303)
    expect((await root.get('/admin/apis')).text).toContain(identifier)
    const policy = await ada.get(pathOf(known, '/policy'))
    expect(policy.text).toContain('See your invoices')
    expect(policy.text).not.toContain('See everybody’s invoices')
    await policy.submit({ scope: 'invoices:read' })
    const code = await obtainCode(ada, known, { scope: 'invoices:read', resource: identifier })
    const { access_token } = await tokensOf(await postToken(server, codeRequest(known, code)))
    const { aud, exp, iat } = JSON.parse(
      Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString(),
    )
    expect([[aud].flat(), exp - iat]).toEqual([[identifier], 300])
    expect((await eventsOf('api_saved')).at(-1)).toMatchObject({ detail: identifier })
  })

  it.each([
    'https://API.example/v1',
    'https://api.example:443/v1',
    'HTTPS://api.example/v1',
    'https://api.example/V1',
  ])('are not created twice: %s', async (spelled) => {
    await send(root, '/admin/apis/new', typed)
    const again = { ...typed, identifier: spelled, scopes: '', restricted_scopes: '' }
    const page = await send(root, '/admin/apis/new', again)
    expect(page.status).toBe(400)
    expect(page.text).toContain(`nearly the same as ${identifier}`)
  })

  it.each(['', '/', '/o/userinfo'])('are never this server itself: %s', async (path) => {
    const page = await send(root, '/admin/apis/new', { ...typed, identifier: issuer + path })
    expect([page.status, page.text.includes('This is the address of this server itself.')]).toEqual([
      400,
      true,
    ])
  })

  it.each([
    ['https://api.example', 'https://api.example/.well-known/oauth-protected-resource'],
    ['https://api.example/v1?a=b', 'https://api.example/.well-known/oauth-protected-resource/v1?a=b'],
    ['urn:example:api', undefined],
  ])('%s shows the metadata that it must serve (RFC 9728 §3.1)', async (identifier, url) => {
    await send(root, '/admin/apis/new', { ...typed, identifier })
    const { html } = await root.get(`/admin/apis/${key(identifier)}`)
    const json = /<pre id="metadata"[^>]*>([^<]*)</.exec(html)?.[1]?.replaceAll('&quot;', '"')
    expect(html.includes(`<code>${url}</code>`)).toBe(url !== undefined)
    expect(json === undefined ? undefined : JSON.parse(json)).toEqual(
      url === undefined
        ? undefined
        : {
            resource: identifier,
            resource_name: 'Invoices',
            authorization_servers: [issuer],
            scopes_supported: ['invoices:read', 'invoices:write'],
            bearer_methods_supported: ['header'],
          },
    )
  })

  it('are changed, with exactly the listed scopes', async () => {
    await send(root, '/admin/apis/new', typed)
    const page = await root.get(`/admin/apis/${key(identifier)}`)
    expect(page.forms[0]?.fields).toMatchObject({
      name: 'Invoices',
      access_token_lifetime: '5m',
      scopes: 'invoices:read See your invoices\ninvoices:write Write invoices',
      restricted_scopes: typed.restricted_scopes,
    })
    await page.submit({ scopes: 'invoices:read Look at your invoices', identifier: 'https://other.example' })
    const { results } = await env.DB.prepare(
      `SELECT name, description, resource, restricted FROM scopes WHERE name LIKE 'invoices%' ORDER BY name`,
    ).all()
    expect(results).toEqual([
      { name: 'invoices:all', description: 'See everybody’s invoices', resource: identifier, restricted: 1 },
      { name: 'invoices:read', description: 'Look at your invoices', resource: identifier, restricted: 0 },
    ])
  })

  it('end a scope name at the first colon followed by a space', async () => {
    const scopes = 'invoices:read: Read: all\ninvoices:write Write: all\ninvoices:a:b:  See'
    expect((await send(root, '/admin/apis/new', { ...typed, scopes })).status).toBe(303)
    const { results } = await env.DB.prepare(
      `SELECT name, description FROM scopes WHERE resource = ? AND restricted = 0 ORDER BY name`,
    )
      .bind(identifier)
      .all()
    expect(results).toEqual([
      { name: 'invoices:a:b', description: 'See' },
      { name: 'invoices:read', description: 'Read: all' },
      { name: 'invoices:write', description: 'Write: all' },
    ])
  })

  it('list the applications that may introspect their tokens, only confidential ones', async () => {
    const other = await register(ada, { name: 'Gateway' })
    const open = await register(ada, { name: 'Phone', client_type: 'public' })
    const named = async () =>
      (
        await env.DB.prepare('SELECT client_id FROM api_introspectors WHERE resource = ? ORDER BY client_id')
          .bind(identifier)
          .all<{ client_id: string }>()
      ).results.map(({ client_id }) => client_id)
    const both = [known.client.id, other.client.id]
    await send(root, '/admin/apis/new', { ...typed, introspectors: `${both.join('\r\n')}\r\n` })
    expect(await named()).toEqual([...both].sort())
    const path = `/admin/apis/${key(identifier)}`
    expect((await root.get(path)).forms[0]?.fields.introspectors?.split('\n').sort()).toEqual(
      [...both].sort(),
    )
    const refused = await send(root, path, { introspectors: open.client.id })
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(open.client.id)])
    await send(root, path, { introspectors: other.client.id })
    expect(await named()).toEqual([other.client.id])
    await send(root, path, { introspectors: '' })
    expect(await named()).toEqual([])
  })

  it('list separately the applications that may get tokens for them by exchange', async () => {
    await send(root, '/admin/apis/new', { ...typed, exchangers: known.client.id })
    const rows = async () =>
      (await env.DB.prepare('SELECT client_id FROM api_exchangers WHERE resource = ?').bind(identifier).all())
        .results
    expect(await rows()).toEqual([{ client_id: known.client.id }])
    const path = `/admin/apis/${key(identifier)}`
    const { fields } = (await root.get(path)).forms[0] ?? {}
    expect([fields?.introspectors, fields?.exchangers]).toEqual(['', known.client.id])
    const refused = await send(root, path, { exchangers: 'nobody' })
    expect([refused.status, refused.html.includes('href="#exchangers"')]).toEqual([400, true])
    await send(root, path, { exchangers: '' })
    expect(await rows()).toEqual([])
  })

  it.each([
    ['access_token_signed_response_alg', 'none'],
    ['access_token_typ', 'logout+jwt'],
  ])('accept no other %s than they offer', async (field, value) => {
    const page = await send(root, '/admin/apis/new', { ...typed, [field]: value })
    expect([page.status, page.html.includes(`href="#${field}"`)]).toEqual([400, true])
    expect(await env.DB.prepare('SELECT count(*) AS n FROM resources').first('n')).toBe(0)
  })

  it('do not take scopes of others', async () => {
    const page = await send(root, '/admin/apis/new', { ...typed, scopes: 'openid Know your account ID' })
    expect([page.status, page.text.includes('openid already exists elsewhere')]).toEqual([400, true])
    await send(root, '/admin/apis/new', typed)
    expect((await send(root, '/admin/apis/new', typed)).text).toContain('already exists.')
  })

  it.each<[string, Record<string, string>, string]>([
    ['no address', { identifier: 'invoices' }, 'identifier'],
    ['a fragment', { identifier: 'https://api.example/#x' }, 'identifier'],
    ['this server', { identifier: 'http://localhost:8000' }, 'identifier'],
    ['no name', { name: ' ' }, 'name'],
    ['a long lifetime', { access_token_lifetime: '31d' }, 'access_token_lifetime'],
    ['no description', { scopes: 'invoices:read' }, 'scopes'],
    ['a quote', { scopes: 'in"voices See' }, 'scopes'],
    ['a name that ends with a colon', { scopes: 'invoices: ' }, 'scopes'],
    ['an unknown application for introspection', { introspectors: 'nobody' }, 'introspectors'],
    ['one twice', { restricted_scopes: 'invoices:read See' }, 'restricted_scopes'],
  ])('with %s are refused, and what was typed stays', async (_, changes, field) => {
    const page = await send(root, '/admin/apis/new', { ...typed, ...changes })
    expect([page.status, page.html.includes(`href="#${field}"`)]).toEqual([400, true])
    expect(page.forms[0]?.fields).toMatchObject({ ...typed, ...changes })
    expect(await env.DB.prepare('SELECT count(*) AS n FROM resources').first('n')).toBe(0)
  })

  it('are deleted with their scopes, once, whatever is sent later', async () => {
    await send(root, '/admin/apis/new', typed)
    const faulty = carriedTo(startServer({ bindings: { DB: everyBatchTwice() } }), root)
    const form = await faulty.get(`/admin/apis/${key(identifier)}/delete`)
    expect(form.text).toContain('invoices:all, invoices:read, invoices:write')
    expect((await form.submit({})).status).toBe(303)
    expect((await root.get(`/admin/apis/${key(identifier)}`)).status).toBe(404)
    expect(
      await env.DB.prepare(`SELECT count(*) AS n FROM scopes WHERE name LIKE 'invoices%'`).first('n'),
    ).toBe(0)
    expect((await ada.get(authorizePath(known, { resource: identifier }))).location).toContain(
      'invalid_target',
    )

    await send(root, '/admin/apis/new', typed)
    server.now += 10
    const late = carriedTo(server, root)
    expect((await late.post(form.forms[0]?.action ?? '', form.forms[0]?.fields ?? {})).status).toBe(303)
    expect((await root.get(`/admin/apis/${key(identifier)}`)).status).toBe(200)
  })
})

describe('scopes', () => {
  it('are created, changed and deleted', async () => {
    const made = { name: 'files:read', description: 'See your files', restricted: 'no' }
    expect((await send(root, '/admin/scopes/new', made)).status).toBe(303)
    expect((await ada.get(pathOf(known, '/policy'))).text).toContain('See your files')
    await send(root, `/admin/scopes/${key('files:read')}`, { restricted: 'yes' })
    expect((await ada.get(pathOf(known, '/policy'))).text).not.toContain('See your files')
    expect((await root.get('/admin/scopes')).text).toContain('files:read')
    await send(root, `/admin/scopes/${key('files:read')}/delete`)
    expect((await root.get(`/admin/scopes/${key('files:read')}`)).status).toBe(404)
    expect((await root.get('/admin/scopes')).text).not.toContain('files:read')
    // The form has the words that people see, until an administrator chooses others.
    const openid = `/admin/scopes/${key('openid')}`
    expect((await root.get(openid)).html).toContain('value="Know your account ID"')
    await send(root, openid, { description: 'Recognise you' })
    expect((await root.get(openid)).html).toContain('value="Recognise you"')
    await send(root, openid, { description: 'Know who you are' })
    expect((await root.get(openid)).html).toContain('value="Know your account ID"')
  })

  it("that the server needs can't be deleted", async () => {
    expect((await root.get(`/admin/scopes/${key('openid')}/delete`)).status).toBe(404)
    const form = (await root.get(`/admin/scopes/${key('read')}/delete`)).forms[0]?.fields ?? {}
    expect((await root.post(`/admin/scopes/${key('openid')}/delete`, form)).status).toBe(404)
    expect((await root.get(`/admin/scopes/${key('openid')}`)).status).toBe(200)
  })

  it.each([
    [{ name: 'a b', description: 'x' }, 'A name has up to 100 characters'],
    [{ name: 'files:x', description: ' ' }, 'Say what files:x lets'],
    [{ name: 'openid', description: 'x' }, 'A scope with this name already exists.'],
  ])('%j is refused', async (typed, problem) => {
    const page = await send(root, '/admin/scopes/new', typed)
    expect([page.status, page.text.includes(problem)]).toEqual([400, true])
    expect(page.forms[0]?.fields).toMatchObject({ name: typed.name })
  })
})

describe('a change in the administration', () => {
  const key = (text: string) => Buffer.from(text).toString('base64url')
  const undoIn = ({ html }: Page) =>
    /<a href="([^"]+\?kept=[^"]+)">Undo/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const fieldsOf = (page: Page, field: string) =>
    page.forms.find(({ fields }) => field in fields)?.fields ?? {}

  it.each([
    ['/admin/apis', { identifier: 'https://long.example' }, 'resources', 'identifier'],
    ['/admin/servers', { issuer: 'https://long.example' }, 'other_servers', 'issuer'],
  ])('at %s has a limit for new names, and keeps older ones', async (list, ids, table, column) => {
    const long = 'W'.repeat(61)
    const refused = await (await root.get(`${list}/new`)).submit({ ...ids, name: long })
    expect([refused.status, refused.text.includes('The name has 61 characters. Use at most 60.')]).toEqual([
      400,
      true,
    ])
    expect((await (await root.get(`${list}/new`)).submit({ ...ids, name: 'W'.repeat(60) })).status).toBe(303)
    await env.DB.prepare(`UPDATE ${table} SET name = ? WHERE ${column} = 'https://long.example'`)
      .bind(long)
      .run()
    const path = `${list}/${key('https://long.example')}`
    expect((await (await root.get(path)).submit({})).status).toBe(303)
    expect((await (await root.get(path)).submit({ name: `${long}W` })).status).toBe(400)
  })

  it.each([
    [
      '/admin/scopes',
      'undo:it',
      { description: 'Before' },
      { description: 'After' },
      'name',
      'Saved: undo:it',
    ],
    [
      '/admin/apis',
      'https://undo.example',
      { name: 'Before', scopes: 'undo:b Bb\nundo:a Aa' },
      { name: 'After', scopes: 'undo:c Cc' },
      'identifier',
      'Saved: After',
    ],
    [
      '/admin/servers',
      'https://undo-idp.example',
      { name: 'Before', audience: 'https://before.example' },
      { name: 'After', audience: '' },
      'issuer',
      'Saved: After',
    ],
    [
      '/admin/authorization-details',
      'undo_type',
      { title: 'Before', schema: '{"properties":{"a":{"type":"string"}}}' },
      { title: 'After', schema: '{"properties":{"b":{"type":"string"}}}' },
      'type',
      'Saved: After',
    ],
  ])(
    'at %s can be undone, unless somebody has changed it since',
    async (list, name, before, after, id, said) => {
      const created = await (await root.get(`${list}/new`)).submit({ [id]: name, ...before })
      const path = `${list}/${key(name)}`
      const next = list === '/admin/apis' ? `${path}?saved=` : `${list}?saved=${key(name)}`
      expect([created.status, created.location]).toEqual([303, next])
      const original = fieldsOf(await root.get(path), Object.keys(before)[0] ?? '')
      const saved = await root.get((await (await root.get(path)).submit({ ...after })).location)
      expect(saved.text).toContain(`${said} Undo`)
      const form = await root.get(undoIn(saved))
      expect([form.status, form.text.includes('from before your last change')]).toEqual([200, true])
      expect((await form.submit({})).status).toBe(303)
      const { form_token: _, attempt: __, ...values } = original
      expect(fieldsOf(await root.get(path), Object.keys(before)[0] ?? '')).toMatchObject(values)
      const late = await root.get(undoIn(saved))
      expect([late.status, late.text.includes('changed this since then')]).toEqual([400, true])
      const gone = await (await root.get(`${path}/delete`)).submit({})
      expect((await root.get(gone.location)).text).toMatch(/(Scope|API|server|Type .*) deleted/)
    },
  )
})

describe('signing keys', () => {
  const keys = () =>
    env.DB.prepare(
      `SELECT generation, active_at FROM signing_keys WHERE alg = 'ES256' ORDER BY generation`,
    ).all()

  it('rotate by hand: published now, signing a little later, once', async () => {
    expect((await root.get('/admin/keys')).text).toContain('Current')
    const asked = await root.get('/admin/keys/ES256/rotation')
    expect(asked.text).toContain('A new key is published now, and signs from')
    const before = (await keys()).results.length
    const [answer] = await Promise.all([asked.submit({}), asked.submit({}), asked.submit({})])
    expect((await root.get(answer.location)).text).toContain('Key of the server rotated: ES256')
    // Words from elsewhere are not said.
    expect((await root.get('/admin/keys?saved=x')).html).not.toContain('role="status"')
    expect((await root.get('/admin/keys?saved=signing_key_made&key=hello')).text).not.toContain('hello')
    const { results } = await keys()
    expect(results).toHaveLength(before + 1)
    expect(results.at(-1)).toMatchObject({ active_at: startedAt + 900 })
    const page = await root.get('/admin/keys')
    expect(page.text).toContain('Signs from')
    expect(page.html).not.toContain('/admin/keys/ES256/rotation')
    expect(await eventsOf('signing_key_made')).toHaveLength(1)
    server.now += 600
    await asked.submit({})
    expect((await keys()).results).toHaveLength(before + 1)
    server.now = startedAt
    expect((await root.get('/admin/keys/none/rotation')).status).toBe(404)
  })
})

describe('an administrator who loses the role while the form is being sent', () => {
  /** The role is lost after every check, right before the write. */
  function losingRole(who: Browser, user: User): Browser {
    const db = new Proxy(env.DB, {
      get(target, property) {
        if (property === 'batch')
          return async (statements: D1PreparedStatement[]) => {
            if (statements.length > 1)
              await target.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(user.id).run()
            return target.batch(statements)
          }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    return carriedTo(startServer({ bindings: { DB: db } }), who)
  }

  it.each<[string, () => string, Record<string, string>]>([
    ['suspends no application', () => `/admin/applications/${known.client.id}/suspension`, {}],
    ['suspends nobody', () => userPath(adaUser, '/suspension'), {}],
    ['makes no administrator', () => userPath(adaUser, '/role'), { role: 'administrator' }],
    ['ends no sessions', () => userPath(adaUser, '/sessions'), {}],
    ['ends no access', () => userPath(adaUser, `/applications/${known.client.id}/end`), {}],
    [
      'creates no API',
      () => '/admin/apis/new',
      { identifier: 'https://late.example', name: 'x', scopes: 'late See' },
    ],
    ['changes no scope', () => `/admin/scopes/${key('write')}`, { description: 'changed' }],
    ['creates no scope', () => '/admin/scopes/new', { name: 'late', description: 'x' }],
    ['deletes no scope', () => `/admin/scopes/${key('write')}/delete`, {}],
  ])('%s', async (_, path, fields) => {
    const late = await addUser(`late${people++}`, 'administrator')
    const browser = await server.signedIn(late)
    const form = (await browser.get(path())).forms[0]?.fields ?? {}
    const before = await everything(late)
    expect((await losingRole(browser, late).post(path(), { ...form, ...fields })).status).toBe(404)
    expect(await everything(late)).toEqual(before)
  })
})

/** Everything that administrators change, except one user, whose role is lost. */
async function everything(but?: User): Promise<unknown> {
  const tables = [
    'clients',
    'resources',
    'scopes',
    'signing_keys',
    'consents',
    'authorizations',
    'sessions',
    'audit_events',
  ]
  const answers = await env.DB.batch([
    env.DB.prepare('SELECT * FROM users WHERE id <> ? ORDER BY id').bind(but?.id ?? ''),
    ...tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`)),
  ])
  return answers.map(({ results }) => results)
}

describe('for everybody else', () => {
  it('the pages do not exist, and nothing happens', async () => {
    const id = adaUser.id
    const paths = [
      userPath(rootUser),
      userPath(rootUser, '/suspension'),
      userPath(rootUser, '/role'),
      userPath(adaUser, `/applications/${known.client.id}/end`),
      `/admin/applications/${known.client.id}/suspension`,
      '/admin/apis',
      '/admin/apis/new',
      `/admin/apis/${key('https://api.example')}`,
      `/admin/apis/${key('https://api.example')}/delete`,
      '/admin/scopes',
      '/admin/scopes/new',
      `/admin/scopes/${key('read')}`,
      `/admin/scopes/${key('read')}/delete`,
      '/admin/keys',
      '/admin/keys/ES256/rotation',
      '/admin/audit',
      '/admin/audit.csv',
      '/admin/logouts',
    ]
    const form = (await ada.get('/o/applications/register')).forms[0]?.fields ?? {}
    const before = await everything()
    const fields = {
      ...form,
      suspended: 'true',
      role: 'administrator',
      name: 'x',
      description: 'x',
      identifier: 'https://x.example',
    }
    for (const path of paths) {
      expect([path, (await ada.get(path)).status]).toEqual([path, 404])
      expect([path, [404, 405].includes((await ada.post(path, fields)).status)]).toEqual([path, true])
    }
    expect(await everything()).toEqual(before)
    expect(id).toBe(adaUser.id)
  })
})
