import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { authorizePath, codeVerifier } from './code.ts'
import { startOrigin, startPlayground } from './elsewhere.ts'
import { registerPublic, signIn } from './people.ts'
import { startWorld } from './world.ts'

const world = await startWorld()
/** Registered: only its redirect URI. */
const callback = await startOrigin()
/** Listed under "Allowed origins". */
const allowed = await startOrigin()
/** Listed by another application. */
const neighbour = await startOrigin('127.0.0.1')
/** Not registered. */
const stranger = await startOrigin('stranger.localhost')
/** Its port is not registered, but others of its host are. */
const otherPort = await startOrigin()
const playground = await startPlayground(world.origin)

let page: Page
let clientId = ''

before(() => world.addUser('ada'))

/** Signed in, with a public application. */
async function arrive(redirectUris: string): Promise<void> {
  page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'ada')
  await page.getByText('Signed in as ada').waitFor()
  clientId = await registerPublic(page, { name: 'Map', redirectUris, allowedOrigins: allowed })
}

/** A code that reached the application by redirect. */
async function obtainCode(redirectUri: string): Promise<string> {
  await page.goto(authorizePath(clientId, redirectUri))
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.waitForURL(`${redirectUri}?*`)
  return new URL(page.url()).searchParams.get('code') ?? ''
}

/** The part of the answer that a script of this origin can read. */
async function exchangeFrom(
  origin: string,
  code: string,
  redirectUri: string,
  headers = {},
): Promise<string> {
  if (new URL(page.url()).origin !== origin) await page.goto(origin)
  const form = {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  }
  const request = { url: `${world.origin}/o/token`, form, headers }
  return page.evaluate(async ({ url, form, headers }) => {
    try {
      const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })
      const body: { error?: string; token_type?: string } = await response.json()
      return `${response.status} ${body.error ?? body.token_type}`
    } catch (error) {
      return (error as Error).name
    }
  }, request)
}

/** The complaints of the browser about the one rule, which this file is about. */
function stoppedByCors(): number {
  const heard = world.complaints()
  const others = heard.filter((text) => !/blocked by CORS policy|net::ERR_FAILED/.test(text))
  assert.deepEqual(others, [])
  return heard.filter((text) => text.includes('blocked by CORS policy')).length
}

test('scripts of the redirect URI and of an allowed origin read their tokens', async () => {
  const redirectUri = `${callback}/callback`
  await arrive(redirectUri)
  for (const [origin, headers] of [
    [callback, {}],
    [allowed, {}],
    [allowed, { 'X-Requested-With': 'fetch' }],
  ] as const) {
    const code = await obtainCode(redirectUri)
    assert.equal(await exchangeFrom(origin, code, redirectUri, headers), '200 Bearer')
    // Errors too: without them nobody finds out what is wrong.
    assert.equal(await exchangeFrom(origin, code, redirectUri, headers), '400 invalid_grant')
  }
  assert.equal(world.complaints().filter((text) => text.includes('status of 400')).length, 3)
})

test('scripts of an unregistered origin read nothing', async () => {
  const redirectUri = `${callback}/callback`
  await arrive(redirectUri)
  for (const headers of [{}, { 'X-Requested-With': 'fetch' }, { Authorization: 'Basic eDp5' }]) {
    const code = await obtainCode(redirectUri)
    assert.equal(await exchangeFrom(stranger, code, redirectUri, headers), 'TypeError')
    assert.equal(stoppedByCors(), 1)
  }
  // It is no matter of the network: what is for everybody can be read from there.
  const status = await page.evaluate(
    async (url) => (await fetch(url)).status,
    `${world.origin}/.well-known/oauth-authorization-server`,
  )
  assert.equal(status, 200)
})

test('nor do those of another application, whose preflight is answered', async () => {
  const redirectUri = `${callback}/callback`
  await arrive(redirectUri)
  await registerPublic(page, {
    name: 'Neighbour',
    redirectUris: `${neighbour}/callback`,
    allowedOrigins: neighbour,
  })
  for (const headers of [{}, { 'X-Requested-With': 'fetch' }]) {
    const code = await obtainCode(redirectUri)
    assert.equal(await exchangeFrom(neighbour, code, redirectUri, headers), 'TypeError')
    assert.equal(stoppedByCors(), 1)
  }
})

test('scripts can read after a redirect to another port', async () => {
  // A loopback redirect URI may differ in its port (RFC 8252 §7.3), and so may the origin of its page.
  const redirectUri = `${otherPort}/callback`
  await arrive('http://localhost:1/callback')
  for (const headers of [{}, { 'X-Requested-With': 'fetch', traceparent: '00-0-0-00' }]) {
    const code = await obtainCode(redirectUri)
    assert.equal(new URL(page.url()).origin, otherPort)
    assert.equal(await exchangeFrom(otherPort, code, redirectUri, headers), '200 Bearer')
  }
})

test('no script of another origin reads a page, even with the cookies', async () => {
  await arrive(`${callback}/callback`)
  await page.goto(allowed)
  for (const path of ['/o/applications', '/', '/playground']) {
    const read = await page.evaluate(async (url) => {
      try {
        return await (await fetch(url, { credentials: 'include' })).text()
      } catch (error) {
        return (error as Error).name
      }
    }, world.origin + path)
    assert.equal(read, 'TypeError')
  }
  assert.equal(stoppedByCors(), 3)
})

test('the playground works from any port, and says what to register when it cannot read the answer', async () => {
  await arrive('http://localhost:1/playground/callback')
  await page.goto(`${playground}/playground?client_id=${clientId}`)
  await page.getByRole('button', { name: 'Sign in and authorize' }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  const exchange = page.getByRole('button', { name: 'Exchange the code' })
  // The same as the browser's blocking of an answer from an unregistered origin.
  await page.route('**/o/token', (route) => route.abort())
  await exchange.click()
  const problem = page.getByRole('alert')
  await problem.getByText(`The server does not let pages on ${playground} read its responses`).waitFor()
  await problem.getByRole('link', { name: 'the application' }).waitFor()
  assert.equal(world.complaints().filter((text) => !text.includes('net::ERR_FAILED')).length, 0)
  await page.unroute('**/o/token')
  await exchange.click()
  await page.getByText('It worked: the tokens are below.').waitFor()
})
