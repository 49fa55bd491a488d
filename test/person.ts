import { env } from 'cloudflare:workers'
import type { Profile } from '../src/rules/openid/user-claims.ts'
import type { User } from '../src/store/people/users.ts'
import type { Browser, Page } from './browser.ts'
import { addUser, password, type Server, startedAt } from './server.ts'

/** Every standard claim that people set about themselves, OIDC Core §5.1. */
export const completeProfile = {
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'Countess',
  profile: 'https://people.example/ada',
  picture: 'https://people.example/ada.jpg',
  website: 'https://ada.example/',
  gender: 'female',
  birthdate: '1815-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  phone_number: '+44 20 7946 0000',
  address: {
    formatted: '12 St James’s Square\nLondon SW1Y 4JH\nUnited Kingdom',
    street_address: '12 St James’s Square',
    locality: 'London',
    region: 'Greater London',
    postal_code: 'SW1Y 4JH',
    country: 'United Kingdom',
  },
} satisfies Profile

/** A user with every claim. */
export async function addCompleteUser(username: string): Promise<User> {
  const user = await addUser(username)
  await env.DB.prepare(
    'UPDATE users SET profile = ?, groups = ?, email_verified_at = ?, updated_at = ? WHERE id = ?',
  )
    .bind(JSON.stringify(completeProfile), '["engineers"]', startedAt, startedAt, user.id)
    .run()
  return user
}

/** A person at a browser, who signs in and gives consent when asked, and counts how often. */
export class Person {
  readonly browser: Browser
  readonly user: User
  signIns = 0
  consents = 0

  constructor(server: Server, user: User) {
    this.browser = server.browser()
    this.user = user
  }

  /** Continues until the answer goes to the application, or until there is nothing left to do. */
  async visit(path: string): Promise<Page> {
    let page = await this.browser.get(path)
    for (let steps = 0; steps < 12; steps++) {
      if (page.location.startsWith('/')) page = await this.browser.get(page.location)
      else if (has(page, 'password')) page = await this.#signIn(page)
      else if (has(page, 'decision')) page = await this.#agree(page)
      else return page
    }
    throw new Error(`It goes round in a circle: ${page.location}`)
  }

  #signIn(page: Page): Promise<Page> {
    this.signIns++
    return page.submit({ password, username: this.user.username })
  }

  #agree(page: Page): Promise<Page> {
    this.consents++
    return page.submit({ decision: 'authorize' })
  }
}

const has = (page: Page, field: string) =>
  page.forms.some(({ action, fields }) => action.startsWith('/') && field in fields)
