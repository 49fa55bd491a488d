import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { root } from '../../scripts/project.ts'
import { listen } from './elsewhere.ts'
import { fillApplication, signIn } from './people.ts'
import { startWorld } from './world.ts'

/** Each example by its one command, with the values of its README. */

const world = await startWorld()
await world.addUser('ada')
const api: string = await startExample('api', { PORT: '0' })

type Settings = Readonly<Record<string, string>>

/** `npm run example:…`; the first address that it prints. */
async function startExample(name: string, settings: Settings): Promise<string> {
  const example = runExample(name, settings)
  after(() => process.kill(-example.pid))
  const address = () => /^ {2}\S.*?(http:\/\/localhost:\d+\S*)/m.exec(example.said())?.[1]
  while (address() === undefined && (await Promise.race([example.more(), example.ended])) === undefined);
  return address() ?? assert.fail(`npm run example:${name} ended: ${example.said()}`)
}

interface Example {
  readonly pid: number
  /** Everything that it wrote until now. */
  said(): string
  /** Waits until it writes something. */
  more(): Promise<undefined>
  /** The exit code. */
  readonly ended: Promise<number>
}

function runExample(name: string, settings: Settings): Example {
  const env = { ...process.env, ISSUER: world.origin, ...settings }
  // A group of its own, so that what npm starts ends with it.
  const child = spawn('npm', ['run', `example:${name}`], { cwd: root, env, detached: true })
  const parts: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => parts.push(String(data)))
  return {
    pid: child.pid ?? assert.fail('npm does not start'),
    said: () => parts.join(''),
    more: () => once(child.stdout, 'data').then(() => undefined),
    ended: once(child, 'close').then(([code]) => code),
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  const port = await listen(probe)
  await promisify(probe.close.bind(probe))()
  return port
}

/** A new developer's browser, signed in. */
async function developer(): Promise<Page> {
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'ada')
  return page
}

/** An application with a secret, and the settings that it is started with. */
async function registerConfidential(name: string, origin: string, grantType: string): Promise<Settings> {
  const page = await developer()
  await page.goto('/o/applications/register')
  const redirectUris = origin === '' ? '' : `${origin}/callback`
  await page.getByLabel('Post-logout redirect URIs').fill(origin === '' ? '' : `${origin}/`)
  await fillApplication(page, { name, type: 'Confidential', redirectUris })
  await page.getByLabel('Authorization grant type').selectOption({ label: grantType })
  await page.getByRole('button', { name: 'Register' }).click()
  const value = (label: string) => page.getByLabel(label, { exact: true }).inputValue()
  return { CLIENT_ID: await value('Client ID'), CLIENT_SECRET: await value('Client secret') }
}

test('the API refuses without a token, says which server to ask, and answers a preflight', async () => {
  const refused = await fetch(api)
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('www-authenticate'), `Bearer realm="${world.origin}", scope="read"`)
  assert.equal((await fetch(api, { method: 'OPTIONS' })).status, 204)
  assert.equal((await fetch(new URL('/', api))).status, 404)
})

test('the machine client gets a token and calls the API', async () => {
  const settings = await registerConfidential('Machine', '', 'Client credentials')
  const machine = runExample('machine', { API: api, ...settings })
  assert.equal(await machine.ended, 0, machine.said())
  const answer = { hello: settings.CLIENT_ID, client: settings.CLIENT_ID, scopes: ['read'] }
  assert.equal(machine.said().split('\n').at(-2), `200 ${JSON.stringify(answer)}`)
})

test('the single-page application signs in, calls the API across origins, and signs out', async () => {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const page = await developer()
  await page.goto('/o/applications/register')
  await page.getByLabel('Post-logout redirect URIs').fill(`${origin}/`)
  await fillApplication(page, { name: 'Page', type: 'Public', redirectUris: `${origin}/callback` })
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: 'Page', level: 1 }).waitFor()
  const CLIENT_ID = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await startExample('spa', { PORT: `${port}`, API: api, CLIENT_ID })

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

test('the server application signs in, calls the API for its person, and signs out', async () => {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const settings = await registerConfidential('Server', origin, 'Authorization code')
  await startExample('server', { PORT: `${port}`, API: api, ...settings })

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
  await visitor.getByText('access_denied: The user said no').waitFor()
  assert.deepEqual(world.complaints().length, 1, 'The browser names the error page')
})

test('an example without its settings says what is missing', async () => {
  for (const name of ['spa', 'server', 'machine']) {
    const example = runExample(name, { CLIENT_ID: '', CLIENT_SECRET: '' })
    assert.notEqual(await example.ended, 0)
    assert.match(example.said(), /CLIENT_ID .*missing: see examples\/\S+\/README\.md/)
  }
})
