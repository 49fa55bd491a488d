import { authorizePath } from '../code.ts'
import { openAdvanced, registerDevice, registerPublic, signIn, startDevice } from '../people.ts'
import { password } from '../world.ts'
import { expectRefused, press, type Walk } from './walk.ts'

/** The first administrator. */
export const walkAsFirstAdministrator: Walk = async ({ world, look }) => {
  const page = await world.visitor()
  await page.goto(await world.setupLink())
  await look(page, 'set up')
  await page.getByLabel('Username').fill('not a name')
  await page.getByLabel('Password').fill('short')
  await press(page, 'Create administrator')
  await page.getByRole('alert').waitFor()
  await look(page, 'set up, refused')
  expectRefused(world, 400)
  await page.getByLabel('Username').fill('M'.repeat(64))
  await page.getByLabel('Password').fill(password)
  await press(page, 'Create administrator')
  await page.getByText('Signed in as').waitFor()
  await look(page, 'welcome, administrator')
  for (const path of [
    '/admin',
    '/admin/users',
    '/admin/applications',
    '/admin/invitations',
    '/o/applications',
  ]) {
    await page.goto(path)
    await look(page, path)
  }
  await page.goto('/o/applications/register')
  await openAdvanced(page)
  await page.getByLabel('Owner').fill('nobody')
  await press(page, 'Register')
  await page.getByRole('alert').waitFor()
  await look(page, 'register, for nobody')
  expectRefused(world, 400)
}

