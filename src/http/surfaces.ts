import type { Hono } from 'hono'
import { refuse } from '../rules/refusal.ts'
import { type App, type Context, learn, type Surface } from './context.ts'
import { answerPreflight } from './cors.ts'
import { refuseFlood } from './flood-guard.ts'
import { secure } from './headers.ts'
import { readTexts, speak } from './language.ts'
import { refuseMachine } from './machine-answers.ts'
import { refusePage } from './pages.tsx'
import { refusePlainHttp } from './plain-http.ts'

type Handler = (c: Context) => Response | Promise<Response>
type Handlers = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Handler>>>

/** Who may read the answers of a machine endpoint from a script: `every` origin, or those of the `client`. */
export type Readers = 'every' | 'client'

/** Mounts one machine endpoint: its methods, its preflight, and 405 with `Allow` for the rest (RFC 9110 §15.5.6). */
export function machine(app: Hono<App>, path: string, readers: Readers, handlers: Handlers): void {
  const methods = Object.keys(handlers).join(', ')
  const refuseMethod = (c: Context) => {
    const refusal = refuse('invalid_request', `This endpoint answers ${methods} only`)
    const response = refuseMachine(c, refusal, 405)
    response.headers.set('Allow', methods)
    return response
  }
  const preflight: Handler = (c) => answerPreflight(c, methods, readers === 'every')
  app.options(path, answering(path, 'machine', preflight))
  mount(app, path, 'machine', handlers, refuseMethod)
}

/** Mounts what a page shows, and no script reads. */
export function file(app: Hono<App>, path: string, handler: Handler): void {
  const refusal = refuse('invalid_request', 'This file answers GET only')
  mount(app, path, 'machine', { GET: handler }, (c) => refuseMachine(c, refusal, 405))
}

/** Mounts one page. `flow` pages may end in a redirect to a client. */
export function page(app: Hono<App>, path: string, surface: 'page' | 'flow', handlers: Handlers): void {
  mount(app, path, surface, handlers, async (c) => {
    const { failure } = c.var.messages
    const response = await refusePage(c, undefined, 405, failure.method, failure.methodAdvice)
    response.headers.set('Allow', Object.keys(handlers).join(', '))
    return response
  })
}

function mount(app: Hono<App>, path: string, surface: Surface, handlers: Handlers, otherwise: Handler): void {
  for (const [method, handler] of Object.entries(handlers)) {
    app.on(method, path, answering(path, surface, handler))
  }
  app.all(path, answering(path, surface, otherwise))
}

/** What is around every answer, whatever it is. */
function answering(path: string, surface: Surface, handler: Handler): Handler {
  return async (c) => {
    learn(c, { surface, route: path })
    const refused = await refusePlainHttp(c, surface)
    if (refused !== undefined) return secure(c, surface, refused)
    if (surface !== 'machine') await speak(c)
    if (surface === 'page') await readTexts(c)
    const response = (await refuseFlood(c, surface)) ?? (await handler(c))
    // A page that turned out to be on the way to a client has said so.
    return secure(c, c.var.surface ?? surface, response)
  }
}
