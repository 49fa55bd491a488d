import type { SignAnswer } from '../../http/requests/signed-answer.ts'
import { errorUri, type Refusal } from '../../rules/refusal.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { answerLocation } from '../../rules/requests/response-mode.ts'

/** The way back to the client: by a link, or by a form that posts the answer. */
export type WayBack =
  | { readonly location: string }
  | { readonly action: string; readonly fields: ReadonlyMap<string, string> }

/** The answer to the client, with `state` as sent and `iss` (RFC 9207 §2); or all of it in one JWT (JARM §2.3). */
export async function wayBack(
  issuer: string,
  { redirectUri, mode, state }: Destination,
  answer: Readonly<Record<string, string>>,
  sign: SignAnswer,
): Promise<WayBack> {
  const whole = state === undefined ? answer : { ...answer, state }
  const parameters = new URLSearchParams(
    mode.isSigned ? { response: await sign(whole) } : { ...whole, iss: issuer },
  )
  const { uri } = redirectUri
  return mode.way === 'form_post'
    ? { action: uri, fields: new Map(parameters) }
    : { location: answerLocation(uri, mode.way, parameters) }
}

/** RFC 6749 §4.1.2.1. */
export function errorOf({ refused, description }: Refusal) {
  return { error: refused, error_description: description, error_uri: errorUri(refused) }
}
