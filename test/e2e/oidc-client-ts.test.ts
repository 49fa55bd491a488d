import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { listen } from './elsewhere.ts'
import { registerPublic, signIn } from './people.ts'
import { startWorld } from './world.ts'

/** A single-page application on another origin, with the most common library, unmodified. */

const world = await startWorld()
const spa = await startSpa()
await world.addUser('ada')

/** A new visitor at the application, which is registered. */
async function visit(): Promise<{ readonly page: Page; readonly clientId: string }> {
  const developer = await world.visitor()
  await developer.goto('/login')
  await signIn(developer, 'ada')
  const redirectUris = ['callback', 'popup', 'silent'].map((name) => `${spa}/${name}`).join('\n')
  const clientId = await registerPublic(developer, { name: 'SPA', redirectUris })
  const page = await world.visitor()
  await page.goto(spa)
  return { page, clientId }
}

test('signs in by redirect, reads userinfo across origins, and renews silently', async () => {
  const { page, clientId } = await visit()
  await page.evaluate(`void manager('${world.origin}', '${clientId}').signinRedirect()`)
  await page.getByLabel('Username').waitFor()
  await signIn(page, 'ada')
  await page.getByRole('button', { name: 'Authorize' }).click()
  const user = await answerOn(page)
  assert.equal(user.profile.preferred_username, 'ada')
  assert.equal(user.scope, 'openid profile')

  const renewed: User = JSON.parse(await page.evaluate(`renew('${world.origin}', '${clientId}')`))
  assert.notEqual(renewed.access_token, user.access_token)
  assert.notEqual(renewed.refresh_token, user.refresh_token)
  assert.equal(renewed.profile.sub, user.profile.sub)
})

test('signs in by popup: the popup keeps its opener', async () => {
  const { page, clientId } = await visit()
  const opened = page.waitForEvent('popup')
  await page.evaluate(`void popup('${world.origin}', '${clientId}')`)
  const popup = await opened
  await popup.getByLabel('Username').waitFor()
  await signIn(popup, 'ada')
  await popup.getByRole('button', { name: 'Authorize' }).click()
  assert.equal((await answerOn(page)).profile.preferred_username, 'ada')
})

test('a silent request in a frame never renders a page: the answer is a redirect', async () => {
  const { page, clientId } = await visit()
  const ask = () => page.evaluate(`silent('${world.origin}', '${clientId}')`)
  assert.equal(await ask(), 'login_required')
  await page.goto(`${world.origin}/login`)
  await signIn(page, 'ada')
  await page.waitForURL(`${world.origin}/`)
  await page.goto(spa)
  // A listener on localhost proves no identity, so consent is never skipped there.
  assert.equal(await ask(), 'consent_required')
})

interface User {
  readonly access_token: string
  readonly refresh_token: string
  readonly scope: string
  readonly profile: { readonly sub: string; readonly preferred_username: string }
}

async function answerOn(page: Page): Promise<User> {
  const text = await page.locator('#user').textContent()
  return JSON.parse(text ?? '')
}

async function startSpa(): Promise<string> {
  const library = path.join(
    path.dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json')),
    'dist/browser/oidc-client-ts.min.js',
  )
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const isLibrary = pathname === '/oidc.js'
    response.writeHead(200, { 'content-type': isLibrary ? 'text/javascript' : 'text/html' })
    response.end(isLibrary ? readFileSync(library) : html())
  })
  const port = await listen(server)
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://localhost:${port}`
}

function html(): string {
  return `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>SPA</title>
<script src="/oidc.js"></script><script>
const manager = (authority, client_id) => {
  sessionStorage.setItem('settings', JSON.stringify([authority, client_id]))
  return new oidc.UserManager({
    authority, client_id, scope: 'openid profile', loadUserInfo: true,
    redirect_uri: location.origin + '/callback',
    popup_redirect_uri: location.origin + '/popup',
    silent_redirect_uri: location.origin + '/silent',
    userStore: new oidc.WebStorageStateStore({ store: sessionStorage }),
    stateStore: new oidc.WebStorageStateStore({ store: localStorage }),
  })
}
const show = (user) => {
  const shown = document.createElement('pre')
  shown.id = 'user'
  shown.textContent = JSON.stringify(user)
  document.body.append(shown)
}
const renew = async (...settings) => JSON.stringify(await manager(...settings).signinSilent())
const popup = async (...settings) => show(await manager(...settings).signinPopup())
const silent = async (...settings) => manager(...settings).signinSilent().then(() => 'signed in', (error) => error.error ?? String(error))
addEventListener('load', async () => {
  const known = () => manager(...JSON.parse(sessionStorage.getItem('settings')))
  if (location.pathname === '/callback') show(await known().signinRedirectCallback())
  if (location.pathname === '/popup') new oidc.UserManager({ authority: 'x', client_id: 'x', redirect_uri: 'x' }).signinPopupCallback()
  if (location.pathname === '/silent') new oidc.UserManager({ authority: 'x', client_id: 'x', redirect_uri: 'x' }).signinSilentCallback()
})
</script>`
}
