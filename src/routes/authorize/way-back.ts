import { errorUri, type Refusal } from '../../rules/refusal.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { answerLocation } from '../../rules/requests/response-mode.ts'

/** The way back to the client: by a link, or by a form that posts the answer. */
export type WayBack =
  | { readonly location: string }
  | { readonly action: string; readonly fields: ReadonlyMap<string, string> }

/** The answer to the client, with `state` as sent and `iss` (RFC 9207 §2). */
export function wayBack(
  issuer: string,
  { redirectUri, mode, state }: Destination,
  answer: Record<string, string>,
): WayBack {
  const parameters = new URLSearchParams(answer)
  if (state !== undefined) parameters.set('state', state)
  parameters.set('iss', issuer)
  const { uri } = redirectUri
  return mode === 'form_post'
    ? { action: uri, fields: new Map(parameters) }
    : { location: answerLocation(uri, mode, parameters) }
}

/** RFC 6749 §4.1.2.1. */
export function errorOf({ refused, description }: Refusal) {
  return { error: refused, error_description: description, error_uri: errorUri(refused) }
}
