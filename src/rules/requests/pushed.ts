import type { Seconds } from '../../values/time.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** An authorization request that its client pushed (RFC 9126): its parameters, as a query. */
export interface PushedRequest {
  readonly query: string
}

/** RFC 9126 §2.2. */
export const requestUriPrefix = 'urn:ietf:params:oauth:request_uri:'

/** RFC 9101 §7. A well-formed one of ours was read before all checks. */
export function checkRequestUri(uri: string | undefined): Refusal | undefined {
  if (uri === undefined) return undefined
  return uri.startsWith(requestUriPrefix)
    ? refuse('invalid_request_uri', 'request_uri is not one that this server issued')
    : refuse('request_uri_not_supported', 'request_uri must come from the PAR endpoint (RFC 9126)')
}

/** The time a client has to send a person with its pushed request. RFC 9126 §2.2. */
export const pushedRequestLifetime: Seconds = 60

/** The time they then have to sign in and to answer: the same as for any request that waits at the sign-in page. */
export const longestRequest: Seconds = 3600

/** Limit of a pushed request, in characters of a query. */
export const longestPushedQuery = 10_000

/** RFC 9126 §2.1: the client's credentials are not part of the request. */
const authentication = ['client_secret', 'client_assertion', 'client_assertion_type']

/** `clientId`: a client that authenticates in the header may leave it out of the body. */
export function pushedQuery(pairs: URLSearchParams, clientId: string): string {
  const query = new URLSearchParams([...pairs].filter(([name]) => !authentication.includes(name)))
  query.set('client_id', clientId)
  return `${query}`
}
