import type { Seconds } from '../../values/time.ts'

/** An authorization request that its client pushed (RFC 9126): its parameters, as a query. */
export interface PushedRequest {
  readonly query: string
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
