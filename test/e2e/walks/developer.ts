import { authorizePath } from '../code.ts'
import { fillApplication, openAdvanced, registerDevice, signIn, startDevice } from '../people.ts'
import { drawPng } from '../picture.ts'
import { walkPlayground } from './playground.ts'
import { expectRefused, press, type Walk } from './walk.ts'

/** A developer, with names and addresses of the maximum length. */
export const walkAsDeveloper: Walk = async (companions) => {
  const { world, look } = companions
  const page = await world.visitor()
  await page.goto('/login')
  await signIn(page, 'grace')
  await page.getByText('Signed in as grace').waitFor()
  await look(page, 'welcome, signed in')
  await page.goto('/o/applications')
  await look(page, 'no application yet')

  await page.goto('/o/applications/register')
  await look(page, 'register')
  await press(page, 'Register')
  await page.getByRole('alert').waitFor()
  await look(page, 'register, nothing filled in')
  const long = `https://app.example/${'a'.repeat(200)}`
  await fillApplication(page, {
    name: 'W'.repeat(60),
    type: 'Confidential',
    redirectUris: `${long}\n${long}/#fragment\nhttp://app.example/`,
    allowedOrigins: `${long}`,
  })
  await press(page, 'Register')
  await page.getByRole('alert').getByText('line 2').first().waitFor()
  await look(page, 'register, refused')
  expectRefused(world, 400, 400)
  await page
    .getByLabel('Redirect URIs', { exact: true })
    .fill(`${long}\nhttp://localhost:1/playground/callback`)
  await page.getByLabel('Allowed origins').fill(`https://${'a'.repeat(60)}.${'b'.repeat(60)}.example`)
  await press(page, 'Register')
  await page.getByRole('heading', { name: 'Application registered' }).waitFor()
  await look(page, 'the secret')
  const secret = await page.getByLabel('Client secret', { exact: true }).inputValue()
  const clientId = await page.getByLabel('Client ID', { exact: true }).inputValue()
  await page.getByRole('link', { name: /^Continue to / }).click()
  await page.getByRole('navigation', { name: 'Pages of this application' }).waitFor()
  await look(page, 'an application')
  for (const tab of ['Settings', 'Activity', 'Danger zone', 'Credentials']) {
    await page.getByRole('link', { name: tab, exact: true }).click()
    await page.locator('.tabs [aria-current=page]').getByText(tab).waitFor()
    await look(page, `an application, ${tab}`)
  }
  await page.getByRole('link', { name: 'Delete the secret' }).click()
  await page.getByText('It is the only one.').waitFor()
  await look(page, 'delete the secret')
  await page.goto(`/o/applications/${clientId}/secrets`)
  await look(page, 'a new secret')
  await press(page, 'Create secret')
  await page.getByRole('heading', { name: 'New secret' }).waitFor()
  await look(page, 'a new secret, made')
  await page.goto(`/o/applications/${clientId}/secrets`)
  await look(page, 'no third secret')
  await page.goto(`/o/applications/${clientId}/logo`)
  await look(page, 'no logo yet')
  await page.getByLabel('Picture').setInputFiles({
    name: 'logo.svg',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
  })
  await press(page, 'Upload')
  await page.getByRole('alert').waitFor()
  await look(page, 'a logo, refused')
  expectRefused(world, 400)
  await page
    .getByLabel('Picture')
    .setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: drawPng() })
  await press(page, 'Upload')
  await page.getByText('Saved').waitFor()
  await page.goto(`/o/applications/${clientId}/logo`)
  await page.getByRole('button', { name: 'Remove the logo' }).waitFor()
  await look(page, 'a logo')
  await page.goto(`/o/applications/${clientId}/claims`)
  await look(page, 'claims')
  await page.goto(`/o/applications/${clientId}/policy`)
  await look(page, 'tokens and sign-in')
  await openAdvanced(page)
  await page.getByLabel('Access token lifetime').fill('never')
  await page.getByLabel('Public keys (JWKS)').fill('x'.repeat(300))
  await press(page, 'Save')
  await page.getByRole('alert').waitFor()
  await look(page, 'tokens and sign-in, refused')
  expectRefused(world, 400)
  await page.goto(`/o/applications/${clientId}/update`)
  await look(page, 'update')
  await page.getByLabel('Post-logout redirect URIs').fill(long)
  await press(page, 'Save')
  await page.getByText('Saved').waitFor()
  await look(page, 'saved')
  await page.goto(`/o/applications/${clientId}/delete`)
  await look(page, 'delete')
  await page.goto('/o/applications')
  await look(page, 'applications')
  await page.goto('/o/applications?name=zzz')
  await look(page, 'applications, nothing found')
  await page.goto(authorizePath(clientId, long))
  await page.getByRole('button', { name: 'Authorize' }).waitFor()
  await look(page, 'consent')
  // Another tab changes it while the page is open.
  await world.db
    .prepare(
      `UPDATE clients SET name = 'Another name', openid = json_set(openid, '$.sector_moved', json('true')) WHERE id = ?`,
    )
    .bind(clientId)
    .run()
  await press(page, 'Authorize')
  await page.getByRole('alert').waitFor()
  await look(page, 'consent, asked again')
  expectRefused(world, 409)
  await page.goto(`/o/applications/${clientId}/policy`)
  await look(page, 'tokens and sign-in, on other hosts')
  const stranger = await world.visitor()
  await stranger.goto(`${authorizePath(clientId, long)}&request=x`)
  await look(stranger, 'a request that can not be answered')
  expectRefused(world, 400)
  const way = { client_id: clientId, post_logout_redirect_uri: long }
  await stranger.goto(`/o/logout?${new URLSearchParams(way)}`)
  await stranger.getByRole('link', { name: 'Back to app.example' }).waitFor()
  await look(stranger, 'signed out, with a way back')
  await stranger.close()
  await page.goto('/logout')
  await look(page, 'sign out')
  await page.goto('/o/logout')
  await page.getByRole('link', { name: 'Stay signed in' }).waitFor()
  await look(page, 'sign out, for an application')

  await page.goto('/o/device')
  await look(page, 'connect a device')
  await page.getByLabel('Code').fill('AEIO')
  await press(page, 'Continue')
  await page.getByRole('alert').waitFor()
  await look(page, 'connect a device, refused')
  expectRefused(world, 400)
  const television = await registerDevice(page, 'W'.repeat(60))
  await page.goto(`/o/device?user_code=${await startDevice(world, television)}`)
  await look(page, 'connect a device, by a link')
  await press(page, 'Continue')
  await page.getByRole('button', { name: 'Authorize' }).waitFor()
  await look(page, 'let a device in')
  await press(page, 'Authorize')
  await page.getByText('Go back to your device').waitFor()
  await look(page, 'a device is connected')
  await page.goto(`/o/applications/${television}`)
  await look(page, 'an application for devices')
  await page.getByRole('link', { name: 'Try it as a device' }).click()
  await page.getByRole('button', { name: 'Show a code' }).waitFor()
  await look(page, 'try it as a device')
  await press(page, 'Show a code')
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await look(page, 'a code, as a device shows it')

  await walkPlayground(companions, page, clientId, secret)
}
