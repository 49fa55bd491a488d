import type { Session } from '../store/sign-in/sessions.ts'
import { fillText } from '../ui/words/fill.tsx'
import type { Context } from './context.ts'
import { refusePage } from './pages.tsx'

/** Twice what the largest honest request needs. */
const longestBody = 65_536

interface UnreadableBody {
  readonly ok: false
  readonly status: 413 | 415
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
  if (bytes === undefined) return { ok: false, status: 413, description: `Send at most ${longestBody} bytes` }
  return { ok: true, pairs: new URLSearchParams(new TextDecoder().decode(bytes)) }
}

/** The same for people. */
export function refuseBody(c: Context, session: Session | undefined, { status }: UnreadableBody) {
  const { failure } = c.var.messages
  const advice = status === 413 ? fillText(failure.bodyLarge, { most: longestBody }) : failure.bodyType
  return refusePage(c, session, status, failure.unreadable, advice)
}

/** Stops reading at the limit, whatever Content-Length says. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  longest: number,
): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > longest) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
