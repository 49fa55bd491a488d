import type { Context as HonoContext } from 'hono'
import type { Bindings, Config } from '../config.ts'
import type { Paths } from '../paths.ts'
import type { Area, Messages, Texts } from '../ui/words/messages/index.ts'
import type { Language } from '../values/language.ts'
import type { Seconds } from '../values/time.ts'
import type { Guard } from './sign-in/guard.ts'

/** The kind of answer: to a program, to a person, or to a person on the way to a client. */
export type Surface = 'machine' | 'page' | 'flow'

/** The content of a request's log line. Never a secret, a code, a token, or any other text of a caller. */
export interface Noted {
  /** A client that exists: the `client_id` sent may be anything. */
  readonly client?: string
  readonly error?: string
  readonly reason?: string
  /** The location of a bug, without its data. */
  readonly stack?: readonly string[]
}

/** The facts of every request, set once in app.ts. */
export interface Known {
  config: Config
  paths: Paths
  /** The origin that tokens are issued under. */
  issuer: string
  /** One time for the whole request. */
  now: Seconds
  /** Printed on every error, and in the log. */
  reference: string
  /** The form of a failure; unset while no route was found. */
  surface: Surface | undefined
  /** The pattern of the route that was found. */
  route: string | undefined
  /** The guard of that route. */
  guard: Guard
  /** The language of this page. English until the route is known to be a page. */
  language: Language
  messages: Messages
  /** The texts that were read; the type of a `Context` with areas says which. */
  texts: Pick<Texts, never>
  /** Set for a visitor who came without a visit cookie. */
  visit: string | undefined
  /** Those that the browser sent. Undefined until one is asked for. */
  cookies: Readonly<Record<string, string>> | undefined
  /** For the log line. */
  noted: Noted
}

export interface App {
  Bindings: Bindings
  Variables: Known
}

/** A request. `A` are the areas whose texts were read for it: only `readTexts` adds to them. */
export type Context<A extends Area = never> = HonoContext<App> & {
  readonly var: { readonly texts: Pick<Texts, A> }
}

/**
 * Sets the initial facts of a request. Hono rebuilds `c.var` on each access, which costs more than everything else for a small
 * answer: from here on it is this one object.
 */
export function begin(c: Context, known: Known): void {
  Object.defineProperty(c, 'var', { value: known })
}

/** Adds facts that become known later. */
export function learn(c: Context, more: Partial<Known>): void {
  Object.assign(c.var, more)
}

/** The requested URL after the origin: path and query as sent. */
export function hereOf(c: Context): string {
  const { url } = c.req
  return url.slice(url.indexOf('/', url.indexOf('://') + 3))
}

/** `path` with parameters, all encoded; undefined ones are left out. */
export function pathWith(path: string, parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}
