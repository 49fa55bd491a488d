import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { register } from '../applications.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { addClient, addUser, applySchema, password, startedAt, startServer } from '../server.ts'

const hours = 3600

/** Every URL of the app that accepts POST, from the table of routes itself: a new one is included automatically. */
const posts = [
  ...new Set(
    createApp(parseConfig({ ...env }), () => startedAt)
      .routes.filter(({ method }) => method === 'POST')
      .map(({ path }) => path),
  ),
].sort()

const program = 'a program sends it, which has no session'
const signsIn = 'nobody has to be signed in'
const takesAway = 'it only takes access away, at once'

/** Routes that a session of two hours may use, with the reason. All others need a fresh proof. */
const exceptions: Readonly<Record<string, string>> = {
  '/o/token': program,
  '/o/introspect': program,
  '/o/revoke_token': program,
  '/o/userinfo': program,
  '/o/device-authorization': program,
  '/o/backchannel-authentication': program,
  '/o/par': program,
  '/o/register': program,
  '/login/with/:connection/logout': program,
  '/account/requests': 'consent, as at /o/authorize',
  '/o/device': 'consent, as at /o/authorize; the code on the device is the proof',
  '/o/applications/:clientId/device': 'it makes a code that somebody has to allow, as any device does',
  '/setup': signsIn,
  '/login': signsIn,
  '/login/code': signsIn,
  '/login/browser': signsIn,
  '/login/passkey': signsIn,
  '/login/work': signsIn,
  '/login/with/:connection': signsIn,
  '/login/with/:connection/new': signsIn,
  '/login/with/:connection/callback': 'the answer of a provider, sent on as GET',
  '/signup': signsIn,
  '/password-reset': signsIn,
  '/password-reset/password': signsIn,
  '/account/email/confirmation': 'the link in the mail is the proof',
  '/account/email/verification': 'it sends a link to the address that is there already',
  '/o/authorize': 'the application says by max_age and prompt how new a sign-in has to be',
  '/o/logout': takesAway,
  '/logout': takesAway,
  '/account/sessions': takesAway,
  '/account/applications/:clientId/remove': takesAway,
  '/admin/invitations/:id/withdrawal': takesAway,
  '/account/profile': 'what people say of themselves; nothing is decided by it',
  '/account/passkeys/offer': 'it remembers an answer in this browser',
}

const server = startServer({ config: { signUp: 'invitation' } })
let root: Browser
let device: SoftAuthenticator
let filled: (path: string) => string

beforeAll(async () => {
  await applySchema()
  const admin = await addUser('root', 'administrator')
  const other = await addUser('other')
  root = await server.signedIn(admin)
  const { client } = await register(root)
  device = new SoftAuthenticator()
  await addPasskey(root, device)
  await usePasskey(root, device)
  const passkey = await env.DB.prepare('SELECT id FROM passkeys').first<string>('id')
  filled = (path) =>
    path
      .replace(':userId', other.id)
      .replace(':clientId', client.id)
      .replace(':alg', 'ES256')
      .replace(/:key\b/, Buffer.from('write').toString('base64url'))
      .replace(':id', passkey ?? '')
      .replace(/:\w+/, 'nobody')
})

const send = async (path: string) => {
  const fields = (await root.get('/account/profile')).forms[0]?.fields ?? {}
  server.now = startedAt + 2 * hours
  return root.post(filled(path), fields)
}

describe('a session that is two hours old', () => {
  it('lists only existing routes', () => {
    expect(posts.length).toBeGreaterThan(40)
    expect(posts).toEqual(expect.arrayContaining(Object.keys(exceptions)))
  })

  it.each(posts.filter((path) => !(path in exceptions)))('at POST %s needs a fresh proof', async (path) => {
    const { status, location } = await send(path)
    expect([status, location]).toEqual([303, expect.stringMatching(/^\/login\?next=[^&]+&again=/)])
  })

  it.each(Object.entries(exceptions))('at POST %s needs no fresh proof: %s', async (path) => {
    server.now = startedAt
    // A copy of the session: some of these end it.
    const copy = server.browser()
    await usePasskey(copy, device)
    const fields = (await copy.get('/account/profile')).forms[0]?.fields ?? {}
    server.now = startedAt + 2 * hours
    expect((await copy.post(filled(path), fields)).location).not.toContain('again=')
  })
})

