import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { listen } from '../elsewhere.ts'
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
  await world.db.prepare(`DELETE FROM connections WHERE id = 'there1'`).run()
}

/** A plain OAuth 2 provider that asks nobody anything. */
async function startOAuth(): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (pathname === '/authorize') {
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.search = String(new URLSearchParams({ code: 'x', state: searchParams.get('state') ?? '' }))
      response.writeHead(302, { Location: back.href }).end()
      return
    }
    const answer = pathname === '/token' ? { access_token: 'x' } : { id: 7, preferred_username: 'niklas' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  const port = await listen(server)
  assert.ok(port > 0)
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://localhost:${port}`
}
