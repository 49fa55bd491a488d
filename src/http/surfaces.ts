import type { HonoBase } from 'hono/hono-base'
import { refuse } from '../rules/refusal.ts'
import { isMtlsHost } from '../rules/server/issuer.ts'
import type { Area } from '../ui/words/messages/index.ts'
import { type App, type Context, learn, type Surface } from './context.ts'
import { answerPreflight } from './cors.ts'
import { answerForeignHost } from './failures.ts'
import { refuseFlood } from './flood-guard.ts'
import { secure } from './headers.ts'
import { readTexts, speak } from './language.ts'
import { refuseMachine } from './machine-answers.ts'
import { refusePage } from './pages.tsx'
import { refusePlainHttp } from './plain-http.ts'
import { anyone, type Guard } from './sign-in/guard.ts'

type Handler<C = Context> = (c: C) => Response | Promise<Response>
const methods = ['get', 'post', 'put', 'delete'] as const
/** The exports of a route: a handler for each of its methods. */
type Handlers<C = Context> = Readonly<Partial<Record<(typeof methods)[number], Handler<C>>>>

/** The origins whose scripts may read the answers of a machine endpoint: `every` origin, or those of the `client`. */
export type Readers = 'every' | 'client'

/** One URL in a table of routes. */
export interface Route {
  readonly path: string
  readonly surface: Surface
  readonly guard: Guard
  readonly handlers: Handlers
  /** For any other method: 405, with `Allow` (RFC 9110 §15.5.6). */
  readonly refuseMethod: Handler
  readonly preflight?: Handler
}

/** A machine endpoint: its methods, its preflight, and 405 for the rest. */
export function machine(path: string, readers: Readers, handlers: Handlers): Route {
  const methods = methodsOf(handlers)
  return { ...unread(path, handlers), preflight: (c) => answerPreflight(c, methods, readers === 'every') }
}

/** A machine endpoint whose answers no script reads. */
export function unread(path: string, handlers: Handlers): Route {
  const methods = methodsOf(handlers)
  const refuseMethod = refusingMachine(`This endpoint accepts ${methods} only`, methods)
  return { path, surface: 'machine', guard: anyone, handlers, refuseMethod }
}

/** A file that a page shows, and no script reads. */
export function file(path: string, get: Handler): Route {
  const refuseMethod = refusingMachine('This file answers GET only', 'GET')
  return { path, surface: 'machine', guard: anyone, handlers: { get }, refuseMethod }
}

/**
 * A page for the people whom the guard admits, with the areas of texts that it needs: no others are read, and its type has no
 * others.
 */
export function page<A extends Area>(
  path: string,
  guard: Guard,
  areas: readonly A[],
  handlers: Handlers<Context<NoInfer<A>>>,
): Route {
  const refuseMethod = refusingPage(methodsOf(handlers))
  return { path, surface: 'page', guard, handlers: speaking(areas, handlers), refuseMethod }
}

/** A page that may end in a redirect to a client. Its texts are in the bundle. */
export function flow(path: string, handlers: Handlers): Route {
  return { ...page(path, anyone, [], handlers), surface: 'flow', handlers }
}

/** The handlers, each after its texts were read. */
function speaking<A extends Area>(areas: readonly A[], handlers: Handlers<Context<A>>): Handlers {
  return Object.fromEntries(
    methods.flatMap((method) => {
      const handler = handlers[method]
      return handler === undefined ? [] : [[method, async (c: Context) => handler(await readTexts(c, areas))]]
    }),
  )
}

function methodsOf(handlers: object): string {
  return methods
    .filter((method) => method in handlers)
    .join(', ')
    .toUpperCase()
}

function refusingMachine(description: string, methods: string): Handler {
  const refusal = refuse('invalid_request', description)
  return (c) => {
    const response = refuseMachine(c, refusal, 405)
    response.headers.set('Allow', methods)
    return response
  }
}

function refusingPage(methods: string): Handler {
  return async (c) => {
    const { failure } = c.var.messages
    const response = await refusePage(c, undefined, 405, failure.method, failure.methodAdvice)
    response.headers.set('Allow', methods)
    return response
  }
}

/** Mounts the route in the app. */
export function mount(app: HonoBase<App>, route: Route): void {
  const { path, handlers, refuseMethod, preflight } = route
  if (preflight !== undefined) app.options(path, answering(route, preflight))
  for (const method of methods) {
    const handler = handlers[method]
    if (handler !== undefined) app.on(method.toUpperCase(), path, answering(route, handler))
  }
  app.all(path, answering(route, refuseMethod))
}

/** Wraps every answer. */
function answering({ path, surface, guard }: Route, handler: Handler): Handler {
  return async (c) => {
    learn(c, { surface, route: path, guard })
    if (surface !== 'machine' && isMtlsHost(c.var.config, c.req.url)) return answerForeignHost(c)
    const refused = await refusePlainHttp(c, surface)
    if (refused !== undefined) return secure(c, surface, refused)
    if (surface !== 'machine') await speak(c)
    const response = (await refuseFlood(c, surface)) ?? (await handler(c))
    // A page that turned out to be on the way to a client has set this.
    return secure(c, c.var.surface ?? surface, response)
  }
}