/** An administrator managing everybody else. */
export const walkAsAdministrator: Walk = async ({ world, look, playground }) => {
  await world.addUser('hopper', 'administrator')
  await world.addUser('noether', 'user')
  const page = await world.visitor()
  await page.goto('/login?next=/admin/apis')
  await signIn(page, 'hopper')
  await page.getByRole('heading', { name: 'APIs' }).waitFor()
  await look(page, 'no API yet')
  await page.goto('/admin/apis/new')
  await look(page, 'a new API')
  await press(page, 'Save')
  await page.getByRole('alert').waitFor()
  await look(page, 'a new API, refused')
  expectRefused(world, 400)
  await page.getByLabel('Identifier').fill(`https://api.example/${'a'.repeat(300)}`)
  await page.getByLabel('Name', { exact: true }).fill('W'.repeat(60))
  await page.getByLabel('Scopes', { exact: true }).fill(`${'r'.repeat(100)} See ${'w'.repeat(150)}`)
  await press(page, 'Save')
  await page.getByRole('heading', { name: 'Change the API' }).waitFor()
  await page.getByText('Saved').waitFor()
  await page.getByText('Allow another application').click()
  await look(page, 'an API')
  await press(page, 'Save')
  await page.getByRole('heading', { name: 'APIs', exact: true }).waitFor()
  await look(page, 'APIs')
  await page.getByRole('link', { name: 'W'.repeat(60) }).click()
  await page.getByRole('heading', { name: 'Change the API' }).waitFor()
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Delete the API?' }).waitFor()
  await look(page, 'delete an API')
  await page.goto('/admin/servers')
  await look(page, 'no other server yet')
  await page.goto('/admin/servers/new')
  await look(page, 'another server')
  await page.locator('#issuer').fill('https://idp.example')
  await page.getByLabel('Name', { exact: true }).fill('W'.repeat(60))
  await press(page, 'Save')
  await page.getByText('Saved').waitFor()
  await page.getByRole('link', { name: 'W'.repeat(60) }).click()
  await page.getByRole('heading', { name: 'Change the server' }).waitFor()
  await look(page, 'a server')
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByRole('link', { name: 'Cancel' }).waitFor()
  await look(page, 'delete a server')

  await page.goto('/admin/connections')
  await look(page, 'no sign-in provider yet')
  await page.getByRole('link', { name: 'Add a provider' }).click()
  await page.getByRole('heading', { name: 'Add a provider' }).waitFor()
  await look(page, 'kinds of sign-in providers')
  await page.goto('/admin/connections/new?kind=apple')
  await look(page, 'a new sign-in provider, Apple')
  await page.goto('/admin/connections/new?kind=openid')
  await press(page, 'Save')
  await page.getByRole('alert').waitFor()
  await look(page, 'a new sign-in provider, refused')
  expectRefused(world, 400)
  for (const name of ['W'.repeat(60), 'GitHub']) {
    await page.goto('/admin/connections')
    await page.getByRole('link', { name: 'Add a provider' }).click()
    await page.getByRole('link', { name: 'GitHub', exact: true }).click()
    await page.getByLabel('Name on the button').fill(name)
    await page.getByLabel('Client ID').fill('c'.repeat(100))
    await page.getByLabel('Client secret', { exact: true }).fill('secret')
    await press(page, 'Save')
    await page.getByText('The provider is added').waitFor()
  }
  await look(page, 'a sign-in provider')
  await page.getByRole('link', { name: 'Claims, groups and roles' }).click()
  await page.getByLabel('Groups', { exact: true }).fill('teams')
  await page.getByLabel('Groups here').fill('engineering -> developers')
  await page.getByLabel('An answer to try').fill('{"id":1,"login":"ada","teams":["engineering"]}')
  await press(page, 'Preview')
  await page.getByRole('heading', { name: 'How the account will look here' }).waitFor()
  await look(page, 'claims of a sign-in provider')
  for (const path of ['test', 'secret', 'suspension', 'delete']) {
    await page.goto(`/admin/connections/github-2/${path}`)
    await look(page, `${path} of a sign-in provider`)
  }
  await page.goto('/admin/connections')
  await press(page, 'Move GitHub up')
  await page.getByText('Sign-in provider changed').waitFor()
  await look(page, 'sign-in providers')

  await page.goto('/admin/authorization-details')
  await look(page, 'no type of authorization details yet')
  await page.getByRole('link', { name: 'Add a type' }).click()
  await page.getByLabel('Type', { exact: true }).fill('payment_initiation')
  await page.getByLabel('Title for people').fill('W'.repeat(100))
  await look(page, 'a new type of authorization details')
  await press(page, 'Save')
  await page.getByText('Saved').waitFor()
  await page.getByRole('link', { name: 'payment_initiation' }).click()
  await page.getByRole('heading', { name: 'Change the type' }).waitFor()
  await look(page, 'a type of authorization details')
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: /^Delete the type/ }).waitFor()
  await look(page, 'delete a type of authorization details')

  await page.goto('/admin/keys')
  await page
    .getByRole('link', { name: /^Withdraw the key/ })
    .first()
    .click()
  await page.getByRole('heading', { name: /^Withdraw this/ }).waitFor()
  await look(page, 'withdraw a key')
  for (const path of [
    'scopes',
    'scopes/new',
    'keys',
    'keys/ES256/rotation',
    'audit',
    'audit?type=zzz',
    'logouts',
    'settings',
    'health',
  ]) {
    await page.goto(`/admin/${path}`)
    await look(page, path)
  }
  await page.goto(`/admin/scopes/${Buffer.from('write').toString('base64url')}`)
  await look(page, 'a scope')
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Delete the scope?' }).waitFor()
  await look(page, 'delete a scope')

  const redirectUri = `${playground}/callback`
  const clientId = await registerPublic(page, { name: 'Telescope', redirectUris: redirectUri })
  await world.db
    .prepare(
      `UPDATE clients SET openid = json_set(openid, '$.sector_moved', json('true'),
         '$.authorization_details_types', json('["payment_initiation"]')) WHERE id = ?`,
    )
    .bind(clientId)
    .run()
  await page.goto(`/o/applications/${clientId}/policy`)
  await page.getByRole('radio', { name: 'Confirmed', exact: true }).waitFor()
  await look(page, 'tokens and sign-in, hosts to confirm')
  await page.goto(`/admin/applications/${clientId}/trust`)
  await look(page, 'trust')
  await page.getByRole('radio', { name: 'Verified', exact: true }).check()
  await press(page, 'Save')
  await page.getByText('Saved').waitFor()
  await look(page, 'an application, verified')
  await world.db
    .prepare(`UPDATE clients SET suspended_at = 1, approval = 'waiting' WHERE id = ?`)
    .bind(clientId)
    .run()
  await page.goto('/admin/applications')
  await page.getByRole('link', { name: 'Waiting for approval: 1' }).click()
  await page.getByText('registered themselves').waitFor()
  await look(page, 'applications that wait for approval')
  await page.getByRole('checkbox', { name: 'Select Telescope' }).check()
  await press(page, 'Approve')
  await page.getByRole('heading', { name: 'Approve these applications' }).waitFor()
  await look(page, 'approve several applications')
  await page.goto(`/admin/applications/${clientId}/approval`)
  await look(page, 'approve an application')
  await page.goto(authorizePath(clientId, redirectUri))
  await look(page, 'an application waits for approval')
  expectRefused(world, 403)
  await page.goto(`/admin/applications/${clientId}/approval`)
  await press(page, 'Approve')
  await page.getByText('The application is approved').waitFor()
  await page.goto(`/admin/applications/${clientId}/suspension`)
  await look(page, 'suspend an application')
  await page.goto(authorizePath(clientId, `${redirectUri}/elsewhere`))
  await look(page, 'an address that is not registered')
  expectRefused(world, 400)
  const instructedAmount = { currency: 'EUR', amount: '123.50' }
  const payment = { type: 'payment_initiation', creditorName: 'W'.repeat(70), instructedAmount }
  const details = JSON.stringify([payment])
  await page.goto(
    `${authorizePath(clientId, redirectUri)}&authorization_details=${encodeURIComponent(details)}`,
  )
  await page.getByText('123.50').waitFor()
  await look(page, 'consent to a payment')
  await world.db
    .prepare(
      `INSERT INTO device_authorizations (device_code_hash, user_code_hash, client_id, scope, resources, poll_interval,
         origin, created_at, expires_at, user_id, binding_message, authorization_details)
       SELECT 'x', 'x', ?, 'openid read', '[]', 5, 'x.x', unixepoch(), unixepoch() + 600, id, 'W4SC', ? FROM users
       WHERE username = 'hopper'`,
    )
    .bind(clientId, details)
    .run()
  await page.goto('/account/requests')
  await page.getByText('123.50').waitFor()
  await look(page, 'an application asks for a payment')
  const terminal = await registerDevice(page, 'Terminal')
  await world.db
    .prepare(
      `UPDATE clients SET openid = json_set(openid, '$.authorization_details_types', json('["payment_initiation"]'))
       WHERE id = ?`,
    )
    .bind(terminal)
    .run()
  await page.goto(
    `/o/device?user_code=${await startDevice(world, terminal, { authorization_details: details })}`,
  )
  await press(page, 'Continue')
  await page.getByText('123.50').waitFor()
  await look(page, 'a device asks for a payment')
  await page.goto(authorizePath(clientId, redirectUri))
  await page.getByText('on this device').waitFor()
  await look(page, 'consent, verified, on this device')
  await press(page, 'Authorize')
  await page.waitForURL(`${redirectUri}?*`)
  expectRefused(world, 404)
  await page.goto('/search?name=hopper')
  await page.getByRole('heading', { name: 'Users' }).waitFor()
  await look(page, 'search')
  await page.goto('/admin/users?name=hopper')
  await page.getByRole('link', { name: 'hopper', exact: true }).last().click()
  await page.getByRole('heading', { name: 'Connected applications' }).waitFor()
  await look(page, 'a user')
  await page.getByRole('link', { name: 'End the access of Telescope' }).click()
  await page.getByRole('heading', { name: 'End the access?' }).waitFor()
  await look(page, 'end the access')
  await page.goto('/admin/users/new')
  await press(page, 'Create')
  await page.getByRole('alert').waitFor()
  expectRefused(world, 400)
  await look(page, 'a new user, refused')
  await page.goto('/admin/users?name=noether')
  await page.getByRole('checkbox', { name: 'Select noether' }).check()
  await press(page, 'Suspend')
  await page.getByRole('heading', { name: 'Suspend these people?' }).waitFor()
  await look(page, 'suspend several people')
  await page.goto('/admin/users?name=noether')
  await page.getByRole('link', { name: 'noether' }).click()
  await page.getByRole('heading', { name: 'noether' }).waitFor()
  const user = new URL(page.url()).pathname
  await page.goto(`${user}/lock`)
  await look(page, 'unlock the account')
  await page.goto(`${user}/sessions`)
  await look(page, 'end the sessions')
  await page.getByRole('link', { name: 'Cancel' }).click()
  for (const [link, heading] of [
    ['Edit claims and groups', 'Claims and groups'],
    ['Change the role', 'Change the role'],
    ['Suspend', 'Suspend the user?'],
    ['Delete', 'Delete the user?'],
  ] as const) {
    await page.getByRole('link', { name: link }).click()
    await page.getByRole('heading', { name: heading }).waitFor()
    await look(page, link)
    await page.getByRole('link', { name: 'Cancel' }).click()
  }
  await page.getByRole('link', { name: 'Suspend' }).click()
  await press(page, 'Suspend')
  await page.getByText('User suspended').waitFor()
  await look(page, 'a suspended user')
}
