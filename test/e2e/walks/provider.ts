import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { listen } from '../elsewhere.ts'
import { signIn } from '../people.ts'
import { expectRefused, press, type Walk } from './walk.ts'

/** Through another provider to a new account, and an answer that nobody asked for. */
export const walkThroughProvider: Walk = async ({ world, look }) => {
  const origin = await startOAuth()
  const endpoints = { authorization: `${origin}/authorize`, token: `${origin}/token`, user: `${origin}/user` }
  const settings = {
    endpoints,
    auth: { method: 'private_key_jwt' },
    claims: { subject: 'id' },
    signUp: 'everybody',
  }
  await world.db
    .prepare(
      `INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
       VALUES ('there1', 'oauth2', 'There', 0, 'latchkey', ?, 1, 1)`,
    )
    .bind(JSON.stringify(settings))
    .run()
  const page = await world.visitor()
  await page.goto('/login/with/there1/callback?state=unknown&code=x')
  await look(page, 'an answer that nobody asked for')
  expectRefused(world, 400)
  await page.goto('/login?next=/account')
  await look(page, 'sign in, with a provider')
  await page.goto('/login/with/there1?next=/account')
  await look(page, 'sign in with a provider')
  await press(page, 'Continue with There')
  await page.waitForURL('**/new?arrival=*')
  await look(page, 'a new account by a provider')
  await page.getByLabel('Email').fill('niklas@there.example')
  await press(page, 'Create the account')
  await page.waitForURL('**/account')
  await page.goto('/login/work')
  await look(page, 'a work address')
  // As after a fresh proof, and with another way in.
  await world.db.batch([
    world.db.prepare(`UPDATE sessions SET proven = 1 WHERE connection_id = 'there1'`),
    world.db.prepare(`UPDATE users SET password_hash = 'x' WHERE email = 'niklas@there.example'`),
  ])
  await page.goto('/account/identities')
  await page.getByText('Your account: Accounts elsewhere').waitFor({ state: 'attached' })
  await look(page, 'accounts elsewhere')
  await page.getByRole('link', { name: 'Remove There' }).click()
  await page.getByRole('heading', { name: 'Remove this account?', exact: true }).waitFor()
  await look(page, 'removing an account elsewhere')
  await world.addUser('lovelace', 'administrator')
  const admin = await world.visitor()
  const { id } = (await world.db
    .prepare(`SELECT id FROM users WHERE email = 'niklas@there.example'`)
    .first<{ id: string }>()) ?? { id: '' }
  await admin.goto(`/login?next=/admin/users/${id}`)
  await signIn(admin, 'lovelace')
  await admin.getByRole('link', { name: 'Remove: ' }).click()
  await admin.getByRole('heading', { name: 'Remove this way to sign in?', exact: true }).waitFor()
  await look(admin, 'removing a way to sign in of somebody')
  await admin.goto('/admin/connections/there1/test')
  await press(admin, 'Test There')
  await admin.waitForURL('**/test?answer=*')
  await look(admin, 'the answer to a test of a sign-in provider')
  // The button is marked also after signing out, which an OpenID provider offers, too.
  await page.goto('/logout')
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await page.goto('/login?next=/account')
  await page.getByText('Used last').waitFor()
  await look(page, 'sign in, with the provider used last')
  await world.db
    .prepare(
      `INSERT INTO connections (id, kind, name, position, issuer, client_id, settings, created_at, updated_at)
       VALUES ('there2', 'openid', ?, 1, ?, 'latchkey', '{}', 1, 1)`,
    )
    .bind('W'.repeat(40), origin)
    .run()
  await page.goto('/logout?with=there2')
  await page.getByRole('button', { name: 'Also sign out of' }).waitFor()
  await look(page, 'signed out, and there is a provider')
  await world.db.prepare(`DELETE FROM connections WHERE id IN ('there1', 'there2')`).run()
}

/** A provider that asks nobody anything: plain OAuth 2, and metadata of OpenID. */
export async function startOAuth(): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (pathname === '/authorize') {
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.search = String(new URLSearchParams({ code: 'x', state: searchParams.get('state') ?? '' }))
      response.writeHead(302, { Location: back.href }).end()
      return
    }
    const issuer = `http://${request.headers.host}`
    const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'end_session_endpoint']
    const answers: Readonly<Record<string, object>> = {
      '/token': { access_token: 'x' },
      '/user': { id: 7, preferred_username: 'niklas' },
      '/.well-known/openid-configuration': {
        issuer,
        ...Object.fromEntries(endpoints.map((name) => [name, `${issuer}/${name}`])),
      },
    }
    const answer = JSON.stringify(answers[pathname])
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
  })
  const port = await listen(server)
  assert.ok(port > 0)
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://localhost:${port}`
}