describe('what a developer typed before the proof', () => {
  const typed: readonly [string, Record<string, string>, RegExp][] = [
    ['/o/applications/register', { name: 'Kept', kind: 'spa', client_type: 'public' }, /value="Kept"/],
    [
      '/o/applications/:clientId/update',
      { redirect_uris: 'https://a.example/\nhttps://b.example/' },
      /b\.example/,
    ],
    [
      '/o/applications/:clientId/policy',
      { access_token_lifetime: '17m', scope: 'openid write' },
      /value="17m"/,
    ],
    ['/admin/scopes/new', { name: 'files:read', description: 'See files', restricted: 'yes' }, /See files/],
    ['/admin/scopes/:key', { description: 'Change it all', restricted: 'yes' }, /Change it all/],
    ['/admin/authorization-details/new', { type: 'pay', title: 'Pay somebody' }, /value="Pay somebody"/],
    [
      '/admin/connections/new?kind=github',
      { id: 'github', name: 'Kept', client_id: 'x', believes_email: 'yes' },
      /value="Kept"/,
    ],
    ['/admin/apis/new', { identifier: 'https://api.example', name: 'Files' }, /value="Files"/],
    ['/admin/servers/new', { issuer: 'https://acme.example', name: 'Acme' }, /value="Acme"/],
    ['/admin/invitations', { email: 'guest@example.com' }, /guest@example.com/],
  ]

  it.each(typed)('at %s is shown again after it', async (route, fields, expected) => {
    const user = await addUser(`kept-${route.replaceAll(/\W+/g, '-')}`, 'administrator')
    const { client } = await addClient(user)
    const path = route
      .replace(':clientId', client.id)
      .replace(':key', Buffer.from('write').toString('base64url'))
    const browser = await server.signedIn(user)
    const form = await browser.get(path)
    server.now += 2 * hours
    const { location } = await form.submit(fields)
    const login = await browser.get(location)
    const back = await browser.get((await login.submit({ username: user.username, password })).location)
    expect([back.status, back.html]).toEqual([200, expect.stringMatching(expected)])
    const { scope, ...others } = fields
    const [field = ''] = Object.keys(fields)
    expect(back.forms.find((form) => field in form.fields)?.fields).toMatchObject(others)
    if (scope !== undefined) {
      const checked = [...back.html.matchAll(/name="scope" value="(\w+)" checked/g)].map(([, name]) => name)
      expect(checked).toEqual(scope.split(' '))
    }
  })

  it('is left out of URLs where it could be a private key', async () => {
    const user = await addUser('careless')
    const { client } = await addClient(user)
    const browser = await server.signedIn(user)
    const path = `/o/applications/${client.id}/policy`
    const send = async (jwks: string) => {
      const form = await browser.get(path)
      server.now += 2 * hours
      const { location } = await form.submit({ scope: 'read', jwks })
      const again = (await browser.get(location)).submit({ username: user.username, password })
      return browser.get((await again).location)
    }
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    if (!('privateKey' in pair)) throw new Error('No key pair')
    const jwk = async (key: CryptoKey) => {
      const { kty, crv, x, y, d } = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey
      return JSON.stringify({ keys: [{ kty, crv, x, y, d }] })
    }
    expect((await send(await jwk(pair.publicKey))).forms.at(-1)?.fields.jwks).toBe(await jwk(pair.publicKey))
    expect((await send(await jwk(pair.privateKey))).forms.at(-1)?.fields.jwks).toBe('')
  })
})
