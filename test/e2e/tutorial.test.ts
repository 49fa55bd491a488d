import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { startApi, startPlayground } from './elsewhere.ts'
import { fillApplication, registerPublic, signIn } from './people.ts'
import { password, startWorld } from './world.ts'

const world = await startWorld()
const playground = await startPlayground(world.origin)

const shown = async (page: Page, id: string) => (await page.locator(`#${id}`).textContent()) ?? ''

test('the whole tutorial, by a newcomer', async () => {
  const page = await world.visitor({ permissions: ['clipboard-read', 'clipboard-write'] })

  // Create the administrator with the link of the first start.
  await page.goto(await world.setupLink())
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Email').fill('ada@example.com')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByText('Signed in as ada').waitFor()

  // Register an application.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Applications' }).click()
  await page.getByRole('link', { name: 'Register an application' }).click()
  await fillApplication(page, {
    name: 'Field notes',
    type: 'Confidential',
    redirectUris: `${playground}/playground/callback`,
  })
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: 'Application registered' }).waitFor()
  const clientId = await page.getByLabel('Client ID', { exact: true }).inputValue()
  await page.getByRole('button', { name: 'Copy Client secret' }).click()
  await page.getByRole('status').getByText('Copied').waitFor()
  const secret = await page.evaluate(() => navigator.clipboard.readText())
  assert.match(secret, /^lk_[A-Za-z0-9_-]{43}$/)
  assert.equal(await page.getByLabel('Client secret', { exact: true }).inputValue(), secret)
  await page.getByRole('link', { name: /^Continue to / }).click()
  await page.getByRole('heading', { name: 'Field notes', level: 1 }).waitFor()
  assert.ok(!(await page.content()).includes(secret), 'The secret is shown once')

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()

  // Build the link in the playground at the other port.
  await page.goto(`${playground}/playground`)
  await page.getByLabel('Client ID', { exact: true }).fill(clientId)
  await page.getByLabel('Scope').fill('read')
  const built = new RegExp(`client_id=${clientId}&.*&scope=read&`)
  await page.locator('#authorization-url', { hasText: built }).waitFor()
  await page.getByRole('button', { name: 'Sign in and authorize' }).click()

  await page.waitForURL(`${world.origin}/login?*`)
  await signIn(page, 'ada')

  // Consent.
  await page.getByRole('heading', { name: 'Field notes asks for access' }).waitFor()
  const consent = page.getByRole('main')
  await consent.getByText('Registered by ada.').waitFor()
  await consent.getByText(`After this you return to ${new URL(playground).host}.`).waitFor()
  await consent.getByText('You are signed in as ada').waitFor()
  assert.deepEqual(await consent.getByRole('listitem').allInnerTexts(), ['See your data\nread'])
  await consent.getByRole('link', { name: 'Not you?' }).waitFor()
  await consent.getByRole('button', { name: 'Cancel' }).waitFor()
  await consent.getByRole('button', { name: 'Authorize' }).click()

  // Exchange the code, from the other origin.
  await page.waitForURL(`${playground}/playground/callback`)
  await page.getByText('The response is valid. Exchange the code within a minute.').waitFor()
  await page.getByLabel('Client secret', { exact: true }).fill(secret)
  const exchange = page.waitForResponse(`${world.origin}/o/token`)
  await page.getByRole('button', { name: 'Exchange the code' }).click()
  const response = await exchange
  assert.equal(response.status(), 200)
  assert.equal(response.request().resourceType(), 'fetch')
  assert.equal((await response.request().allHeaders()).origin, playground)
  assert.equal((await response.allHeaders())['access-control-allow-origin'], playground)
  await page.getByText('It worked: the tokens are below.').waitFor()
  // Userinfo needs the scope openid: the next step is the one after it.
  const steps = page.getByRole('navigation', { name: 'Steps' })
  await steps.locator('[aria-current="step"]', { hasText: '5. Call an API' }).waitFor()
  const before = [await shown(page, 'access-token'), await shown(page, 'refresh-token')]
  assert.match(before[0] ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/)
  assert.match(before[1] ?? '', /^lkr_/)

  // Decode.
  const claims = await shown(page, 'decoded')
  for (const text of ['at+jwt', 'ES256', world.origin, clientId, 'exp', 'left']) {
    assert.ok(claims.includes(text), `“${text}” is among the claims:\n${claims}`)
  }

  // Refresh.
  await page.getByRole('button', { name: 'Refresh the tokens' }).click()
  await page.getByText('It worked: both tokens changed.').waitFor()
  const after = [await shown(page, 'access-token'), await shown(page, 'refresh-token')]
  assert.equal(new Set([...before, ...after]).size, 4, 'Both tokens changed')

  // A request is folded until it has been sent.
  await page.locator('#refresh [data-facts]').waitFor()
  await page.locator('#revoke [data-facts]').waitFor({ state: 'hidden' })

  // Steps that are done are a line, which opens again.
  const again = page.getByRole('button', { name: 'Exchange the code', exact: true })
  await again.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Show: 3. Exchange the code for tokens' }).click()
  await again.waitFor()
  // A token is whole in one place.
  const answer = (await page.locator('#token-response').textContent()) ?? ''
  assert.match(answer, /"access_token": "\S{8}…\S{8}"/)
})

