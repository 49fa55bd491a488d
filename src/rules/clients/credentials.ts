import type { Parameters } from '../parameters.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** How a client authenticates: RFC 6749 §2.3, OIDC Core §9. */
export type ClientCredentials =
  /** `emptySecret`: sent by Basic, with nothing after the colon. */
  | { readonly method: 'none'; readonly clientId: string; readonly emptySecret?: true }
  | { readonly method: 'client_secret_post'; readonly clientId: string; readonly secret: string }
  | { readonly method: 'client_secret_basic'; readonly clientId: string; readonly secret: string }
  | { readonly method: 'private_key_jwt'; readonly clientId: string; readonly assertion: string }

export const clientAuthenticationMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const

/** Algorithms for client assertions. Never `none`, never a MAC. */
export const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export function parseClientCredentials(
  authorization: string | undefined,
  parameters: Parameters,
): ClientCredentials | Refusal {
  const clientId = parameters.get('client_id')
  const secret = parameters.get('client_secret')
  if (authorization !== undefined) {
    const basic = parseBasic(authorization)
    if (basic === undefined)
      return refuse('invalid_client', 'The Authorization header is not valid Basic credentials')
    // RFC 6749 §2.3: only one method per request.
    if (secret !== undefined || parameters.has('client_assertion'))
      return refuse('invalid_request', 'Use only one client authentication method')
    if (clientId !== undefined && clientId !== basic.clientId) {
      return refuse('invalid_request', 'client_id differs from the one in the Authorization header')
    }
    // An empty secret counts as none (RFC 6749 §2.3.1): some libraries send one for every public client.
    return basic.secret === ''
      ? { method: 'none', clientId: basic.clientId, emptySecret: true }
      : { method: 'client_secret_basic', ...basic }
  }
  const assertion = parameters.get('client_assertion')
  if (assertion !== undefined || parameters.has('client_assertion_type')) {
    if (secret !== undefined) return refuse('invalid_request', 'Use only one client authentication method')
    return parseAssertion(assertion, parameters.get('client_assertion_type'), clientId)
  }
  if (clientId === undefined) return refuse('invalid_client', 'client_id is missing')
  return secret === undefined
    ? { method: 'none', clientId }
    : { method: 'client_secret_post', clientId, secret }
}

/** RFC 7523 §2.2. The assertion names its client, whose keys verify it later. */
function parseAssertion(
  assertion: string | undefined,
  type: string | undefined,
  clientId: string | undefined,
): ClientCredentials | Refusal {
  if (type !== assertionType)
    return refuse('invalid_request', `client_assertion_type must be ${assertionType}`)
  const subject = assertion === undefined ? undefined : subjectOf(assertion)
  if (assertion === undefined || subject === undefined) {
    return refuse('invalid_client', 'client_assertion is not a JWT with a sub claim')
  }
  if (clientId !== undefined && clientId !== subject) {
    return refuse('invalid_client', 'client_id differs from the one in client_assertion')
  }
  return { method: 'private_key_jwt', clientId: subject, assertion }
}

function subjectOf(jwt: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const isObject = typeof claims === 'object' && claims !== null
    return isObject && 'sub' in claims && typeof claims.sub === 'string' ? claims.sub : undefined
  } catch {
    return undefined
  }
}

/** RFC 7617, with the form-encoding of RFC 6749 §2.3.1, which clients apply fully, partly or not at all. */
function parseBasic(header: string): { clientId: string; secret: string } | undefined {
  const token = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header)?.[1]
  if (token === undefined) return undefined
  let decoded: string
  try {
    decoded = atob(token)
  } catch {
    return undefined
  }
  const colon = decoded.indexOf(':')
  if (colon < 1) return undefined
  const clientId = formDecode(decoded.slice(0, colon))
  const secret = formDecode(decoded.slice(colon + 1))
  return clientId === undefined || secret === undefined ? undefined : { clientId, secret }
}

function formDecode(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
