import { hash } from 'node:crypto'
import type { Bindings } from '../../config.ts'
import type { Context } from '../context.ts'
import { allowEveryOrigin } from '../cors.ts'

/** How long clients and caches may keep discovery documents, in seconds. A new key is published for longer before it signs. */
const cacheFor = 300

/** A document that is the same for everybody, with its entity tag (RFC 9110 §8.8.3). */
export interface Document {
  readonly text: string
  readonly etag: string
  readonly type: 'application/json' | 'text/plain; charset=utf-8'
}

export function makeDocument(text: string, type: Document['type'] = 'application/json'): Document {
  return { text, type, etag: `"${hash('sha256', text, 'base64url')}"` }
}

/** The document, or 304 when the caller has it already (RFC 9110 §13.1.2). */
export function answerDocument(c: Context, { text, etag, type }: Document): Response {
  const headers = { 'Cache-Control': `public, max-age=${cacheFor}`, ETag: etag }
  const response = hasIt(c.req.header('if-none-match') ?? null, etag)
    ? new Response(null, { status: 304, headers })
    : new Response(text, { headers: { ...headers, 'Content-Type': type } })
  return allowEveryOrigin(response)
}

/** RFC 9110 §13.1.2: `*`, or a list of tags, which a proxy may have weakened. */
function hasIt(asked: string | null, etag: string): boolean {
  if (asked === null) return false
  return asked.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()))
}

/** In development there may be as many origins as ports. */
const mostKept = 40

/** The signature of the Worker. */
export type Fetch = (request: Request, env: Bindings, ctx: ExecutionContext) => Response | Promise<Response>

/** A previous answer that can be sent again. */
interface Kept {
  readonly version: string
  readonly body: ArrayBuffer
  readonly headers: Headers
  readonly etag: string
}

/**
 * Wraps the whole app: an answer for one of these URLs is sent again, with all its headers and without the app. Only for GET of
 * exactly this URL, so that host and scheme match, and while `versionOf` returns the same version. Undefined: the app has to
 * answer.
 */
export function keepingDocuments(
  app: Fetch,
  versionOf: (url: string) => ((env: Bindings) => string | undefined) | undefined,
): Fetch {
  const kept = new Map<string, Kept>()
  return async (request, env, ctx) => {
    const version = request.method === 'GET' ? versionOf(request.url)?.(env) : undefined
    if (version === undefined) return app(request, env, ctx)
    const known = kept.get(request.url)
    if (known?.version === version) return again(known, request.headers.get('if-none-match'))
    const response = await app(request, env, ctx)
    const etag = response.headers.get('etag')
    const mayKeep = kept.size < mostKept || kept.has(request.url)
    if (response.status === 200 && etag !== null && mayKeep) {
      const body = await response.clone().arrayBuffer()
      kept.set(request.url, { version, body, headers: new Headers(response.headers), etag })
    }
    return response
  }
}

function again({ body, headers, etag }: Kept, asked: string | null): Response {
  return hasIt(asked, etag) ? new Response(null, { status: 304, headers }) : new Response(body, { headers })
}