test('nine actions from the link of the first start to the first token, ten to the refreshed one', async () => {
  const other = await startWorld()
  const page = await other.visitor()
  let actions = 0
  const act = async (what: Promise<unknown>) => {
    actions += 1
    await what
  }
  await act(page.goto(await other.setupLink()))
  await act(page.getByLabel('Username').fill('ada'))
  await act(page.getByLabel('Password').fill(password))
  await act(page.getByRole('button', { name: 'Create administrator' }).click())
  await page.getByText('You are the administrator of this server.').waitFor()
  // The link that passes the secret on waits for its script.
  let deliver = () => {}
  const delivered = new Promise<void>((resolve) => {
    deliver = resolve
  })
  await page.route('**/try.js', async (route) => {
    await delivered
    await route.continue()
  })
  await act(page.getByRole('button', { name: 'Register one for the playground' }).click())
  await page.getByRole('heading', { name: 'Application registered' }).waitFor()
  const environment = await shown(page, 'environment')
  assert.match(environment, /^ISSUER=http:\/\/localhost:\d+\nCLIENT_ID=[\w-]+\nCLIENT_SECRET=lk_[\w-]{43}$/)
  const tryIt = page.getByRole('link', { name: 'Try it in the playground' })
  await tryIt.waitFor({ state: 'hidden' })
  deliver()
  await act(tryIt.click())
  await act(page.getByRole('button', { name: 'Sign in and authorize' }).click())
  await act(page.getByRole('button', { name: 'Authorize' }).click())
  await page.waitForURL(`${other.origin}/playground/callback`)
  await act(page.getByRole('button', { name: 'Exchange the code' }).click())
  await page.getByText('It worked: the tokens are below.').waitFor()
  assert.equal(actions, 9)
  const before = await shown(page, 'access-token')
  await act(page.getByRole('button', { name: 'Refresh the tokens' }).click())
  await page.getByText('It worked: both tokens changed.').waitFor()
  assert.notEqual(await shown(page, 'access-token'), before)
  assert.equal(actions, 10)
  assert.equal(await page.evaluate(() => sessionStorage.getItem('try-application')), null)

  // Completed steps are ticked.
  await page.goto(`${other.origin}/`)
  const done = page.getByRole('listitem').filter({ hasText: 'Done' })
  const titles = (await done.getByRole('heading').allInnerTexts()).map((title) => title.replace('\n', ' '))
  assert.deepEqual(titles, ['Register an application Done', 'Get its first token Done'])
})

