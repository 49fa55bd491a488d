import { beforeAll, expect, it } from 'vitest'
import { addUser, applySchema, startServer } from '../server.ts'

const server = startServer()

beforeAll(applySchema)

/** For each input field of the page: one without a name is for copying. */
function tokensOf(html: string): Record<string, string | undefined> {
  const fields = [...html.matchAll(/<(?:input|textarea) ([^>]*)>/g)].map(([, attributes = '']) => {
    const of = (name: string) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1]
    return { name: of('name') ?? '', type: of('type'), autocomplete: of('autocomplete') }
  })
  const typed = fields.filter(
    ({ name, type }) => name !== '' && !['hidden', 'checkbox', 'radio', 'file'].includes(type ?? ''),
  )
  return Object.fromEntries(typed.map(({ name, autocomplete }) => [name, autocomplete]))
}

/** WCAG 2.2 SC 1.3.5, which password managers use. */
it.each([
  ['/login', { username: 'username webauthn', password: 'current-password' }],
  ['/password-reset', { account: 'username' }],
  [
    '/account/password',
    {
      username: 'username',
      current_password: 'current-password',
      new_password: 'new-password',
      new_password_again: 'new-password',
    },
  ],
  ['/account/email', { email: 'email' }],
  ['/account/delete', { password: 'current-password' }],
  ['/account/authenticator/set-up', { code: 'one-time-code' }],
  [
    '/account/profile',
    {
      name: 'name',
      given_name: 'given-name',
      middle_name: 'additional-name',
      family_name: 'family-name',
      nickname: 'nickname',
      gender: 'sex',
      birthdate: 'bday',
      website: 'url',
      profile: 'off',
      picture: 'off',
      locale: 'language',
      zoneinfo: 'off',
      phone_number: 'tel',
      street_address: 'street-address',
      postal_code: 'postal-code',
      locality: 'address-level2',
      region: 'address-level1',
      country: 'country-name',
    },
  ],
])('%s declares what each field is for', async (path, tokens) => {
  const user = await addUser(`ada${path.replaceAll('/', '-')}`)
  const browser = path.startsWith('/account') ? await server.signedIn(user) : server.browser()
  expect(tokensOf((await browser.get(path)).html)).toEqual(tokens)
})
