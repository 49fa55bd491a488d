import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { nameKey } from '../../src/rules/people/person.ts'
import { presets } from '../../src/rules/sign-in/presets.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { subjectsOfAccount } from '../../src/secrets/try-subject.ts'
import type { User } from '../../src/store/people/users.ts'
import { carriedTo, register } from '../applications.ts'
import { addPasskey, SoftAuthenticator } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { everything } from '../database.ts'
import { betweenReadAndWrite } from '../faults.ts'
import { type Known, obtainCode } from '../flow.ts'
import { addUser, applySchema, startedAt, startServer } from '../server.ts'

const config = { ...parseConfig({ ...env }), signUp: 'invitation' as const }

/** Every POST of a change that needs a right, from the app's own routes: a new one fails until it is added below. */
const posts = [
  ...new Set(
    createApp(config, () => startedAt)
      .routes.filter(({ method, path }) => method === 'POST' && /^\/(admin|o\/applications)/.test(path))
      .map(({ path }) => path),
  ),
].sort()

/** The subjects of the pages. */
const keys: Readonly<Record<string, string>> = {
  apis: 'https://api.example',
  servers: 'https://acme.example',
}

const githubSettings = JSON.stringify({ endpoints: presets.github.endpoints })

interface Sent {
  /** The input for the page's form; `{ada}` is the username of the person concerned. */
  readonly fields: Record<string, string>
  /** The page of the form, if it is not at the same URL. */
  readonly page?: string
  /** Changes of the application for this route. */
  readonly client?: string
}

const sent: Readonly<Record<string, Sent>> = {
  '/admin/apis/new': { fields: { identifier: 'https://new.example', name: 'New', scopes: 'new:read Read' } },
  '/admin/apis/:key': { fields: { name: 'Other' } },
  '/admin/apis/:key/delete': { fields: {} },
  '/admin/applications/:clientId/approval': {
    fields: { decision: 'approve' },
    client: "suspended_at = 1, approval = 'waiting'",
  },
  '/admin/applications/:clientId/suspension': { fields: {} },
  '/admin/applications/selection': {
    fields: {},
    page: '/admin/applications/selection?act=approve&id=:clientId',
    client: "suspended_at = 1, approval = 'waiting'",
  },
  '/admin/applications/:clientId/trust': { fields: { trust: 'verified' } },
  '/admin/audit.csv': { fields: {} },
  '/admin/connections': { fields: { down: 'acme' } },
  '/admin/connections/new': {
    fields: { name: 'New', client_id: 'x', client_secret: 'y' },
    page: '/admin/connections/new?kind=github',
  },
  '/admin/connections/:connection': { fields: { name: 'Changed' } },
  '/admin/connections/:connection/claims': { fields: { subject: 'id', act: '' } },
  '/admin/connections/:connection/delete': { fields: { name: 'Acme' } },
  '/admin/connections/:connection/secret': { fields: { client_secret: 'another' } },
  '/admin/connections/:connection/suspension': { fields: {} },
  '/admin/invitations': { fields: { email: 'guest@example.com' } },
  '/admin/invitations/:id/withdrawal': { fields: {}, page: '/admin/invitations' },
  '/admin/keys/:alg/rotation': { fields: {} },
  '/admin/keys/:kid/withdrawal': { fields: {} },
  '/admin/servers/new': { fields: { issuer: 'https://new.example', name: 'New' } },
  '/admin/servers/:key': { fields: { name: 'Other' } },
  '/admin/servers/:key/delete': { fields: {} },
  '/admin/authorization-details/new': {
    fields: { type: 'transfer', title: 'Transfer', schema: '{"properties":{}}' },
  },
  '/admin/authorization-details/:key': { fields: { title: 'Changed' } },
  '/admin/authorization-details/:key/delete': { fields: {} },
  '/admin/scopes/new': { fields: { name: 'files:read', description: 'See files' } },
  '/admin/scopes/:key': { fields: { description: 'Changed' } },
  '/admin/scopes/:key/delete': { fields: {} },
  '/admin/users/new': { fields: { username: 'newcomer', email: 'newcomer@example.com', how: 'mail' } },
  '/admin/users/:userId/applications/:clientId/end': { fields: {} },
  '/admin/users/:userId/claims': { fields: { groups: 'staff' } },
  '/admin/users/:userId/delete': { fields: { username: '{ada}' } },
  '/admin/users/:userId/factors': { fields: {} },
  '/admin/users/:userId/identities/:identity': { fields: {} },
  '/admin/users/:userId/lock': { fields: {} },
  '/admin/users/:userId/role': { fields: { role: 'support' } },
  '/admin/users/:userId/sessions': { fields: {} },
  '/admin/users/:userId/suspension': { fields: {} },
  '/admin/users/selection': { fields: {}, page: '/admin/users/selection?act=suspend&id=:userId' },
  '/o/applications/:clientId/delete': { fields: { name: 'Diary' } },
  '/o/applications/:clientId/device': { fields: {}, client: `grants = 'authorization-code device-code'` },
  '/o/applications/:clientId/logo': { fields: { remove: 'yes' } },
  '/o/applications/:clientId/policy': { fields: { scope: 'read' } },
  '/o/applications/:clientId/resumption': { fields: {}, client: 'suspended_at = 1, awaits_owner = 1' },
  '/o/applications/:clientId/secrets': { fields: { expires: 'never' } },
  '/o/applications/:clientId/secrets/:secretId/delete': { fields: {} },
  '/o/applications/:clientId/update': { fields: { name: 'Renamed' } },
}

