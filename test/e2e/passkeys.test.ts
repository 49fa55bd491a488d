import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Device, keysOf, plugIn, withoutAutofill } from './device.ts'
import { signIn } from './people.ts'
import { startWorld } from './world.ts'

const world = await startWorld()

before(() => world.addUser('ada'))

const signedIn = (page: Page) => page.getByRole('button', { name: 'Sign out' }).waitFor()

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto('/account/passkeys')
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.waitForURL('/account/passkeys')
  await page.getByText(name, { exact: true }).waitFor()
}

/** A person named like their passkey, signed out again, with it on the device. */
async function withPasskey(page: Page, name: string): Promise<Device> {
  await world.addUser(name.toLowerCase())
  await page.goto('/login')
  await signIn(page, name.toLowerCase())
  await signedIn(page)
  const device = await plugIn(page)
  await addPasskey(page, name)
  await signOut(page)
  return device
}

async function signInByButton(page: Page): Promise<void> {
  await page.goto('/login')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
}

/** The browser was told that it is gone (Signal API), and no longer offers it. */
async function forgets(device: Device): Promise<void> {
  const deadline = Date.now() + 60_000
  while ((await keysOf(device)).length > 0) {
    assert.ok(Date.now() < deadline, 'the device still has it')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('register, sign in with the button, and continue', async () => {
  const page = await withoutAutofill(await world.visitor())
  await withPasskey(page, 'Laptop')
  await page.goto('/o/applications')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.waitForURL('/o/applications')
  await page.goto('/account/passkeys')
  await page.getByText(/Added .*, last used/).waitFor()
})

test('sign in by autofill: nothing is pressed on the page', async () => {
  const page = await world.visitor()
  await withPasskey(page, 'Autofill')
  // The page of the sign-in may be left before it is loaded.
  await page.goto('/account/passkeys', { waitUntil: 'commit' })
  await page.waitForURL('/account/passkeys')
  await page.getByText('Autofill', { exact: true }).waitFor()
})

test('autofill is on the username field, and leaves the password alone', async () => {
  const page = await world.visitor()
  await page.goto('/login')
  assert.equal(await page.getByLabel('Username').getAttribute('autocomplete'), 'username webauthn')
  await page.getByRole('button', { name: 'Use a passkey' }).waitFor()
  await signIn(page, 'ada')
  await signedIn(page)
})

test('two devices; one is registered already', async () => {
  const page = await withoutAutofill(await world.visitor())
  const device = await withPasskey(page, 'First')
  await signInByButton(page)
  await signedIn(page)
  await page.goto('/account/passkeys/new')
  await page.getByLabel('Name').fill('Again')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('already has a passkey for you').waitFor()
  await device.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: device.id })
  await plugIn(page)
  await addPasskey(page, 'Second')
  await page.getByText('First', { exact: true }).waitFor()
})

test('a removed passkey', async () => {
  const page = await withoutAutofill(await world.visitor())
  const device = await withPasskey(page, 'Lost')
  await signInByButton(page)
  await signedIn(page)
  await page.goto('/account/passkeys')
  await page.getByRole('link', { name: 'Remove Lost' }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.waitForURL('/account/passkeys')
  assert.equal(await page.getByText('Lost', { exact: true }).count(), 0)
  await forgets(device)
})

test('a passkey that the server no longer knows', async () => {
  const page = await withoutAutofill(await world.visitor())
  const device = await withPasskey(page, 'Gone')
  await world.db.prepare("DELETE FROM passkeys WHERE name = 'Gone'").run()
  await signInByButton(page)
  await page.getByRole('alert').getByText('not known here').waitFor()
  await forgets(device)
  assert.equal(world.complaints().length, 1, 'of the form that was refused')
})

test('a browser that creates a passkey by itself after the password', async () => {
  await world.addUser('autumn')
  const page = await withoutAutofill(await world.visitor())
  await plugIn(page)
  await page.addInitScript(() => {
    const asked: { mediation?: string | undefined; aborted: () => boolean | undefined }[] = []
    Object.assign(window, { asked })
    PublicKeyCredential.getClientCapabilities = async () => ({ conditionalCreate: true })
    navigator.credentials.create = (options) => {
      const { mediation, signal } = (options ?? {}) as { mediation?: string; signal?: AbortSignal }
      asked.push({ mediation, aborted: () => signal?.aborted })
      return new Promise(() => {})
    }
  })
  await page.goto('/login?next=/account')
  await page.waitForFunction(() => document.querySelector('#can_have_passkey[value="yes"]') !== null)
  await signIn(page, 'autumn')
  await page.getByRole('heading', { name: 'Next time without a password?' }).waitFor()
  const asked = () =>
    page.evaluate(() =>
      (window as unknown as { asked: { mediation?: string; aborted: () => boolean }[] }).asked.map(
        ({ mediation, aborted }) => [mediation, aborted()],
      ),
    )
  await page.waitForFunction(() => (window as unknown as { asked: unknown[] }).asked.length === 1)
  assert.deepEqual(await asked(), [['conditional', false]])
  // The person chooses: the browser must not be waiting for a passkey.
  await page.evaluate(() => {
    document.querySelector('main form.choices')?.addEventListener('submit', (event) => event.preventDefault())
  })
  await page.getByRole('button', { name: 'Not now' }).click()
  assert.deepEqual(await asked(), [['conditional', true]])
})

test('a copied passkey is detected by its counter', async () => {
  const page = await withoutAutofill(await world.visitor())
  const device = await withPasskey(page, 'Cloned')
  const [original] = await keysOf(device)
  assert.ok(original !== undefined)
  await signInByButton(page)
  await signedIn(page)
  await signOut(page)
  const { cdp, id: authenticatorId } = device
  await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: original.credentialId })
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: original })
  await signInByButton(page)
  await page.getByRole('alert').getByText('to have been copied').waitFor()
  assert.equal(world.complaints().length, 1, 'of the form that was refused')
})

