import { type Refusal, refuse } from '../refusal.ts'

/** The certificate of a client, from the TLS handshake in which it proved possession of the key. RFC 8705. */
export interface ClientCertificate {
  /** `x5t#S256`: SHA-256 of its DER, base64url. RFC 8705 §3.1. */
  readonly thumbprint: string
  /** Its subject as text, most specific part first. RFC 4514. */
  readonly subject: string
  /** Whether an authority that the operator trusts has issued it, and has not revoked it. */
  readonly isTrusted: boolean
}

/** How a client authenticates by a certificate. RFC 8705 §2.1, §2.2. */
export type CertificateAuthentication =
  | { readonly method: 'tls_client_auth'; readonly subjectDn: string }
  /** One of the certificates (`x5c`, `x5t#S256`) in its keys. */
  | { readonly method: 'self_signed_tls_client_auth' }

/** In characters. */
const longestName = 500

export const certificateMethods = ['tls_client_auth', 'self_signed_tls_client_auth'] as const

/**
 * RFC 8705 §2.1: issued by a trusted authority, for the registered subject. Self-signed certificates are compared with the
 * keys of the client, which may have to be fetched.
 */
export function checkCertificateSubject(
  { subjectDn }: { readonly subjectDn: string },
  certificate: ClientCertificate,
): Refusal | undefined {
  if (!certificate.isTrusted) return failed('The certificate was not issued by a trusted authority')
  const registered = parseName(subjectDn)
  const presented = parseName(certificate.subject)
  const isSame = registered !== undefined && presented !== undefined && registered === presented
  return isSame ? undefined : failed('The subject of the certificate is not tls_client_auth_subject_dn')
}

function failed(reason: string): Refusal {
  return refuse('invalid_client', 'Client authentication failed', reason)
}

/**
 * A distinguished name in one spelling (RFC 4514 §2, §3): types in lower case, no white space around separators, values
 * exactly as they are. Undefined if it is not one, or too long.
 */
export function parseName(text: string): string | undefined {
  if (text.length > longestName) return undefined
  const part =
    /\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=((?:[^\\,+"<>;]|\\(?:[0-9A-Fa-f]{2}|[^0-9A-Fa-f]))*)([,+]|$)/y
  const parts: string[] = []
  while (part.lastIndex < text.length) {
    const [all, type = '', value = '', separator = ''] = part.exec(text) ?? []
    if (all === undefined || value.trim() === '') return undefined
    parts.push(`${type.toLowerCase()}=${value.trim()}${separator}`)
    if (separator === '') break
  }
  const name = parts.join('')
  return name === '' || /[,+]$/.test(name) ? undefined : name
}
