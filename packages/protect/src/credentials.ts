import { type Problem, problem } from './problem.ts'

/** The relevant parts of a request, on any kind of server. */
export interface Asked {
  readonly method: string
  /** Absolute, or path and query. */
  readonly url: string
  /** Value of the Authorization header; several are joined by a comma. */
  readonly authorization: string | undefined
  /** Value of the DPoP header; several are joined by a comma. */
  readonly proof: string | undefined
  /** The certificate that the client showed. Only asked about for a token that is bound to one. */
  readonly certificate: () => Certificate | undefined | Promise<Certificate | undefined>
}

/** PEM, DER, or the SHA-256 of the DER: in hex, with or without colons, or base64url. */
export type Certificate = string | Uint8Array

/** The way in which a token was sent: RFC 6750, RFC 9449 §7.1. */
export type Scheme = 'Bearer' | 'DPoP'

export interface Credentials {
  readonly scheme: Scheme
  /** A token, or why there is none. */
  readonly token: string | Problem
}

/**
 * The token of the Authorization header, RFC 6750 §2.1. One in the URL is not accepted (RFC 9700 §4.3.2): in addition to the
 * header it is a second method, which §3.1 refuses; alone it counts as none.
 */
export function credentialsOf({ authorization = '', url }: Asked, checksProofs: boolean): Credentials {
  const inUrl = /[?&]access_token=/.test(url)
  const credentials = authorization.trim()
  const [name = ''] = credentials.split(/[\s,]/, 1)
  const rest = credentials.slice(name.length).trim()
  const scheme = checksProofs && name.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
  const refuse = (error: 'invalid_request' | undefined, description: string): Credentials => ({
    scheme,
    token: problem(error, description),
  })
  if (name.toLowerCase() !== scheme.toLowerCase()) {
    return refuse(
      undefined,
      inUrl
        ? 'The access token belongs in the Authorization header, not in the URL'
        : 'This API needs an access token: Authorization: Bearer …',
    )
  }
  if (inUrl) {
    return refuse(
      'invalid_request',
      'The access token was sent twice: in the Authorization header and in the URL',
    )
  }
  return /^[\w.~+/-]+=*$/.test(rest)
    ? { scheme, token: rest }
    : refuse('invalid_request', 'The Authorization header is not one access token')
}
