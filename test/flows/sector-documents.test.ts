import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { randomText } from '../../src/secrets/secret.ts'
import type { Browser, Page } from '../browser.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { betweenReadAndWrite } from '../faults.ts'
import { authorizePath } from '../flow.ts'
import { RelyingParty } from '../relying-party.ts'
import { addClient, addUser, applySchema, password, type Registered, startServer } from '../server.ts'

beforeAll(applySchema)
beforeEach(() => env.DB.prepare('DELETE FROM sign_in_attempts').run())
afterEach(() => vi.restoreAllMocks())

const { DB } = env
const openid = { ...defaultClientOpenid, pkceOptional: true, subjectType: 'pairwise' } as const
const own = ['https://notes.example/cb', 'https://notes-beta.example/cb']

let made = 0
/** A new one each time, since some documents are cached. */
const freshSector = () => `https://sector.example/uris-${made++}.json`

/** The answers of the web by URL, and the requested URLs. */
function serve(answers: Readonly<Record<string, unknown>>): string[] {
  const asked: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const url = String(input)
    asked.push(url)
    const answer = answers[url]
    if (answer instanceof Error) throw answer
    if (answer === undefined) return new Response('nothing', { status: 404 })
    const headers = { 'content-type': 'application/json' }
    return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { headers })
  })
  return asked
}

const policyPath = ({ client }: Registered) => `/o/applications/${client.id}/policy`

async function savePolicy(browser: Browser, registered: Registered, fields: Record<string, string>) {
  const page = await browser.get(policyPath(registered))
  return page.submit({ scope: 'openid offline_access', ...fields })
}

const saveUris = async (browser: Browser, { client }: Registered, uris: readonly string[]) =>
  (await browser.get(`/o/applications/${client.id}/update`)).submit({ redirect_uris: uris.join('\n') })

async function signedIn(world: Cast): Promise<Cast> {
  const { browser, user } = world.person
  await (await browser.get('/login')).submit({ username: user.username, password })
  return world
}

/** A person who is also the developer of this client. */
async function developing(redirectUris: readonly string[] = own): Promise<Cast> {
  return signedIn(await cast(undefined, { openid, redirectUris }))
}

/** The person's subject at a client that uses the first of these addresses. */
async function subjectAt(world: Cast, { client, secret }: Registered, redirectUris: readonly string[]) {
  const rp = new RelyingParty(world.server, { client: { ...client, redirectUris }, secret })
  return (await rp.verifyIdToken(await signIn({ ...world, rp }))).sub
}

/** The same person's subject at another client. */
async function subjectAtHost(world: Cast, redirectUri: string) {
  const registered = await addClient(world.person.user, { openid, redirectUris: [redirectUri] })
  return subjectAt(world, registered, [redirectUri])
}

/** The values in the form with these addresses. */
const filled = ({ forms }: Page) =>
  forms.find(({ fields }) => 'sector_identifier_uri' in fields || 'redirect_uris' in fields)?.fields ?? {}

const storedUri = ({ client }: Registered) =>
  DB.prepare(`SELECT json_extract(openid, '$.sector_identifier_uri') AS uri FROM clients WHERE id = ?`)
    .bind(client.id)
    .first('uri')

