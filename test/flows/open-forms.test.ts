import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { randomText } from '../../src/secrets/secret.ts'
import type { User } from '../../src/store/people/users.ts'
import { register } from '../applications.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { everything } from '../database.ts'
import { authorizePath, type Known, obtainCode } from '../flow.ts'
import { linkTo } from '../mails.ts'
import { afterPassword, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, startedAt, startServer } from '../server.ts'

const mail = { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } as const
const config = { ...parseConfig({ ...env }), signUp: 'open' as const, mail }

/** Every URL of the app that accepts POST, from the table of routes itself: a new one is included automatically. */
const posts = [
  ...new Set(
    createApp(config, () => startedAt)
      .routes.filter(({ method }) => method === 'POST')
      .map(({ path }) => path),
  ),
].sort()

const program = 'a program sends it'

/** URLs without a form on any page, with the reason. Every other one is opened below. */
const withoutForm: Readonly<Record<string, string>> = {
  '/o/token': program,
  '/o/introspect': program,
  '/o/revoke_token': program,
  '/o/userinfo': program,
  '/o/device-authorization': program,
  '/o/backchannel-authentication': program,
  '/o/par': program,
  '/o/register': program,
  '/login/with/:connection/callback': 'the provider sends it',
  '/login/with/:connection/new': 'it is there only after the provider answered; providers.test.ts has it',
  '/login/with/:connection/logout': program,
  '/setup': 'it is gone once there is an administrator; two-tabs.test.ts has it',
}

/** The page of the form, if a GET of the same URL does not show it. */
const pages: Record<string, string> = {
  '/admin/connections/new': '/admin/connections/new?kind=github',
  '/login/passkey': '/login',
  '/account/email/verification': '/account/email',
  '/admin/invitations/:id/withdrawal': '/admin/invitations',
  '/admin/users/selection': '/admin/users/selection?act=suspend&id=:userId',
  '/admin/applications/selection': '/admin/applications/selection?act=approve&id=:clientId',
}

