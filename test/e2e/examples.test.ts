import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { freePort } from './elsewhere.ts'
import { runExample, type Settings, startExample, waitForOutput } from './example.ts'
import { fillApplication, openAdvanced, registerDevice, registerPublic, signIn } from './people.ts'
import { startWorld } from './world.ts'

/** Each example by its one command, with the values of its README. */

const world = await startWorld()
await world.addUser('ada')
const api = await startExample('api', { ISSUER: world.origin, PORT: '0' })
const places = { ISSUER: world.origin, API: api }

/** A new developer's browser, signed in. */
async function developer(): Promise<Page> {
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'ada')
  return page
}

/** An application with a secret, and the settings for starting it. */
async function registerConfidential(name: string, origin: string, grantType: string): Promise<Settings> {
  const page = await developer()
  await page.goto('/o/applications/register')
  const redirectUris = origin === '' ? '' : `${origin}/callback`
  await openAdvanced(page)
  await page.getByLabel('Post-logout redirect URIs').fill(origin === '' ? '' : `${origin}/`)
  await fillApplication(page, { name, type: 'Confidential', redirectUris })
  await page.getByLabel('Authorization grant type').selectOption({ label: grantType })
  await page.getByRole('button', { name: 'Register' }).click()
  const value = (label: string) => page.getByLabel(label, { exact: true }).inputValue()
  return { CLIENT_ID: await value('Client ID'), CLIENT_SECRET: await value('Client secret') }
}

test('the API refuses a request without a token, says which server to ask, and answers a preflight', async () => {
  const refused = await fetch(api)
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('www-authenticate'), `Bearer realm="${world.origin}", scope="read"`)
  assert.equal((await fetch(api, { method: 'OPTIONS' })).status, 204)
  assert.equal((await fetch(new URL('/', api))).status, 404)
})

test('the machine client gets a token and calls the API', async () => {
  const settings = await registerConfidential('Machine', '', 'Client credentials')
  const machine = runExample('machine', { ...places, ...settings })
  assert.equal(await machine.ended, 0, machine.said())
  const answer = { hello: settings.CLIENT_ID, client: settings.CLIENT_ID, scopes: ['read'] }
  assert.equal(machine.said().split('\n').at(-2), `200 ${JSON.stringify(answer)}`)
})

test('the single-page application signs in, calls the API across origins, and signs out', async () => {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const page = await developer()
  await page.goto('/o/applications/register')
  await openAdvanced(page)
  await page.getByLabel('Post-logout redirect URIs').fill(`${origin}/`)
  await fillApplication(page, { name: 'Page', type: 'Public', redirectUris: `${origin}/callback` })
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: 'Page', level: 1 }).waitFor()
  const CLIENT_ID = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await startExample('spa', { ...places, PORT: `${port}`, CLIENT_ID })

  const visitor = await world.visitor()
  await visitor.goto(origin)
  await visitor.getByRole('button', { name: 'Sign in' }).click()
  await visitor.getByLabel('Username').waitFor()
  await signIn(visitor, 'ada')
  await visitor.getByRole('button', { name: 'Authorize' }).click()
  await visitor.getByText('Signed in as ada.').waitFor()
  assert.equal(visitor.url(), `${origin}/`)
  await visitor.getByRole('button', { name: 'Call the API' }).click()
  await visitor.getByText(/^200 \{"hello":/).waitFor()
  await visitor.getByRole('button', { name: 'Sign out' }).click()
  await visitor.waitForURL(`${origin}/`)
  await visitor.getByText('Nobody is signed in.').waitFor()
})

test('the server application signs in, calls the API for its user, and signs out', async () => {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const settings = await registerConfidential('Server', origin, 'Authorization code')
  await startExample('server', { ...places, PORT: `${port}`, ...settings })

  const visitor = await world.visitor()
  await visitor.goto(origin)
  await visitor.getByRole('link', { name: 'Sign in' }).click()
  await signIn(visitor, 'ada')
  await visitor.getByRole('button', { name: 'Authorize' }).click()
  await visitor.getByText('Signed in as ada.').waitFor()
  await visitor.getByText(/^200 \{"hello":/).waitFor()
  await visitor.getByRole('button', { name: 'Sign out' }).click()
  await visitor.getByRole('link', { name: 'Sign in' }).waitFor()

  await visitor.getByRole('link', { name: 'Sign in' }).click()
  await signIn(visitor, 'ada')
  await visitor.getByRole('button', { name: 'Cancel' }).click()
  await visitor.getByText('access_denied: The user denied the request').waitFor()
  assert.deepEqual(world.complaints().length, 1, 'The browser names the error page')
})

test('the command line program signs a person in on another device, and calls the API', async () => {
  const page = await developer()
  const CLIENT_ID = await registerDevice(page, 'Terminal')
  const cli = runExample('cli', { ...places, CLIENT_ID })
  await page.goto(await waitForOutput(cli, /or open {3}(\S+)\s/))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  assert.equal(await cli.ended, 0, cli.said())
  assert.match(cli.said(), /Signed in as \S+\.\n200 \{"hello":/)
})

test('the MCP client finds the issuer through the MCP server, signs a person in, and calls a tool', async () => {
  const port = await freePort()
  const MCP = `http://localhost:${port}/mcp`
  await world.db
    .prepare('INSERT INTO resources (identifier, name, created_at) VALUES (?, ?, 0)')
    .bind(MCP, 'Greetings')
    .run()
  await startExample('mcp-server', { ISSUER: world.origin, PORT: `${port}` })
  const page = await developer()
  const CLIENT_ID = await registerPublic(page, { name: 'Agent', redirectUris: 'http://127.0.0.1/callback' })
  const client = runExample('mcp-client', { MCP, CLIENT_ID })
  await page.goto(await waitForOutput(client, /Open {6}(\S+)\s/))
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByText('Signed in: go back to the terminal.').waitFor()
  assert.equal(await client.ended, 0, client.said())
  assert.match(client.said(), /"text":"Hello [\w-]{22}"/)
})

test('an example without its settings says what is missing', async () => {
  for (const name of ['spa', 'server', 'machine', 'cli', 'mcp-client']) {
    const example = runExample(name, { CLIENT_ID: '', CLIENT_SECRET: '' })
    assert.notEqual(await example.ended, 0)
    assert.match(example.said(), /CLIENT_ID .*missing: see examples\/\S+\/README\.md/)
  }
})