test('no answer: the page says so, and the password still works', async () => {
  const page = await withoutAutofill(await world.visitor())
  const { cdp, id: authenticatorId } = await withPasskey(page, 'Refusing')
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await signInByButton(page)
  await page.getByRole('alert').getByText('No passkey was used').waitFor()
  await signIn(page, 'refusing')
  await signedIn(page)
})

test('without JavaScript the button is hidden', async () => {
  const page = await world.visitor({ javaScriptEnabled: false })
  await page.goto('/login')
  assert.equal(await page.getByRole('button', { name: 'Use a passkey' }).count(), 0)
  await signIn(page, 'ada')
  await signedIn(page)
  await page.goto('/account/passkeys/new')
  assert.match((await page.locator('main').textContent()) ?? '', /Passkeys need JavaScript/)
})

test('the form that adds one is sent together with its script', async () => {
  const page = await withoutAutofill(await world.visitor())
  await page.goto('/login')
  await signIn(page, 'ada')
  await signedIn(page)
  let load = () => {}
  const late = new Promise<void>((resolve) => {
    load = resolve
  })
  await page.route('**/passkeys/add.js', async (route) => {
    await late
    await route.continue()
  })
  await page.goto('/account/passkeys/new', { waitUntil: 'commit' })
  await page.getByRole('heading', { name: 'Add a passkey' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0)
  load()
  await page.getByRole('button', { name: 'Add a passkey' }).waitFor()
})

test('an account with only a passkey', async () => {
  const page = await withoutAutofill(await world.visitor())
  const device = await plugIn(page)
  await page.goto('/signup')
  await page.getByRole('button', { name: 'Create it with a passkey instead of a password' }).click()
  await page.getByRole('alert').getByText('Fill in your username').waitFor()
  assert.equal((await keysOf(device)).length, 0)
  await page.getByLabel('Username').fill('emmy')
  await page.getByLabel('Email').fill('emmy@example.com')
  await page.getByRole('button', { name: 'Create it with a passkey instead of a password' }).click()
  await page.waitForURL(({ pathname }) => pathname !== '/signup')
  await page.goto('/account/password')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('heading', { name: 'Set a password' }).waitFor()
  await signOut(page)
  await signInByButton(page)
  await page.getByText('Signed in as emmy').waitFor()
})

test('a passkey is offered after the password, until it is declined', async () => {
  await world.addUser('tess')
  const page = await withoutAutofill(await world.visitor())
  await plugIn(page)
  const toApplications = async () => {
    await page.goto('/login?next=/o/applications')
    await page.waitForFunction(() => document.querySelector('#can_have_passkey[value="yes"]') !== null)
    await signIn(page, 'tess')
  }
  await toApplications()
  await page.getByRole('heading', { name: 'Next time without a password?' }).waitFor()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.waitForURL('/o/applications')
  await signOut(page)
  await toApplications()
  await page.waitForURL('/o/applications')
  await page.context().clearCookies({ name: 'latchkey-no-passkey' })
  await signOut(page)
  await toApplications()
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.waitForURL('/o/applications')
  await signOut(page)
  await toApplications()
  await page.waitForURL('/o/applications')
})
