import type { Browser, Page } from './browser.ts'
import { errorOf, type Known, postToken, refreshRequest } from './flow.ts'
import type { Server } from './server.ts'

/** The pages of applications as a developer uses them: without knowledge of the storage. */

export const registerPath = '/o/applications/register'

export const pathOf = ({ client }: Known, page = '') => `/o/applications/${client.id}${page}`

export const typed = {
  name: 'Notes',
  client_type: 'confidential',
  authorization_grant_type: 'authorization-code',
  redirect_uris: 'https://app.example/callback',
  post_logout_redirect_uris: '',
  allowed_origins: '',
}

export async function sendRegistration(
  browser: Browser,
  changes: Record<string, string> = {},
): Promise<Page> {
  return (await browser.get(registerPath)).submit({ ...typed, ...changes })
}

export async function register(browser: Browser, changes: Record<string, string> = {}): Promise<Known> {
  const fields = { ...typed, ...changes }
  return registeredOn(await sendRegistration(browser, changes), fields)
}

/** The application in the answer to a form: with a secret it is in the page, without one in the redirect. */
export function registeredOn(page: Page, fields: Record<string, string> = typed): Known {
  const type = fields.client_type === 'public' ? 'public' : 'confidential'
  const redirectUris = (fields.redirect_uris ?? '').split('\n').filter((line) => line !== '')
  const id = /^\/o\/applications\/([\w-]+)\?saved/.exec(page.location)?.[1]
  if (page.status === 303 && id !== undefined) return { client: { id, type, redirectUris }, secret: '' }
  const client = { id: shown(page, 'client_id'), type, redirectUris } as const
  return { client, secret: shown(page, 'client_secret') }
}

/** The value that a page shows under an id. */
export function shown(page: Page, id: string): string {
  const value = new RegExp(`id="${id}"[^>]*>\\s*([^<\\s]+)`).exec(page.html)?.[1]
  if (value === undefined)
    throw new Error(`No ${id} on this page: ${page.status} ${page.location} ${page.text}`)
  return value
}

export const titleOf = (page: Page) => /<title>([^<]*)<\/title>/.exec(page.html)?.[1]

/** Whether the token endpoint accepts the application with this secret, or a public one without. */
export async function accepts(server: Server, known: Known): Promise<boolean> {
  const answer = await errorOf(await postToken(server, refreshRequest(known, 'lkr_nothing')))
  if (answer === '400 invalid_grant') return true
  if (answer === '401 invalid_client') return false
  throw new Error(`Not an answer about the application: ${answer}`)
}

/** The same cookies at another server, for example one with faults. */
export function carriedTo(server: Server, browser: Browser): Browser {
  const other = server.browser()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}
