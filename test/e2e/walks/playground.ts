import type { Page } from 'playwright-core'
import { registerPublic } from '../people.ts'
import { type Companions, press } from './walk.ts'

/** Each state of the playground, from another origin. */
export async function walkPlayground(
  { world, look, playground }: Companions,
  page: Page,
  clientId: string,
  secret: string,
): Promise<void> {
  await page.goto('/playground')
  await page.getByRole('button', { name: 'Sign in and authorize' }).waitFor()
  await look(page, 'playground')
  await page.goto(`${playground}/playground?client_id=${clientId}`)
  await press(page, 'Sign in and authorize')
  await press(page, 'Authorize')
  await page.getByText('The response is valid').waitFor()
  await look(page, 'playground, answer')
  await press(page, 'Exchange the code')
  await page.getByRole('alert').waitFor()
  await look(page, 'playground, problem')
  world.complaints()
  await page.getByLabel('Client secret', { exact: true }).fill(secret)
  // The same as the browser's blocking of an answer from an unregistered origin.
  await page.route('**/o/token', (route) => route.abort())
  await press(page, 'Exchange the code')
  await page.getByRole('alert').getByText('CORS').waitFor()
  await look(page, 'playground, unread')
  await page.unroute('**/o/token')
  world.complaints()

  const open = await registerPublic(page, {
    name: 'Readable',
    redirectUris: `${playground}/playground/callback`,
  })
  await page.goto(`${playground}/playground?client_id=${open}`)
  await press(page, 'Sign in and authorize')
  await press(page, 'Authorize')
  await press(page, 'Exchange the code')
  await press(page, 'Refresh the tokens')
  await page.getByText('both tokens changed').waitFor()
  await look(page, 'playground, tokens')
}
