import type { Client } from '../clients/client.ts'
import type { Parameters } from '../parameters.ts'
import { matchRedirectUri, type RegisteredRedirectUri } from './redirect-uri.ts'
import { type ResponseMode, responseModeOf } from './response-mode.ts'

/** Where an answer may be sent: known before the rest of the request is read. */
export interface Destination {
  readonly redirectUri: RegisteredRedirectUri
  /** Whether the request named it. If so, the token request must repeat it (RFC 6749 §4.1.3). */
  readonly sent: boolean
  readonly state: string | undefined
  readonly mode: ResponseMode
}

/** Nothing may be sent to an unregistered redirect URI: `undefined` means an error page (RFC 6749 §4.1.2.1). */
export function parseDestination(parameters: Parameters, client: Client): Destination | undefined {
  const asked = parameters.get('redirect_uri')
  const redirectUri = matchRedirectUri(client, asked)
  if (redirectUri === undefined) return undefined
  const mode = responseModeOf(parameters)
  return { redirectUri, sent: asked !== undefined, state: parameters.get('state'), mode }
}