/** Routes where nobody can lose a right. */
const exceptions: Readonly<Record<string, string>> = {
  '/admin/health': 'it changes nothing: a test mail goes to the person who asks',
  '/o/applications/register': 'it is for everybody; where it takes a role, roles.test.ts has it',
}

const routes = Object.keys(sent).map((route) => [route] as const)

let ada: User
let known: Known
let actor: User
let browser: Browser
let open: (route: string) => string
const server = startServer({ config })

beforeAll(applySchema)

beforeEach(async () => {
  server.now = startedAt
  const name = randomText(6)
  ada = await addUser(`ada-${name}`)
  const adas = await server.signedIn(ada)
  // One that was verified before would forbid another with its name.
  await env.DB.prepare(`DELETE FROM clients WHERE name = 'Diary'`).run()
  known = await register(adas, { name: 'Diary' })
  await obtainCode(adas, known)
  await addPasskey(adas, new SoftAuthenticator())
  actor = await addUser(`actor-${name}`, 'administrator')
  browser = await server.signedIn(actor)
  const [subject = ''] = subjectsOfAccount(nameKey(ada.username), ada.id)
  await env.DB.batch([
    env.DB.prepare('DELETE FROM resources'),
    env.DB.prepare('DELETE FROM other_servers'),
    env.DB.prepare('DELETE FROM connections'),
    ...['acme', 'other'].map((id) =>
      env.DB.prepare(
        `INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
         VALUES (?, 'github', 'Acme', 0, 'x', ?, 1, 1)`,
      ).bind(id, githubSettings),
    ),
    env.DB.prepare('DELETE FROM invitations'),
    env.DB.prepare('DELETE FROM authorization_details_types'),
    env.DB.prepare(`INSERT INTO authorization_details_types VALUES ('pay', 'Pay', '{"properties":{}}')`),
    env.DB.prepare(`DELETE FROM scopes WHERE name LIKE '%:read'`),
    env.DB.prepare(`INSERT OR IGNORE INTO scopes (name, description) VALUES ('pay', 'Pay')`),
    env.DB.prepare(`DELETE FROM users WHERE username = 'newcomer'`),
    env.DB.prepare(
      `INSERT INTO resources (identifier, name, created_at) VALUES ('https://api.example', 'API', 0)`,
    ),
    env.DB.prepare(
      `INSERT INTO other_servers (issuer, name, user_field, user_claim, assertion_scope, created_at)
       VALUES ('https://acme.example', 'Acme', 'id', 'sub', '', 0)`,
    ),
    env.DB.prepare(
      `INSERT INTO invitations (id, token_hash, email, was_mailed, invited_by, created_at, expires_at)
       VALUES ('invited', 'x', 'other@example.com', 1, ?, ?, ?)`,
    ).bind(actor.id, startedAt, startedAt + 1000),
    env.DB.prepare(
      `INSERT INTO client_logos (client_id, hash, type, content) VALUES (?, 'hash', 'image/png', 'AAAA')`,
    ).bind(known.client.id),
    env.DB.prepare(
      `INSERT INTO sign_in_attempts (subject, attempts, attempted_at, locked_until, forgotten_at, claimed_by)
       VALUES (?, 7, ?, ?, ?, 'stranger')`,
    ).bind(subject, startedAt, startedAt + 1000, startedAt + 2000),
  ])
  const connection = await addConnection()
  await addIdentity(connection, ada, 'ada')
  await server.fetch('/.well-known/jwks.json')
  const kid = await env.DB.prepare('SELECT kid FROM signing_keys WHERE withdrawn_at IS NULL').first('kid')
  const secret = await env.DB.prepare('SELECT secret_hash FROM client_secrets WHERE client_id = ?')
    .bind(known.client.id)
    .first<string>('secret_hash')
  const key = (text: string) => Buffer.from(text).toString('base64url')
  open = (route) =>
    route
      .replace(':userId', ada.id)
      .replace(':clientId', known.client.id)
      .replace(':identity', key(`${connection.id}\nada`))
      .replace(':secretId', `${secret}`.slice(0, 12))
      .replace(':alg', 'ES256')
      .replace(':kid', `${kid}`)
      .replace(':connection', 'acme')
      .replace(':id', 'invited')
      .replace(':key', key(keys[route.split('/')[2] ?? ''] ?? 'pay'))
})

