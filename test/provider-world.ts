import { env } from 'cloudflare:workers'
import type { Connection, ConnectionSettings } from '../src/rules/sign-in/connection.ts'
import { sealProviderSecret } from '../src/secrets/sign-in/provider-secret.ts'
import type { Browser, Page } from './browser.ts'
import { addConnection } from './connections.ts'
import { type Person, Provider, serveProviders } from './provider.ts'
import { type ServerOptions, startServer } from './server.ts'

let worlds = 0

/** A server, an OpenID provider, and its connection. */
export async function world(settings: Partial<ConnectionSettings> = {}, options: ServerOptions = {}) {
  const provider = new Provider(`https://id-${++worlds}.example`)
  await provider.changeKeys()
  serveProviders(provider)
  const id = `acme-${worlds}`
  const sealedSecret = await sealProviderSecret(env.KEY_ENCRYPTION_SECRET, id, 'secret there')
  const connection = await addConnection({ id, issuer: provider.origin, sealedSecret, settings })
  return { server: startServer(options), provider, connection }
}

/** Presses the button of this provider. */
export async function pressed(
  page: Page,
  { id }: Connection,
  fields: Record<string, string> = {},
): Promise<Page> {
  const form = page.forms.find(({ action }) => action === `/login/with/${id}`)
  if (form === undefined) throw new Error(`No button: ${page.html}`)
  return page.browser.post(form.action, { ...form.fields, ...fields })
}

export type World = Awaited<ReturnType<typeof world>>

/** The redirect to the provider, from the sign-in page. */
export async function away(
  { connection }: World,
  browser: Browser,
  next = '',
  fields: Record<string, string> = {},
) {
  const path = next === '' ? '/login' : `/login?next=${encodeURIComponent(next)}`
  return pressed(await browser.get(path), connection, fields)
}

/** Back from the provider as this person. */
export async function through(
  at: World,
  browser: Browser,
  person: Person,
  answer: Parameters<Provider['answer']>[2] = {},
) {
  return browser.get(at.provider.answer(await away(at, browser), person, answer))
}

/** Whether anybody is signed in in this browser. */
export const isIn = async (browser: Browser) => (await browser.get('/account')).status === 200

export const one = (text: string, ...values: string[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .first<Record<string, unknown>>()