const server = startServer({ config })
const device = new SoftAuthenticator()
let admin: User
let plain: User
let halfway: User
let known: Known
let filled: (route: string) => string

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await applySchema()
  await server.fetch('/.well-known/jwks.json')
  admin = await addUser('admin', 'administrator')
  plain = await addUser('plain', 'administrator')
  const ada = await addUser('ada')
  halfway = await addUser('halfway')
  await setUpAuthenticator(server, await server.signedIn(halfway))
  const first = await server.signedIn(admin)
  known = await register(first, { name: 'Diary' })
  // One that waits for approval can't be resumed.
  const approved = await register(first, { name: 'Approved' })
  await obtainCode(first, known)
  await addPasskey(first, device)
  await setUpAuthenticator(server, await strong())
  const adas = await server.signedIn(ada)
  await obtainCode(adas, known)
  await addPasskey(adas, new SoftAuthenticator())
  pages['/o/authorize'] = authorizePath(await addClient(admin), { prompt: 'consent' })
  await env.DB.batch([
    env.DB.prepare('UPDATE users SET review_since = ? WHERE id = ?').bind(startedAt, admin.id),
    env.DB.prepare(
      `UPDATE clients SET suspended_at = 1, awaits_owner = 1, approval = 'waiting',
         grants = 'authorization-code device-code' WHERE id = ?`,
    ).bind(known.client.id),
    env.DB.prepare(
      `INSERT INTO resources (identifier, name, created_at) VALUES ('https://api.example', 'API', 0)`,
    ),
    env.DB.prepare(`INSERT INTO authorization_details_types VALUES ('write', 'Write', '{"properties":{}}')`),
    env.DB.prepare(
      `INSERT INTO other_servers (issuer, name, user_field, user_claim, assertion_scope, created_at)
       VALUES ('https://acme.example', 'Acme', 'id', 'sub', '', 0)`,
    ),
    env.DB.prepare(
      `INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
       VALUES ('acme', 'oauth2', 'Acme', 0, 'latchkey',
         '{"endpoints":{"authorization":"https://acme.example","token":"","user":""}}', 0, 0)`,
    ),
    env.DB.prepare(
      `INSERT INTO authorization_details_types (type, title, schema) VALUES ('payment', 'Payment', '{"properties":{}}')`,
    ),
    env.DB.prepare(
      `INSERT INTO device_authorizations (device_code_hash, user_code_hash, client_id, user_id, scope, resources, poll_interval, origin,
         created_at, expires_at) VALUES ('w', 'w', ?, ?, 'read', '[]', 5, 'a.b', 0, ?)`,
    ).bind(approved.client.id, admin.id, startedAt + 100_000),
    env.DB.prepare(
      `INSERT INTO invitations (id, token_hash, email, was_mailed, invited_by, created_at, expires_at)
       VALUES ('invited', 'x', 'guest@example.com', 1, ?, ?, ?)`,
    ).bind(admin.id, startedAt, startedAt + 1000),
  ])
  const connection = await addConnection()
  await addIdentity(connection, ada, 'ada')
  await addIdentity(connection, admin, 'admin')
  const idOf = (text: string) => env.DB.prepare(text).first<string>('id')
  const passkey = await idOf(`SELECT id FROM passkeys WHERE user_id = '${admin.id}'`)
  const kid = await idOf('SELECT kid AS id FROM signing_keys')
  const secret = await idOf(
    `SELECT substr(secret_hash, 1, 12) AS id FROM client_secrets WHERE client_id = '${known.client.id}'`,
  )
  const key = (text: string) => Buffer.from(text).toString('base64url')
  filled = (route) =>
    route
      .replace(':userId', ada.id)
      .replace(':clientId', (route.endsWith('/suspension') ? approved : known).client.id)
      .replace(':connection', 'acme')
      .replace(':secretId', `${secret}`)
      .replace(':alg', 'ES256')
      .replace(':kid', `${kid}`)
      .replace(':identity', key(`${connection.id}\n${route.startsWith('/admin') ? 'ada' : 'admin'}`))
      .replace(':id', route.includes('passkeys') ? `${passkey}` : 'invited')
      .replace(
        ':key',
        key(
          route.startsWith('/admin/apis')
            ? 'https://api.example'
            : route.startsWith('/admin/servers')
              ? 'https://acme.example'
              : route.startsWith('/admin/authorization-details')
                ? 'payment'
                : 'write',
        ),
      )

  const visitor = server.browser()
  for (let i = 0; i < 5; i++)
    await (await visitor.get('/login')).submit({ username: ada.username, password: 'wrong password' })
  pages['/login/browser'] = await linkTo(ada.email ?? '')
  await (await visitor.get('/password-reset')).submit({ account: ada.username })
  pages['/password-reset/password'] = await linkTo(ada.email ?? '')
  const plains = await server.signedIn(plain)
  const ask = (await plains.get('/account/email')).forms.find(({ action }) =>
    action.endsWith('/verification'),
  )
  await plains.post(ask?.action ?? '', ask?.fields ?? {})
  pages['/account/email/confirmation'] = await linkTo(plain.email ?? '')
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
})

/** An administrator with every factor. */
async function strong(): Promise<Browser> {
  const browser = server.browser()
  await usePasskey(browser, device)
  return browser
}

interface Tab {
  readonly route: string
  readonly action: string
  readonly fields: Record<string, string>
}

/** A tab for each form that this browser is shown. A button may send its form elsewhere. */
async function openAll(browser: Browser): Promise<readonly Tab[]> {
  const tabs: Tab[] = []
  for (const route of posts.filter((path) => !(path in withoutForm))) {
    const target = filled(route)
    const page = await browser.get(filled(pages[route] ?? route))
    const own = page.forms.find(({ action }) => action.split('?')[0] === target)
    const form = own ?? (page.html.includes(`formaction="${target}"`) ? page.forms.at(-1) : undefined)
    if (page.status !== 200 || form === undefined) continue
    tabs.push({ route, action: own?.action ?? target, fields: form.fields })
  }
  return tabs
}