/** Mails are claimed and sent, and events are sealed, after the act. */
const afterwards = ['outbox', 'used_challenges', 'audit_heads', 'event_counts']

const rows = () => everything(env.DB, afterwards)

const formAt = async (route: string) => {
  const { fields, page = route, client } = sent[route] ?? { fields: {} }
  if (client !== undefined)
    await env.DB.prepare(`UPDATE clients SET ${client} WHERE id = ?`).bind(known.client.id).run()
  const shown = await browser.get(open(page))
  expect([route, shown.status]).toEqual([route, 200])
  const names = Object.keys(fields)
  const form = shown.forms.find(({ fields }) => names.some((name) => name in fields)) ??
    shown.forms.at(-1) ?? { fields: {} }
  const typed = Object.entries(fields).map(([name, value]) => [name, value.replace('{ada}', ada.username)])
  return { ...form.fields, ...Object.fromEntries(typed) }
}

const send = (at: Browser, route: string, fields: Record<string, string>) => {
  if (!route.endsWith('/logo')) return at.post(open(route), fields)
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return at.upload(open(route), body)
}

describe('every change that requires a right', () => {
  it('is in this table', () => {
    expect(posts).toEqual([...Object.keys(sent), ...Object.keys(exceptions)].sort())
  })

  it.each(routes)('POST %s changes something for somebody who has it', async (route) => {
    const fields = await formAt(route)
    const before = await rows()
    expect((await send(browser, route, fields)).status).toBeLessThan(400)
    expect(await rows()).not.toEqual(before)
  })

  const losses: Readonly<Record<string, () => Promise<unknown>>> = {
    'lost the role': () => env.DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(actor.id).run(),
    'was suspended': () =>
      env.DB.prepare(`UPDATE users SET suspended_at = 1 WHERE id = ?`).bind(actor.id).run(),
  }

  it.each(routes.flatMap(([route]) => Object.keys(losses).map((loss) => [route, loss] as const)))(
    'POST %s changes nothing, and notes nothing, for an administrator who %s in the meantime',
    async (route, loss) => {
      const fields = await formAt(route)
      // A request has a few batches: any of them may write.
      for (const batch of [2, 3, 4]) {
        let before: unknown
        const lose = async () => {
          await losses[loss]?.()
          before = await rows()
        }
        const racing = startServer({ config, bindings: { DB: betweenReadAndWrite(lose, env.DB, batch) } })
        await send(carriedTo(racing, browser), route, fields)
        if (before === undefined) break
        expect([batch, await rows()]).toEqual([batch, before])
        await env.DB.prepare(`UPDATE users SET role = 'administrator', suspended_at = NULL WHERE id = ?`)
          .bind(actor.id)
          .run()
      }
    },
  )
})