describe('a developer who names a sector’s document', () => {
  it('gets the sector of its host, once the document lists every redirect URI', async () => {
    const world = await developing()
    const { rp, person } = world
    const url = freshSector()
    serve({ [url]: [...own, 'https://other.example/cb'] })
    expect((await savePolicy(person.browser, rp.registered, { sector_identifier_uri: url })).status).toBe(303)
    const shared = await subjectAtHost(world, 'https://sector.example/anything')
    expect(await subjectAt(world, rp.registered, own)).toBe(shared)
  })

  it.each([
    ['a server that does not answer', new TypeError('no route'), 'Nothing could be read at'],
    ['an error', undefined, 'Nothing could be read at'],
    ['more than 64 KiB', `["${'x'.repeat(66_000)}"]`, 'Nothing could be read at'],
    ['a body that is not JSON', '<html>', 'is not JSON'],
    ['a body that is not an array', { redirect_uris: own }, 'not an array of strings'],
    ['an array of other things', [1, ...own], 'not an array of strings'],
    ['a missing one', [own[0]], `${own[1]} is not in the list at`],
    ['another spelling', [own[0], `${own[1]}/`], `${own[1]} is not in the list at`],
  ])('is told the error: %s', async (_, answer, said) => {
    const { rp, person } = await developing()
    const url = freshSector()
    serve({ [url]: answer })
    const page = await savePolicy(person.browser, rp.registered, { sector_identifier_uri: url })
    expect(page.status).toBe(400)
    expect(page.text).toContain(said)
    expect(page.html).toContain('href="#sector_identifier_uri"')
    expect(await storedUri(rp.registered)).toBeNull()
  })

  it.each([
    ['loopback', ['http://127.0.0.1/cb', 'https://notes.example/cb']],
    ['a scheme', ['com.example.notes:/cb']],
  ])('proves nothing with an address that any program may use: %s', async (_, uris) => {
    const { rp, person } = await developing(uris)
    const url = freshSector()
    const asked = serve({ [url]: uris })
    const page = await savePolicy(person.browser, rp.registered, { sector_identifier_uri: url })
    expect(page.text).toContain('are all https addresses')
    expect(asked).toEqual([])
  })

  it('proves nothing without redirect URIs', async () => {
    const { rp, person } = await signedIn(
      await cast(undefined, { openid, redirectUris: [], grantType: 'client-credentials' }),
    )
    const url = freshSector()
    const asked = serve({ [url]: [] })
    const page = await savePolicy(person.browser, rp.registered, { sector_identifier_uri: url })
    expect([page.status, asked]).toEqual([400, []])
  })

  it('can’t make the server fetch a forbidden address, nor fetch without limit', async () => {
    const { rp, person } = await developing()
    const asked = serve({})
    const save = (url: string) => savePolicy(person.browser, rp.registered, { sector_identifier_uri: url })
    for (const url of ['https://db.internal/x', 'http://sector.example/x', 'https://10.0.0.1/x'])
      expect((await save(url)).status).toBe(400)
    expect(asked).toEqual([])
    for (let i = 0; i < 50; i++) await save(freshSector())
    expect(asked).toHaveLength(50)
    expect((await save(freshSector())).text).toContain('such addresses too often')
    expect(asked).toHaveLength(50)
  })
})

describe('an application with a sector’s document', () => {
  async function inSector(listed: readonly string[]) {
    const world = await developing()
    const url = freshSector()
    const asked = serve({ [url]: listed })
    const { rp, person } = world
    expect((await savePolicy(person.browser, rp.registered, { sector_identifier_uri: url })).status).toBe(303)
    asked.length = 0
    return { ...world, url, asked, browser: person.browser, registered: rp.registered }
  }

  it('gets a redirect URI only when the document lists it', async () => {
    const next = 'https://notes-next.example/cb'
    const { browser, registered, asked, url } = await inSector([...own, next])
    const refused = await saveUris(browser, registered, [...own, 'https://curious.example/cb'])
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('https://curious.example/cb is not in the list'),
    ])
    expect((await saveUris(browser, registered, [...own, next])).status).toBe(303)
    expect(asked).toEqual([url, url])
    expect(await storedUri(registered)).toBe(url)
  })

  it('causes no new fetch while nothing new is added', async () => {
    const { browser, registered, asked, url } = await inSector(own)
    expect((await savePolicy(browser, registered, { claims_in_id_token: 'no' })).status).toBe(303)
    expect((await saveUris(browser, registered, own.slice(0, 1))).status).toBe(303)
    expect(asked).toEqual([])
    expect(await storedUri(registered)).toBe(url)
  })

  it('is in no other sector after the document is removed', async () => {
    const world = await inSector([...own, 'https://victim.example/cb'])
    const { browser, registered } = world
    const victim = await subjectAtHost(world, 'https://victim.example/other')
    expect((await saveUris(browser, registered, ['https://victim.example/cb'])).status).toBe(303)
    expect((await savePolicy(browser, registered, { sector_identifier_uri: '' })).status).toBe(303)
    expect(await storedUri(registered)).toBeNull()
    expect(await subjectAt(world, registered, ['https://victim.example/cb'])).not.toBe(victim)
  })

  it('loses it when its redirect URIs change while the document is read', async () => {
    const { registered, person } = await developing().then(({ rp, person }) => ({
      registered: rp.registered,
      person,
    }))
    const url = freshSector()
    serve({ [url]: own })
    const move = () =>
      DB.prepare(`UPDATE clients SET redirect_uris = '["https://curious.example/cb"]' WHERE id = ?`)
        .bind(registered.client.id)
        .run()
    const page = await person.browser.get(policyPath(registered))
    // The third batch saves: one reads, one counts the fetches.
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(move, env.DB, 4) } }).browser()
    for (const [name, value] of person.browser.cookies) racing.cookies.set(name, value)
    const again = await racing.post(policyPath(registered), {
      ...filled(page),
      scope: 'openid',
      sector_identifier_uri: url,
    })
    expect(again.status).toBe(303)
    expect(await storedUri(registered)).toBeNull()
  })

  it("can't change its redirect URIs unnoticed while it gets one", async () => {
    const { rp, person } = await developing()
    const { registered } = rp
    const url = freshSector()
    const name = () =>
      DB.prepare(`UPDATE clients SET openid = json_set(openid, '$.sector_identifier_uri', ?) WHERE id = ?`)
        .bind(url, registered.client.id)
        .run()
    const path = `/o/applications/${registered.client.id}/update`
    const page = await person.browser.get(path)
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(name, env.DB, 3) } }).browser()
    for (const [key, value] of person.browser.cookies) racing.cookies.set(key, value)
    const saved = await racing.post(path, { ...filled(page), redirect_uris: 'https://curious.example/cb' })
    expect(saved.status).toBe(303)
    expect(await storedUri(registered)).toBeNull()
  })
})