test('a wrong secret is explained, and the code still works', async () => {
  await world.addUser('grace')
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'grace')
  await page.goto('/o/applications/register')
  const redirectUris = `${playground}/playground/callback`
  await fillApplication(page, { name: 'Secretive', type: 'Confidential', redirectUris })
  await page.getByRole('button', { name: 'Register' }).click()
  const clientId = await page.getByLabel('Client ID', { exact: true }).inputValue()
  const secret = await page.getByLabel('Client secret', { exact: true }).inputValue()

  await page.goto(`${playground}/playground?client_id=${clientId}`)
  await page.getByRole('button', { name: 'Sign in and authorize' }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByRole('button', { name: 'Exchange the code' }).click()
  const problem = page.getByRole('alert')
  await problem.getByText('The application is confidential and no client secret was sent').waitFor()
  await page.getByLabel('Client secret', { exact: true }).fill('lk_wrong')
  await page.getByRole('button', { name: 'Exchange the code' }).click()
  await problem.getByText('The client secret is wrong').waitFor()
  await page.getByLabel('Client secret', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Exchange the code' }).click()
  await page.getByText('It worked: the tokens are below.').waitFor()
  assert.deepEqual(
    world.complaints().map((text) => text.replace(/^.*status of (\d+).*\((.*)\)$/, '$1 $2')),
    [`401 ${world.origin}/o/token`, `401 ${world.origin}/o/token`],
  )
})

test('the playground calls an API, and says why it was refused', async () => {
  await world.addUser('emmy')
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'emmy')
  const redirectUris = `${playground}/playground/callback`
  const clientId = await registerPublic(page, { name: 'Caller', redirectUris })
  const api = await startApi()
  await page.goto(`${playground}/playground?client_id=${clientId}`)
  await page.getByRole('button', { name: 'Sign in and authorize' }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByRole('button', { name: 'Exchange the code' }).click()
  await page.getByText('It worked: the tokens are below.').waitFor()
  const step = page.getByRole('region', { name: '5. Call an API' })
  const problem = step.getByRole('alert')
  const call = async (address: string) => {
    await step.getByLabel('Address of the API').fill(address)
    await step.getByRole('button', { name: 'Call the API' }).click()
  }

  await call('http://api.example/notes')
  await step.getByText('Enter an address with https, or with http on localhost.').waitFor()
  assert.equal(api.calls.length, 0)

  // Our own, without the scope for it.
  await call(`${world.origin}/o/userinfo`)
  await problem.getByText('It has: read write.').waitFor()
  await step.locator('pre', { hasText: /^WWW-Authenticate: Bearer .*error="insufficient_scope"/ }).waitFor()
  const more = problem.getByRole('link', { name: 'Start over with the scope read write openid' })
  assert.match(
    (await more.getAttribute('href')) ?? '',
    /^\/playground\?client_id=[\w-]+&scope=read\+write\+openid$/,
  )

  api.allowed = ''
  await call(`${api.origin}/notes`)
  await problem.getByText(`${api.origin} does not let pages on ${playground} read its responses`).waitFor()
  await problem.getByText(`Access-Control-Allow-Origin: ${playground}`).waitFor()

  api.allowed = playground
  api.answer = [
    401,
    'Bearer realm="notes", error="invalid_token", error_description="Not for \\"notes\\"", DPoP algs="ES256"',
  ]
  await call(`${api.origin}/notes`)
  await problem.getByText('Not for "notes"', { exact: true }).waitFor()
  await problem
    .getByText(`issued by ${world.origin} for ${world.origin}: the API has to expect both`)
    .waitFor()
  api.answer = [401]
  await call(`${api.origin}/notes`)
  await problem.getByText('shows this page no reason').waitFor()
  api.answer = [403, 'Bearer error="insufficient_user_authentication", max_age=60']
  await call(`${api.origin}/notes`)
  const again = problem.getByRole('link', { name: 'Start over with prompt=login' })
  await again.waitFor()
  assert.match((await again.getAttribute('href')) ?? '', /&prompt=login$/)
  api.answer = [404]
  await call(`${api.origin}/notes`)
  await problem.getByText('The API answered with status 404.').waitFor()

  api.answer = [200]
  await call(`${api.origin}/notes`)
  await step.getByText('It worked: the API accepted the token.').waitFor()
  await problem.waitFor({ state: 'hidden' })
  const token = await shown(page, 'access-token')
  assert.equal(api.calls.at(-1), `GET /notes Bearer ${token}`)
  const curl = (await step.locator('#api-curl').textContent()) ?? ''
  assert.equal(curl, `curl '${api.origin}/notes' \\\n  -H 'Authorization: Bearer ${token}'`)

  await api.stop()
  await call(`${api.origin}/notes`)
  await problem.getByText(`The server at ${api.origin} can’t be reached.`).waitFor()
  // The browser reports each refusal, too.
  assert.deepEqual(
    world.complaints().filter((text) => !/status of 40[134]|CORS policy|net::ERR_/.test(text)),
    [],
  )
})

test('a token for an API goes to the address of that API', async () => {
  await world.addUser('rosa', 'administrator')
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'rosa')
  const api = await startApi()
  api.allowed = world.origin
  const redirectUris = `${world.origin}/playground/callback`
  const clientId = await registerPublic(page, { name: 'Notebook', redirectUris })
  await page.goto('/admin/apis/new')
  await page.getByLabel('Identifier').fill(`${api.origin}/notes`)
  await page.getByLabel('Name').fill('Notes')
  await page.getByLabel('Scopes', { exact: true }).fill('notes:read Read your notes')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Check tokens' }).waitFor()
  // The page of the API lists the applications that may be given its scopes.
  await page.getByText('Allow another application').click()
  await page.getByRole('link', { name: 'Notebook' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  await page.goto(`/playground?client_id=${clientId}&resource=${api.origin}/notes&scope=notes:read`)
  await page.getByRole('button', { name: 'Sign in and authorize' }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByRole('button', { name: 'Exchange the code' }).click()
  await page.getByText('It worked: the tokens are below.').waitFor()
  const step = page.getByRole('region', { name: '5. Call an API' })
  assert.equal(await step.getByLabel('Address of the API').inputValue(), `${api.origin}/notes`)
  await step.getByRole('button', { name: 'Call the API' }).click()
  await step.getByText('It worked: the API accepted the token.').waitFor()
})

test('the playground counts how long the code works, and shows what is done', async () => {
  await world.addUser('hedy')
  const page = await world.visitor()
  await page.clock.install()
  await page.goto('/login')
  await signIn(page, 'hedy')
  const clientId = await registerPublic(page, {
    name: 'Counted',
    redirectUris: `${world.origin}/playground/callback`,
  })
  await page.goto(`/playground?client_id=${clientId}`)
  const steps = page.getByRole('navigation', { name: 'Steps' })
  await steps.locator('[aria-current="step"]', { hasText: '1. ' }).waitFor()
  await page.getByRole('button', { name: 'Sign in and authorize' }).click()
  await page.getByRole('button', { name: 'Authorize' }).click()
  const timer = page.getByRole('timer')
  await timer.getByText(/^Seconds left to use the code: \d+$/).waitFor()
  await steps.locator('[aria-current="step"]', { hasText: '3. ' }).waitFor()
  await page.clock.fastForward(61_000)
  await timer.getByText('The code has expired.').waitFor()
  await timer.getByRole('link', { name: 'Start over' }).waitFor()

  // The exact reason comes first.
  await world.db.prepare('UPDATE authorizations SET code_expires_at = 1').run()
  await page.getByRole('button', { name: 'Exchange the code' }).click()
  const problem = page.getByRole('alert')
  await problem.locator('p', { hasText: 'The code has expired' }).first().waitFor()
  assert.match((await problem.locator('p').first().textContent()) ?? '', /expired/)
  await problem.getByText('invalid_grant').waitFor()
  world.complaints()
})

test('Cancel goes back to the application, which gets the error', async () => {
  await world.addUser('alan')
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'alan')
  const clientId = await registerPublic(page, {
    name: 'Refused',
    redirectUris: `${playground}/playground/callback`,
  })
  // On a slow machine the digest of the verifier is late: here at the first visit.
  await page.addInitScript(() => {
    if (sessionStorage.getItem('was-late') !== null) return
    sessionStorage.setItem('was-late', 'yes')
    const digest = crypto.subtle.digest.bind(crypto.subtle)
    const late = new Promise((resolve) => Object.assign(window, { digestIsReady: resolve }))
    crypto.subtle.digest = (...given) => late.then(() => digest(...given))
  })
  await page.goto(`${playground}/playground?client_id=${clientId}`)
  const start = page.getByRole('button', { name: 'Sign in and authorize' })
  await page.waitForFunction(() => 'digestIsReady' in window)
  await start.waitFor({ state: 'hidden' })
  await page.evaluate(() => (window as unknown as { digestIsReady(): void }).digestIsReady())
  await start.click()
  await page.getByRole('heading', { name: 'Refused asks for access' }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL(`${playground}/playground/callback`)
  const problem = page.getByRole('alert')
  await problem.getByText('The person refused.').waitFor()
  await problem.getByText('access_denied').waitFor()
  await page.getByText('✓ The one this page sent.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Exchange the code' }).isVisible(), false)
  await page.getByRole('link', { name: 'Start over' }).click()
  await start.waitFor()
  assert.equal(await page.getByLabel('Client ID', { exact: true }).inputValue(), clientId)

  // A response to no request of this tab: there is no link to show, and only one thing to do.
  await page.goto(`${playground}/playground/callback?error=access_denied&state=x&iss=${world.origin}`)
  await problem.getByText('This tab has no state and no verifier for this response.').waitFor()
  await page.getByText('The request, parameter by parameter').waitFor({ state: 'hidden' })
  await problem.getByRole('link', { name: 'Start over' }).click()
  await page.getByRole('button', { name: 'Sign in and authorize' }).waitFor()
})
