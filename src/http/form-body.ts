import type { Session } from '../store/sign-in/sessions.ts'
import { countText } from '../ui/words/plural.ts'
import type { Context } from './context.ts'
import { refusePage } from './pages.tsx'

/** Twice the size of the largest legitimate request. */
const longestBody = 65_536

interface UnreadableBody {
  readonly ok: false
  readonly status: 408 | 413 | 415
  /** For programs. */
  readonly description: string
}

export type FormBody = { readonly ok: true; readonly pairs: URLSearchParams } | UnreadableBody

/** The body of a form POST. Only application/x-www-form-urlencoded (RFC 6749 §3.2): multipart hides duplicates and files. */
export async function readFormBody(c: Context): Promise<FormBody> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    await c.req.raw.body?.cancel()
    return { ok: false, status: 415, description: 'Send application/x-www-form-urlencoded' }
  }
  const bytes = await readBytes(c.req.raw, longestBody)
  if (bytes === 'late') return { ok: false, status: 408, description: lateBody }
  if (bytes === 'large') return { ok: false, status: 413, description: `Send at most ${longestBody} bytes` }
  return { ok: true, pairs: new URLSearchParams(utf8.decode(bytes)) }
}

/** The fields of a form that a person sent, or the page that refuses an unreadable body. */
export async function readPageForm(
  c: Context,
  session: Session | undefined,
): Promise<URLSearchParams | Response> {
  const body = await readFormBody(c)
  return body.ok ? body.pairs : refuseBody(c, session, body.status, longestBody)
}

/** In characters. Longer URLs end at an error of the network in front of this server, which helps nobody. */
const longestQuery = 10_000

/** A request of another site by POST, redirected to GET so that the browser sends the Lax session cookie. */
export function sendOn(c: Context, path: string, pairs: URLSearchParams): Response | Promise<Response> {
  const query = `${pairs}`
  return query.length > longestQuery
    ? refuseBody(c, undefined, 413, longestQuery)
    : c.redirect(`${path}?${query}`, 303)
}

function refuseBody(
  c: Context,
  session: Session | undefined,
  status: UnreadableBody['status'],
  longest: number,
): Response | Promise<Response> {
  const { language, messages } = c.var
  const { failure } = messages
  const advice = {
    408: failure.bodyLate,
    413: countText(language, failure.bodyLarge, longest),
    415: failure.bodyType,
  }[status]
  return refusePage(c, session, status, failure.unreadable, advice, { explained: 'unreadable' })
}

/** Time limit for the whole body, in milliseconds: a slow one is not waited for. */
const bodyTimeout = 30_000

export const lateBody = 'Send the whole body within 30 seconds'

const utf8 = new TextDecoder()

/** The whole body, unless it is too large or too late. */
export function readBytes(request: Request, longest: number): Promise<Uint8Array | 'large' | 'late'> {
  const length = request.headers.get('content-length')
  // It has the announced length (RFC 9112 §6.3). Reading it in parts costs four times as much.
  return length !== null && Number(length) <= longest
    ? readWhole(request, longest)
    : readParts(request, longest)
}

async function readWhole(request: Request, longest: number): Promise<Uint8Array | 'large' | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), bodyTimeout)
  })
  try {
    const body = await Promise.race([request.arrayBuffer(), late])
    if (body === 'late') return body
    return body.byteLength > longest ? 'large' : new Uint8Array(body)
  } finally {
    clearTimeout(timer)
  }
}

/** Stops reading at the limit, whatever Content-Length says, and when the time is over. */
async function readParts({ body }: Request, longest: number): Promise<Uint8Array | 'large' | 'late'> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const time = AbortSignal.timeout(bodyTimeout)
  const stop = () => reader.cancel().catch(() => undefined)
  time.addEventListener('abort', stop)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      // A cancelled reader reports the end of the stream.
      if (time.aborted) return 'late'
      if (done) return Buffer.concat(chunks)
      length += value.byteLength
      if (length > longest) {
        await stop()
        return 'large'
      }
      chunks.push(value)
    }
  } finally {
    time.removeEventListener('abort', stop)
  }
}
