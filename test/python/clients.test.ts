import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { startPlayground } from '../e2e/elsewhere.ts'
import { fillApplication, signIn } from '../e2e/people.ts'
import { startWorld } from '../e2e/world.ts'

/** `npm run test:python`, with a Python that has Authlib and requests-oauthlib. PYTHON overrides python3. */
const python = process.env.PYTHON ?? 'python3'
const { status } = spawnSync(python, ['-c', 'import authlib, joserfc, requests_oauthlib'])
if (status !== 0)
  throw new Error(`${python} -m pip install Authlib joserfc requests-oauthlib, then try again`)

const world = await startWorld()
const elsewhere = await startPlayground(world.origin)

test('Authlib and requests-oauthlib: code, ID token, userinfo, refresh, introspection, revocation', async () => {
  await world.addUser('ada')
  const page = await world.visitor()
  await page.goto('/login?next=/o/applications/register')
  await signIn(page, 'ada')
  const redirect_uri = `${elsewhere}/callback`
  await fillApplication(page, { name: 'Python', type: 'Confidential', redirectUris: redirect_uri })
  await page.getByRole('button', { name: 'Register' }).click()
  const client_secret = await page.getByLabel('Client secret', { exact: true }).inputValue()
  const client_id = await page.getByLabel('Client ID', { exact: true }).inputValue()

  const child = spawn(python, [path.join(import.meta.dirname, 'clients.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const say = (line: string) => child.stdin.write(`${line}\n`)
  say(JSON.stringify({ issuer: world.origin, client_id, client_secret, redirect_uri, username: 'ada' }))
  const done: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, rest = ''] = line.split(/ (.*)/)
    if (word === 'done') done.push(rest)
    if (word !== 'visit') continue
    await page.goto(rest)
    if (page.url().startsWith(world.origin)) await page.getByRole('button', { name: 'Authorize' }).click()
    await page.waitForURL(`${redirect_uri}?*`)
    say(page.url())
    world.complaints()
  }
  assert.deepEqual(done, ['Authlib', 'requests-oauthlib'])
})
