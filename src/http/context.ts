import type { Context as HonoContext } from 'hono'
import type { Bindings, Config } from '../config.ts'
import type { Paths } from '../paths.ts'
import type { Area, Messages, Texts } from '../ui/words/messages/index.ts'
import type { Language } from '../values/language.ts'
import type { Seconds } from '../values/time.ts'
import type { Guard } from './sign-in/guard.ts'

/** Who is answered: a program, a person, or a person on the way to a client. */
export type Surface = 'machine' | 'page' | 'flow'

/** What is said of a request in its one line. Never a secret, a code, a token, or anything else as a caller wrote it. */
export interface Noted {
  /** A client that was found: what was sent as `client_id` may be anything. */
  readonly client?: string
  readonly error?: string
  readonly reason?: string
  /** Where a bug is, without what it was about. */
  readonly stack?: readonly string[]
}

/** What every request knows, set once in app.ts. */
export interface Known {
  config: Config
  paths: Paths
  /** The origin tokens are issued under. */
  issuer: string
  /** One time for the whole request. */
  now: Seconds
  /** Printed on every error, and in the log. */
  reference: string
  /** Which form a failure takes; unset while no route was found. */
  surface: Surface | undefined
  /** The pattern of the route that was found. */
  route: string | undefined
  /** Whom that route is for. */
  guard: Guard
  /** What this page speaks. English until the route is known to be a page. */
  language: Language
  messages: Messages
  /** Those that were read; which, says the type of a `Context` with areas. */
  texts: Pick<Texts, never>
  /** Of a visitor who came without one. */
  visit: string | undefined
  /** For the one line in the log. */
  noted: Noted
}

export interface App {
  Bindings: Bindings
  Variables: Known
}

/** A request. `A` are the areas whose texts were read for it: `readTexts` alone adds to them. */
export type Context<A extends Area = never> = HonoContext<App> & {
  readonly var: { readonly texts: Pick<Texts, A> }
}

/**
 * Begins what a request knows. Hono makes `c.var` anew at each look, which costs more than all else around a small answer: from
 * here on it is this one object.
 */
export function begin(c: Context, known: Known): void {
  Object.defineProperty(c, 'var', { value: known })
}

/** What became known later. */
export function learn(c: Context, more: Partial<Known>): void {
  Object.assign(c.var, more)
}

/** `path` with parameters, all encoded; undefined ones left out. */
export function pathWith(path: string, parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}
