import { waitForMail } from '../people.ts'
import { password } from '../world.ts'
import { expectRefused, press, type Walk } from './walk.ts'

/** A new person, and one who forgot the password. */
export const walkThroughMail: Walk = async ({ world, look }) => {
  const page = await world.visitor()
  const address = `${'w'.repeat(60)}@example.com`
  const mailed = async (start: string) => {
    await waitForMail(world, address, start)
    await page.goto('/dev/outbox')
    return (await page.locator(`a[href*="${start}"]`).first().getAttribute('href')) ?? 'none'
  }
  await page.goto('/signup')
  await look(page, 'sign up')
  await page.getByLabel('Username').fill('w w')
  await page.getByLabel('Email').fill('nowhere')
  await page.getByLabel('Password').fill('short')
  await press(page, 'Create the account')
  await page.getByRole('alert').waitFor()
  await look(page, 'sign up, refused')
  expectRefused(world, 400)
  await page.getByLabel('Username').fill('wilma')
  await page.getByLabel('Email').fill(address)
  await page.getByLabel('Password').fill(password)
  await press(page, 'Create the account')
  await page.getByText('We sent a link').waitFor()
  await look(page, 'email, sent')
  await page.goto(await mailed('/account/email/confirmation'))
  await look(page, 'confirm an address')
  await press(page, 'Confirm')
  await page.getByText('confirmed.').waitFor()
  await look(page, 'email, confirmed')

  await page.goto('/password-reset')
  await look(page, 'forgotten')
  await page.getByLabel('Username or email').fill('wilma')
  await press(page, 'Send the link')
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
  await look(page, 'sent')
  const link = await mailed('/password-reset/password')
  await look(page, 'outbox')
  await page.goto(link)
  await look(page, 'new password')
  await page.getByLabel('New password').fill('seven green lamps')
  await press(page, 'Change password')
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
  await look(page, 'changed')
  await page.goto(link)
  await look(page, 'a link that was used')
  expectRefused(world, 404)
}
