import assert from 'node:assert/strict'
import { before, beforeEach, test } from 'node:test'
import type { Page } from 'playwright-core'
import { authorizePath } from './code.ts'
import { startOrigin } from './elsewhere.ts'
import { fillApplication, registerPublic, signIn } from './people.ts'
import { startOAuth } from './walks/provider.ts'
import { expectRefused } from './walks/walk.ts'
import { password, startWorld } from './world.ts'

const world = await startWorld()
const app = await startOrigin()
const redirectUri = `${app}/callback`

let page: Page

before(() => world.addUser('ada'))

beforeEach(async () => {
  page = await world.visitor({ javaScriptEnabled: false })
})

const answer = () => Object.fromEntries(new URL(page.url()).searchParams)

test('sign in, register after a mistake, authorize, cancel, delete, sign out', async () => {
  await page.goto('/o/applications/register')
  await page.waitForURL('/login?*')
  await signIn(page, 'ada')
  await page.waitForURL('/o/applications/register')

  await fillApplication(page, { name: 'Plain', type: 'Confidential', redirectUris: `\n${app}/#top` })
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: 'There is a problem' }).waitFor()
  assert.match(await page.title(), /^Error: /)
  await page.getByRole('alert').getByRole('link', { name: 'line 2: ' }).click()
  await page.waitForURL(/#redirect_uris$/)
  const uris = page.getByLabel('Redirect URIs', { exact: true })
  assert.equal(await uris.inputValue(), `\n${app}/#top`)
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Plain')
  assert.equal(await page.getByRole('radio', { name: 'Confidential' }).isChecked(), true)
  await uris.fill(redirectUri)
  await page.getByRole('button', { name: 'Register' }).click()

  // The copy buttons need a script, so they are hidden; the values are shown.
  assert.match(await page.getByLabel('Client secret', { exact: true }).inputValue(), /^lk_[\w-]{43}$/)
  const clientId = await page.getByLabel('Client ID', { exact: true }).inputValue()
  assert.equal(await page.getByRole('button', { name: 'Copy' }).count(), 0)
  await page.getByRole('link', { name: /^Continue to / }).click()

  await page.goto(authorizePath(clientId, redirectUri))
  await page.getByRole('heading', { name: 'Plain asks for access' }).waitFor()
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.waitForURL(`${redirectUri}?*`)
  assert.match(answer().code ?? '', /^lkc_/)
  assert.deepEqual([answer().state, answer().iss], ['state-1', world.origin])

  await page.goto(`/o/applications/${clientId}`)
  await page.getByRole('link', { name: 'Danger zone' }).click()
  await page.getByRole('link', { name: 'Delete', exact: true }).click()
  await page.getByRole('heading', { name: 'Delete the application?' }).waitFor()
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.getByRole('heading', { name: 'Plain', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Delete', exact: true }).click()
  await page.getByLabel('Name of the application').fill('Plain')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.waitForURL('/o/applications?deleted=')
  await page.getByText('The application is deleted.').waitFor()
  await page.getByText('Nothing here yet').waitFor()
  await page.goto(authorizePath(clientId, redirectUri))
  await page.getByText('No application has this client_id.').waitFor()
  assert.equal(world.complaints().length, 2, 'of the form that was refused, and of the last page')

  await page.goto('/')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await page.goto('/o/applications')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('cancel', async () => {
  await page.goto('/login')
  await signIn(page, 'ada')
  const clientId = await registerPublic(page, { name: 'Unwanted', redirectUris: redirectUri })
  await page.goto(authorizePath(clientId, redirectUri))
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL(`${redirectUri}?*`)
  const { error_description, error_uri, ...rest } = answer()
  assert.ok(error_description)
  assert.match(error_uri ?? '', /#access_denied$/)
  assert.deepEqual(rest, { error: 'access_denied', state: 'state-1', iss: world.origin })
})

test('the playground says why it needs JavaScript', async () => {
  await page.goto('/playground')
  assert.match(
    (await page.getByRole('main').textContent()) ?? '',
    /JavaScript, which is off in this browser. Turn it on/,
  )
  assert.equal(await page.getByRole('button').count(), 0)
})

test('change the password, which signs another browser out, and sign out of a third one', async () => {
  await world.addUser('mary')
  const [other, third] = [await world.visitor({ javaScriptEnabled: false }), await world.visitor()]
  for (const browser of [page, other]) {
    await browser.goto('/login?next=/account')
    await signIn(browser, 'mary')
    await browser.getByRole('heading', { name: 'Your account' }).waitFor()
  }
  await page.getByRole('main').getByRole('link', { name: 'Password' }).click()
  await page.getByLabel('Current password').fill(password)
  for (const label of ['New password', 'New password, again']) {
    await page.getByLabel(label, { exact: true }).fill('seven blue lamps')
  }
  await page.getByLabel('Also revoke access for all applications').check()
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('You are signed out everywhere else.').waitFor()
  await other.goto('/account')
  await other.waitForURL('/login?*')

  await third.goto('/login?next=/account')
  await third.getByLabel('Username').fill('mary')
  await third.getByLabel('Password').fill('seven blue lamps')
  await third.getByRole('button', { name: 'Sign in' }).click()
  await third.getByRole('heading', { name: 'Your account' }).waitFor()
  await page.goto('/account/sessions')
  assert.equal(await page.getByText('This one').count(), 1)
  const row = page.getByRole('listitem').filter({ hasNotText: 'This one' })
  await row.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('Signed out on that device.').waitFor()
  await third.goto('/account')
  await third.waitForURL('/login?*')
})

test('fill in the profile, and download the data', async () => {
  await world.addUser('joan')
  await page.goto('/login?next=/account/profile')
  await signIn(page, 'joan')
  await page.getByText('More personal details').click()
  await page.getByLabel('Given name').fill('Joan')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  assert.equal(await page.getByLabel('Given name').inputValue(), 'Joan')
  await page.getByRole('main').getByRole('link', { name: 'Your account' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download your data' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'account.json')
})

test('a sign-in provider: every form, from adding it to deleting it, and a new account by it', async () => {
  const provider = await startOAuth()
  await world.addUser('root', 'administrator')
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const follow = (name: string) => page.getByRole('link', { name, exact: true }).click()
  await page.goto('/login?next=/admin/connections')
  await signIn(page, 'root')
  await follow('Add a provider')
  await follow('OAuth 2')
  await page.getByLabel('Name on the button').fill('There')
  await press('Save')
  const problems = page.getByRole('alert')
  await problems.getByRole('link', { name: 'Enter the client ID' }).click()
  await page.waitForURL(/#client_id$/)
  await page.getByLabel('Authorization endpoint').fill(`${provider}/authorize`)
  await page.getByLabel('Token endpoint').fill(`${provider}/token`)
  await page.getByLabel('User endpoint').fill(`${provider}/user`)
  await page.getByLabel('Client ID').fill('latchkey')
  await page.getByLabel('Client secret', { exact: true }).fill('a secret')
  await page.getByRole('radio', { name: 'Everybody' }).check()
  await press('Save')
  await page.getByText('The provider is added').waitFor()

  await follow('Claims, groups and roles')
  await page.getByLabel('Identifier of the person').fill('id')
  await page.getByLabel('Username').fill('preferred_username')
  await page.getByLabel('An answer to try').fill('{"id":7,"preferred_username":"niklas"}')
  await press('Preview')
  await page.getByText('niklas', { exact: true }).first().waitFor()
  await press('Save')
  await page.getByRole('status').getByText('Sign-in provider changed').waitFor()
  await page.goto('/admin/connections/oauth2/test')
  await press('Test There')
  await page.waitForURL('**/test?answer=*')
  await page.getByText('"preferred_username": "niklas"').waitFor()

  await page.goto('/admin/connections/oauth2/secret')
  await page.getByLabel('Client secret', { exact: true }).fill('another secret')
  await press('Replace')
  await page.getByRole('status').waitFor()

  const stranger = await world.visitor({ javaScriptEnabled: false })
  await stranger.goto('/login?next=/account')
  await stranger.getByRole('button', { name: 'Continue with There' }).click()
  await stranger.waitForURL('**/new?arrival=*')
  await stranger.getByLabel('Email').fill('niklas@there.example')
  await stranger.getByRole('button', { name: 'Create the account' }).click()
  await stranger.getByText('niklas').first().waitFor()

  for (const label of ['Suspend', 'Resume']) {
    await page.goto('/admin/connections/oauth2/suspension')
    await press(label)
    await page.getByRole('status').waitFor()
  }
  await page.goto('/admin/connections/oauth2/delete')
  await page.getByLabel('Name of the provider').fill('Elsewhere')
  await press('Delete')
  await page.getByText('This is not the name of the provider').first().waitFor()
  await page.getByLabel('Name of the provider').fill('There')
  await press('Delete')
  await page.getByText('No provider yet').waitFor()
  expectRefused(world, 400, 400)
})
