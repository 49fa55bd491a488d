import { oneTimeCode, stepAt } from '../src/rules/sign-in/one-time-code.ts'
import type { User } from '../src/store/people/users.ts'
import type { Browser, Page } from './browser.ts'
import { password, type Server } from './server.ts'

/** A phone: it has the scanned key, and a clock. */
export interface Phone {
  code(stepsAway?: number): string
  /** The same phone, with the clock of another server. */
  at(server: Server): Phone
}

/** The content that a camera reads on the set-up page. */
export function scan(server: Server, page: Page): Phone {
  const secret = /secret=([A-Z2-7]+)/.exec(page.html)?.[1]
  if (secret === undefined) throw new Error(`No key: ${page.status} ${page.location}`)
  const key = decodeBase32(secret)
  return phoneWith(key, server)
}

function phoneWith(key: Uint8Array, server: Server): Phone {
  return {
    code: (stepsAway = 0) => oneTimeCode(key, stepAt(server.now) + stepsAway),
    at: (other) => phoneWith(key, other),
  }
}

export function codesOn(page: Page): readonly string[] {
  return page.text.match(/\b[0-9a-z]{5}-[0-9a-z]{5}\b/g) ?? []
}

export interface Protected {
  readonly phone: Phone
  readonly recoveryCodes: readonly string[]
}

/** Through the pages, like a person. Afterwards the code of this step is used up. */
export async function setUpAuthenticator(server: Server, browser: Browser): Promise<Protected> {
  const page = await browser.get('/account/authenticator/set-up')
  const phone = scan(server, page)
  const done = await page.submit({ code: phone.code() })
  return { phone, recoveryCodes: codesOn(done) }
}

/** The right password in a new browser: returns the next page. */
export async function afterPassword(server: Server, user: User, next = ''): Promise<[Browser, Page]> {
  const browser = server.browser()
  const login = await browser.get(`/login?next=${encodeURIComponent(next)}`)
  return [browser, await login.submit({ username: user.username, password })]
}

/** The page that asks for the code. */
export async function atCode(server: Server, user: User, next = ''): Promise<[Browser, Page]> {
  const [browser, answer] = await afterPassword(server, user, next)
  return [browser, await browser.get(answer.location)]
}

function decodeBase32(text: string): Uint8Array {
  const bits = [...text]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}
