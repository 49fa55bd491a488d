import { createHash } from 'node:crypto'
import { readAttempt } from '../secrets/form-key.ts'
import type { Session } from '../store/sign-in/sessions.ts'
import type { Context } from './context.ts'
import { readBytes } from './form-body.ts'
import { isOwnForm } from './form-token.ts'
import type { ReceivedForm } from './own-form.ts'

export interface ReceivedUpload extends ReceivedForm {
  /** Undefined: the file is too large, or there is none. */
  readonly file: { readonly bytes: Uint8Array; readonly hash: string } | undefined
}

/** Size of the multipart parts around the file. */
const envelope = 8192

/** The only kind of form with a file in it, `field`, up to a size limit. Other fields are ignored. */
export async function readUpload(
  c: Context,
  session: Session,
  field: string,
  largest: number,
): Promise<ReceivedUpload> {
  const body = await readBytes(c.req.raw, largest + envelope)
  const form =
    typeof body === 'string' ? undefined : await readMultipart(body, c.req.header('content-type') ?? '')
  const pairs = new URLSearchParams()
  for (const [name, value] of form ?? []) if (typeof value === 'string') pairs.append(name, value)
  const found = form?.get(field)
  const bytes = found instanceof File ? new Uint8Array(await found.arrayBuffer()) : new Uint8Array()
  const hash = createHash('sha256').update(bytes).digest('base64url')
  const { config } = c.var
  const intention = [session.user.id, c.req.path, pairs.toString(), hash]
  const attempt = isOwnForm(c, pairs)
    ? readAttempt(config.keyEncryptionSecret, pairs.get('attempt') ?? '', intention)
    : undefined
  return { pairs, attempt, file: bytes.byteLength === 0 ? undefined : { bytes, hash } }
}

async function readMultipart(body: Uint8Array, type: string): Promise<FormData | undefined> {
  try {
    return await new Response(body, { headers: { 'Content-Type': type } }).formData()
  } catch {
    return undefined
  }
}
