import { createHmac } from 'node:crypto'
import { plugIn, withoutAutofill } from '../device.ts'
import { signIn } from '../people.ts'
import { expectRefused, press, type Walk } from './walk.ts'

/** With an authenticator app. */
export const walkWithAuthenticator: Walk = async ({ world, look }) => {
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'grace')
  await page.getByText('Signed in as grace').waitFor()
  await page.goto('/account/authenticator')
  await look(page, 'no authenticator yet')
  await page.getByRole('link', { name: 'Set up an authenticator app' }).click()
  await page.getByText('The app is on this device').click()
  await look(page, 'set up an authenticator')
  const key = await page.getByLabel('Key', { exact: true }).inputValue()
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await press(page, 'Confirm')
  await page.getByRole('alert').waitFor()
  await look(page, 'set up an authenticator, refused')
  expectRefused(world, 400)
  await page.getByLabel('Code', { exact: true }).fill(codeOf(key))
  await press(page, 'Confirm')
  await page.getByText('Print them or write them down now.').waitFor()
  await look(page, 'recovery codes')
  await page.getByRole('link', { name: 'I’ve saved them' }).click()
  await page.getByRole('link', { name: 'Remove the app' }).waitFor()
  await look(page, 'an authenticator')
  for (const name of ['recovery-codes', 'remove']) {
    await page.goto(`/account/authenticator/${name}`)
    await look(page, name)
  }
  await page.goto('/login')
  await signIn(page, 'grace')
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
  await look(page, 'code')
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await press(page, 'Sign in')
  await page.locator('[aria-invalid]').waitFor()
  await look(page, 'code, refused')
  world.complaints()
  await page.getByRole('link', { name: 'Use a recovery code instead' }).click()
  await page.getByLabel('Recovery code').waitFor()
  await look(page, 'recovery code')

  await world.addUser('keeper', 'administrator')
  const keeper = await world.visitor()
  await keeper.goto('/login?next=/admin/users%3Fname%3Dgrace')
  await signIn(keeper, 'keeper')
  await keeper.getByRole('link', { name: 'grace', exact: true }).click()
  await keeper.getByRole('link', { name: 'Reset' }).click()
  await keeper.getByRole('heading', { name: 'Reset the second factor?' }).waitFor()
  await look(keeper, 'reset the factors of somebody')
}

/** With a passkey. */
export const walkWithPasskey: Walk = async ({ world, look }) => {
  const page = await withoutAutofill(await world.visitor())
  await world.addUser('lin')
  await page.goto('/login')
  await signIn(page, 'lin')
  await page.getByText('Signed in as lin').waitFor()
  await page.goto('/account/second-factor?next=/account')
  await look(page, 'a second factor is needed')
  await page.goto('/account/passkeys/offer?next=/account')
  await look(page, 'a passkey is offered')
  await page.goto('/account/passkeys')
  await look(page, 'no passkey yet')
  await page.getByRole('link', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name').fill('W'.repeat(64))
  await press(page, 'Add a passkey')
  await page.getByRole('alert').getByText('No passkey was created').waitFor()
  await look(page, 'add a passkey, without a device')
  await plugIn(page)
  await press(page, 'Add a passkey')
  await page.waitForURL('/account/passkeys')
  await look(page, 'passkeys')
  // A person with a passkey shows it before anything about it changes.
  await page.goto('/login')
  await press(page, 'Use a passkey')
  await page.getByText('Signed in as lin').waitFor()
  await page.goto('/account/passkeys')
  await page.getByRole('link', { name: 'Rename W' }).click()
  await page.getByRole('heading', { name: 'Rename the passkey' }).waitFor()
  await look(page, 'rename a passkey')
  await page.goto('/account/passkeys')
  await page.getByRole('link', { name: 'Remove W' }).click()
  await page.getByRole('button', { name: 'Remove' }).waitFor()
  await look(page, 'remove a passkey')
  // Without a page that tells the device, which would delete it.
  await world.db
    .prepare("DELETE FROM passkeys WHERE user_id = (SELECT id FROM users WHERE username = 'lin')")
    .run()
  await page.goto('/login')
  await press(page, 'Use a passkey')
  await page.getByRole('alert').getByText('not known here').waitFor()
  await look(page, 'sign in, with an unknown passkey')
  expectRefused(world, 400)
}

/** RFC 6238, from a key as it is typed. */
function codeOf(typed: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...typed.replaceAll(/\s/g, '').toUpperCase()]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