function send(browser: Browser, { route, action, fields }: Tab): Promise<Page> {
  if (!route.endsWith('/logo')) return browser.post(action, fields)
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return browser.upload(action, body)
}

const signIn = async (browser: Browser, { username }: User) =>
  (await browser.get('/login?again=')).submit({ username, password })
const signOut = async (browser: Browser) => (await browser.get('/logout')).submit({})
const somebody = async (browser: Browser) =>
  signIn(browser, await addUser(`a${randomText(6)}`, 'administrator'))

type Act = (browser: Browser) => Promise<unknown>

const withPassword = () => server.signedIn(plain)
const everybody: Readonly<Record<string, () => Promise<Browser>>> = {
  'an administrator with all factors': strong,
  'an administrator with a password': withPassword,
  'nobody yet': async () => server.browser(),
  'somebody at the second step': async () => (await afterPassword(server, halfway))[0],
}
const acts: Readonly<Record<string, Act>> = {
  'signs out': signOut,
  'signs in again by passkey': (browser) => usePasskey(browser, device, {}, '/account'),
  'signs in again by password': (browser) => signIn(browser, plain),
  'signs in as somebody else': somebody,
}

/** The browser, and the act in the other tab. */
const cases: readonly (readonly [keyof typeof everybody, keyof typeof acts])[] = [
  ['an administrator with all factors', 'signs out'],
  ['an administrator with all factors', 'signs in again by passkey'],
  ['an administrator with all factors', 'signs in as somebody else'],
  ['an administrator with a password', 'signs out'],
  ['an administrator with a password', 'signs in again by password'],
  ['an administrator with a password', 'signs in as somebody else'],
  ['nobody yet', 'signs in as somebody else'],
  ['somebody at the second step', 'signs in as somebody else'],
]

/** Data of the earlier person that must not be shown to the one who is signed in now. */
const personal = [
  '/account/applications/:clientId/remove',
  '/account/email/confirmation',
  '/account/identities/:identity/remove',
  '/account/passkeys/:id/name',
  '/account/passkeys/:id/remove',
  '/account/requests',
]

/** Counters that change with every request, and record no act of a person. */
const bookkeeping = ['audit_heads', 'event_counts', 'sign_in_attempts']

const outdated = 'signed in or out in another tab since this page was opened'
const opened = new Set<string>()

/** Problems of the answer to a form that another tab has outdated. */
function complain({ route }: Tab, answer: Page): readonly string[] {
  const isFine = answer.status === 200 || answer.status === 303
  if (answer.status === 404 && personal.includes(route)) return []
  return [
    ...(isFine || answer.forms.length > 0 ? [] : ['leads nowhere']),
    ...(isFine || answer.text.includes(outdated) ? [] : ['does not say why']),
    ...(/too long|cookies are off/.test(answer.text) ? ['says what is not so'] : []),
    ...(answer.status < 500 ? [] : ['fails']),
  ]
}

describe('every open form', () => {
  it.each(cases)(
    'in the browser of %s, while another tab %s, leads on and changes nothing',
    async (who, act) => {
      await env.DB.prepare('DELETE FROM sign_in_attempts').run()
      const browser = (await everybody[who]?.()) ?? server.browser()
      const tabs = await openAll(browser)
      await acts[act]?.(browser)
      const complaints: string[] = []
      let before = await everything(env.DB, bookkeeping)
      for (const tab of tabs) {
        opened.add(tab.route)
        const answer = await send(browser, tab)
        const after = await everything(env.DB, bookkeeping)
        const changed = Object.keys(after).filter(
          (table) => JSON.stringify(after[table]) !== JSON.stringify(before[table]),
        )
        before = after
        for (const complaint of [...complain(tab, answer), ...changed.map((table) => `changes ${table}`)])
          complaints.push(`${tab.route} ${answer.status} ${complaint}`)
      }
      expect(complaints).toEqual([])
    },
  )

  it('is in this table: no route is missing', () => {
    expect([...opened, ...Object.keys(withoutForm)].sort()).toEqual(posts)
  })
})