describe('a client that registers itself', () => {
  const registration = {
    mode: 'open',
    initialAccessToken: '',
    approval: false,
    mostOfNetwork: 1000,
    documents: undefined,
  } as const
  const register = async (metadata: object, method = 'POST', path = '/o/register', token = '') => {
    if (token === '') await addUser(`keeper-${randomText(4)}`, 'administrator')
    const server = startServer({ config: { registration } })
    const headers = {
      'content-type': 'application/json',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    }
    return server.fetch(path, {
      method,
      headers,
      body: JSON.stringify({ subject_type: 'pairwise', redirect_uris: own, ...metadata }),
    })
  }

  it('is told which redirect URI its document lacks, and what it registered', async () => {
    const url = freshSector()
    serve({ [url]: [own[0]] })
    const refused = await register({ sector_identifier_uri: url })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      error: 'invalid_client_metadata',
      error_description: expect.stringContaining(
        `sector_identifier_uri: ${own[1]} is not in the list at ${url}`,
      ),
    })
    serve({ [url]: own })
    const registered = await register({ sector_identifier_uri: url })
    expect(registered.status).toBe(201)
    const answer = await registered.json<Record<string, string>>()
    expect(answer).toMatchObject({ subject_type: 'pairwise', sector_identifier_uri: url })
    const update = (redirect_uris: readonly string[]) =>
      register(
        { client_id: answer.client_id, redirect_uris, sector_identifier_uri: url },
        'PUT',
        `/o/register/${answer.client_id}`,
        answer.registration_access_token,
      )
    expect((await update([...own, 'https://curious.example/cb'])).status).toBe(400)
    expect((await update(own.slice(0, 1))).status).toBe(200)
  })
})

describe('a client that publishes its metadata', () => {
  async function visit(listed: unknown) {
    const sector = freshSector()
    const id = `https://agent.example/client-${made}.json`
    serve({
      [id]: { client_id: id, redirect_uris: own, subject_type: 'pairwise', sector_identifier_uri: sector },
      [sector]: listed,
    })
    const browser = await startServer().signedIn(await addUser(`reader-${randomText(6)}`))
    return browser.get(authorizePath({ client: { id, type: 'public', redirectUris: own }, secret: '' }))
  }

  it('is accepted when the document lists its redirect URIs, and otherwise redirects nobody', async () => {
    expect((await visit(own)).text).toContain('Authorize')
    expect((await visit([own[0]])).status).toBe(400)
    expect((await visit(undefined)).status).toBe(503)
  })
})
