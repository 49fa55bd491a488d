import type { Page } from 'playwright-core'
import { plugIn, withoutAutofill } from '../device.ts'
import { registerPublic, signIn, waitForMail } from '../people.ts'
import { password, type World } from '../world.ts'
import { press, type Walk } from './walk.ts'

/** A person who comes back after a reset, and one who lost their factors. */
export const walkThroughRecovery: Walk = async ({ world, look }) => {
  const rita = await personWithAddress(world, 'rita', true)
  const page = await withoutAutofill(await world.visitor())
  await page.goto('/login')
  await signIn(page, 'rita')
  await page.getByText('Signed in as rita').waitFor()
  await plugIn(page)
  await page.goto('/account/passkeys/new')
  await page.getByLabel('Name').fill('W'.repeat(64))
  await press(page, 'Add a passkey')
  await page.waitForURL('/account/passkeys')
  await page.context().clearCookies()

  await loseFactors(world, look)

  await page.goto(await resetLink(world, page, rita))
  await page.getByLabel('New password').fill(password)
  await press(page, 'Change password')
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
  await page.goto('/login?next=/account')
  await signIn(page, 'rita')
  await page.getByRole('heading', { name: 'Are these yours?' }).waitFor()
  await look(page, 'the review after a reset')
  await page.getByRole('link', { name: 'Later' }).click()
  await page.getByText('Check the other ways into your account').waitFor()
  await look(page, 'the account, whose review waits')

  await comeBackToApplications(world, look)
}

/** A person whose address is confirmed for the first time by a reset. */
async function comeBackToApplications(world: World, look: Parameters<Walk>[0]['look']): Promise<void> {
  const otto = await personWithAddress(world, 'otto', false)
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'otto')
  await page.getByText('Signed in as otto').waitFor()
  const id = await registerPublic(page, {
    name: 'W'.repeat(40),
    redirectUris: `https://app.example/${'w'.repeat(200)}`,
  })
  await page.context().clearCookies()
  await page.goto(await resetLink(world, page, otto))
  await look(page, 'new password, the first proof of an address')
  await page.getByLabel('New password').fill(password)
  await press(page, 'Change password')
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
  await page.goto(`/login?next=/o/applications/${id}`)
  await signIn(page, 'otto')
  await page.getByRole('link', { name: 'check and resume it' }).waitFor()
  await look(page, 'an application that waits for its owner')
  await page.getByRole('link', { name: 'check and resume it' }).click()
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  await look(page, 'an application to look at')
}

/** By password only, with a passkey on another device. */
async function loseFactors(world: World, look: Parameters<Walk>[0]['look']): Promise<void> {
  const page = await world.visitor()
  await page.goto('/login?next=/account/passkeys/new')
  await signIn(page, 'rita')
  await page.getByText('This step needs your second factor.').waitFor()
  await look(page, 'sign in, with the factor')
  await page.getByRole('link', { name: 'I can’t use it any more' }).click()
  await page.getByRole('button', { name: 'Ask for the removal' }).waitFor()
  await look(page, 'lost factors')
  await press(page, 'Ask for the removal')
  await page.getByText('Someone asked to remove the second factor of rita.').waitFor()
  await look(page, 'lost factors, asked for')
}

async function personWithAddress(world: World, name: string, isProven: boolean): Promise<string> {
  await world.addUser(name)
  const email = `${name}@example.com`
  await world.db
    .prepare('UPDATE users SET email = ?, email_verified_at = ? WHERE username = ?')
    .bind(email, isProven ? 1 : null, name)
    .run()
  return email
}

async function resetLink(world: World, page: Page, email: string): Promise<string> {
  await page.goto('/password-reset')
  await page.getByLabel('Username or email').fill(email)
  await press(page, 'Send the link')
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
  await waitForMail(world, email, '/password-reset/password?token=')
  await page.goto('/dev/outbox')
  const link = page.locator('a[href*="/password-reset/password?token="]').first()
  return (await link.getAttribute('href')) ?? 'none'
}
