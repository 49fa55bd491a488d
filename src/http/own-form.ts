import { type Attempt, readAttempt } from '../secrets/form-key.ts'
import type { Session } from '../store/sign-in/sessions.ts'
import type { Context } from './context.ts'
import { readPageForm } from './form-body.ts'
import { isOwnForm } from './form-token.ts'
import { outdatedText } from './sign-in/outdated-form.ts'

export interface ReceivedForm {
  readonly pairs: URLSearchParams
  /** Undefined when the form is not one of ours, or was open for too long: it has to be shown again. */
  readonly attempt: Attempt | undefined
}

/** A form sent by a signed-in person, with its attempt. */
export async function readForm(c: Context, session: Session): Promise<ReceivedForm | Response> {
  const pairs = await readPageForm(c, session)
  if (pairs instanceof Response) return pairs
  if (!isOwnForm(c, pairs)) return { pairs, attempt: undefined }
  const { config } = c.var
  const intention = [session.user.id, c.req.path, pairs.toString()]
  return { pairs, attempt: readAttempt(config.keyEncryptionSecret, pairs.get('attempt') ?? '', intention) }
}

/** The notice above a form whose attempt is undefined. */
export function staleForm(c: Context): string {
  return outdatedText(c)
}
