import type { Seconds } from '../../values/time.ts'

/** An authorization request that its client pushed (RFC 9126): its parameters, as a query. */
export interface PushedRequest {
  readonly query: string
}

/** How long a client may take to send somebody with a request that it pushed. RFC 9126 §2.2. */
export const pushedRequestLifetime: Seconds = 60

/** How long they may then take to sign in and to answer: as long as any request that waits at the sign-in page. */
export const longestRequest: Seconds = 3600

/** What a client pushes at most, in characters of a query. */
export const longestPushedQuery = 10_000

/** RFC 9126 §2.1: what authenticates the client is not part of the request. */
const authentication = ['client_secret', 'client_assertion', 'client_assertion_type']

export function pushedQuery(pairs: URLSearchParams): string {
  return `${new URLSearchParams([...pairs].filter(([name]) => !authentication.includes(name)))}`
}
