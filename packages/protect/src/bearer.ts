import { type Problem, problem } from './problem.ts'

/** The relevant parts of a request, on any kind of server. */
export interface Asked {
  readonly method: string
  /** Absolute, or path and query. */
  readonly url: string
  /** Value of the Authorization header; several are joined by a comma. */
  readonly authorization: string | undefined
}

/**
 * The token of the Authorization header, RFC 6750 §2.1. One in the URL is not accepted (RFC 9700 §4.3.2): in addition to the
 * header it is a second method, which §3.1 refuses; alone it counts as none.
 */
export function bearerOf({ authorization = '', url }: Asked): string | Problem {
  const inUrl = /[?&]access_token=/.test(url)
  const credentials = authorization.trim()
  const [scheme = ''] = credentials.split(/[\s,]/, 1)
  const rest = credentials.slice(scheme.length).trim()
  if (scheme.toLowerCase() !== 'bearer') {
    return problem(
      undefined,
      inUrl
        ? 'The access token belongs in the Authorization header, not in the URL'
        : 'This API needs an access token: Authorization: Bearer …',
    )
  }
  if (inUrl)
    return problem(
      'invalid_request',
      'The access token was sent twice: in the Authorization header and in the URL',
    )
  return /^[\w.~+/-]+=*$/.test(rest)
    ? rest
    : problem('invalid_request', 'The Authorization header is not one bearer token')
}
