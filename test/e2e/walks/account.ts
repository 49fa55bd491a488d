import { authorizePath } from '../code.ts'
import { registerPublic, signIn } from '../people.ts'
import { password } from '../world.ts'
import { expectRefused, press, type Walk } from './walk.ts'

/** The account pages, up to deleting the account. */
export const walkThroughAccount: Walk = async ({ world, look, playground }) => {
  await world.addUser('mary', 'user')
  const redirectUri = `${playground}/callback`
  const page = await world.visitor()
  await page.goto('/login?next=/account')
  await signIn(page, 'mary')
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  await look(page, 'account')
  const clientId = await registerPublic(page, { name: 'W'.repeat(60), redirectUris: redirectUri })
  await page.goto('/account/applications')
  await look(page, 'no connected application yet')
  await page.goto(authorizePath(clientId, redirectUri))
  await press(page, 'Authorize')
  await page.waitForURL(`${redirectUri}?*`)
  expectRefused(world, 404)
  for (const name of ['profile', 'password', 'sessions', 'requests', 'applications', 'activity', 'delete']) {
    await page.goto(`/account/${name}`)
    await look(page, name)
  }
  await page.goto('/account/profile')
  await page.getByText('More personal details').click()
  await page.getByLabel('Birthday').fill('yesterday')
  await press(page, 'Save')
  await page.getByRole('alert').waitFor()
  await look(page, 'profile, refused')
  await page.goto('/account/password')
  await page.getByLabel('New password', { exact: true }).fill('password1')
  await press(page, 'Change password')
  await page.getByRole('alert').waitFor()
  await look(page, 'password, refused')
  expectRefused(world, 400, 400)
  await page.goto('/account/applications')
  await page.getByRole('link', { name: 'Remove' }).click()
  await page.getByRole('heading', { name: 'Remove the application?' }).waitFor()
  await look(page, 'remove')
  await press(page, 'Remove')
  await page.getByText('Removed the access of').waitFor()
  await look(page, 'removed')
  await page.goto('/account/delete')
  await page.getByLabel('Password').fill(password)
  await press(page, 'Delete')
  await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor()
  await look(page, 'deleted')
}
