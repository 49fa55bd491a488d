import type { Session } from '../store/sign-in/sessions.ts'
import { fillText } from '../ui/words/fill.tsx'
import type { Context } from './context.ts'
import { refusePage } from './pages.tsx'

/** Twice what the largest honest request needs. */
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
  const bytes = await readBytes(c.req.raw.body, longestBody)
  if (bytes === 'late') return { ok: false, status: 408, description: lateBody }
  if (bytes === 'large') return { ok: false, status: 413, description: `Send at most ${longestBody} bytes` }
  return { ok: true, pairs: new URLSearchParams(new TextDecoder().decode(bytes)) }
}

/** The same for people. */
export function refuseBody(c: Context, session: Session | undefined, { status }: UnreadableBody) {
  const { failure } = c.var.messages
  const advice = {
    408: failure.bodyLate,
    413: fillText(failure.bodyLarge, { most: longestBody }),
    415: failure.bodyType,
  }[status]
  return refusePage(c, session, status, failure.unreadable, advice)
}

/** All of a body has to be there by then, in milliseconds: one that drips is not waited for. */
const bodyTimeout = 30_000

export const lateBody = 'Send the whole body within 30 seconds'

/** Stops reading at the limit, whatever Content-Length says, and when the time is over. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  longest: number,
): Promise<Uint8Array | 'large' | 'late'> {
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
      // A reader that was stopped says that this is all.
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
