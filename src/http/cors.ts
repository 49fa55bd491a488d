import type { Client } from '../rules/clients/client.ts'
import { hasOrigin, originsOf } from '../rules/clients/origin.ts'
import { isRegisteredOrigin } from '../store/clients/origins.ts'
import { read } from '../store/database.ts'
import type { Context } from './context.ts'

/** Request headers that a script may send; the requested ones are echoed from this list. */
const allowedHeaders = [
  'authorization',
  'content-type',
  'dpop',
  'mcp-protocol-version',
  'x-requested-with',
  'accept',
  'if-none-match',
  // W3C Trace Context and Baggage: observability tools add them to every request of a page.
  'traceparent',
  'tracestate',
  'baggage',
]
const exposedHeaders = 'WWW-Authenticate, Retry-After, DPoP-Nonce'

/** For public documents: discovery and keys. No credentials. */
export function allowEveryOrigin(response: Response): Response {
  response.headers.set('Access-Control-Allow-Origin', '*')
  response.headers.set('Access-Control-Expose-Headers', exposedHeaders)
  return response
}

/**
 * For the endpoints of clients. The client's own origins may read the answer, including errors. When no client was found, any
 * registered origin may: a script with a wrong client_id must be able to read that error.
 */
export async function allowClientOrigin(
  c: Context,
  client: Client | undefined,
  response: Response,
): Promise<Response> {
  response.headers.append('Vary', 'Origin')
  const origin = c.req.header('origin')
  if (origin === undefined) return response
  const allowed = client === undefined ? await isKnownOrigin(c, origin) : isOriginOf(c, client, origin)
  if (allowed) {
    allowWithCredentials(response, origin)
    response.headers.set('Access-Control-Expose-Headers', exposedHeaders)
  }
  return response
}

/**
 * Some libraries send every request with `credentials: 'include'` (keycloak-js), and then read only an answer that allows it.
 * No endpoint of clients reads a cookie, and the origin is a registered one, so it reveals nothing more.
 */
function allowWithCredentials(response: Response, origin: string): void {
  response.headers.set('Access-Control-Allow-Origin', origin)
  response.headers.set('Access-Control-Allow-Credentials', 'true')
}

/** For an answer that reveals nothing, when the registered origins can't be looked up: D1 may have failed, or must be spared. */
export function allowAnyOrigin(c: Context, response: Response): Response {
  response.headers.append('Vary', 'Origin')
  const origin = c.req.header('origin')
  if (origin === undefined) return response
  response.headers.set('Access-Control-Allow-Origin', origin)
  response.headers.set('Access-Control-Expose-Headers', exposedHeaders)
  return response
}

/** A preflight names no client, so it is answered for every registered origin. Fetch standard, CORS-preflight request. */
export async function answerPreflight(c: Context, methods: string, everyOrigin: boolean): Promise<Response> {
  const response = new Response(null, { status: 204 })
  response.headers.set('Vary', 'Origin, Access-Control-Request-Headers')
  const origin = c.req.header('origin')
  if (origin === undefined) return response
  if (!everyOrigin && !(await isKnownOrigin(c, origin))) return response
  const asked = (c.req.header('access-control-request-headers') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  if (everyOrigin) response.headers.set('Access-Control-Allow-Origin', '*')
  else allowWithCredentials(response, origin)
  response.headers.set('Access-Control-Allow-Methods', methods)
  response.headers.set(
    'Access-Control-Allow-Headers',
    asked.filter((name) => allowedHeaders.includes(name)).join(', '),
  )
  response.headers.set('Access-Control-Max-Age', '600')
  return response
}

function isOriginOf(c: Context, client: Client, origin: string): boolean {
  return c.var.config.corsAllowAllOrigins || hasOrigin(originsOf(client), origin)
}

async function isKnownOrigin(c: Context, origin: string): Promise<boolean> {
  if (c.var.config.corsAllowAllOrigins) return true
  if (origin.length > 300) return false
  return (await read(c.env.DB, { known: isRegisteredOrigin(c.env.DB, origin) })).known
}
