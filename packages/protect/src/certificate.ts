import { base64url } from 'jose'
import type { Certificate } from './credentials.ts'
import { digest } from './digest.ts'

/** `x5t#S256` of a certificate, RFC 8705 §3.1. Undefined when the text is none. */
export async function thumbprintOf(certificate: Certificate): Promise<string | undefined> {
  if (typeof certificate !== 'string') return digest(certificate)
  const [, body] = /^\s*-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END/.exec(certificate) ?? []
  if (body !== undefined) {
    const der = decoded(body)
    return der && digest(der)
  }
  const hex = certificate.replaceAll(':', '')
  if (/^[0-9a-f]{64}$/i.test(hex))
    return base64url.encode(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)))
  return /^[\w-]{43}$/.test(certificate) ? certificate : undefined
}

/** Undefined for other text: a client may choose it where a proxy passes headers on. */
function decoded(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The certificate that a client showed to Cloudflare, for the option `certificate` in a Worker. */
export function cloudflareCertificate(request: Request): string | undefined {
  // `cf` is not in the types of the standard, and is missing outside Cloudflare.
  const { cf } = request as { cf?: { tlsClientAuth?: Readonly<Record<string, unknown>> } }
  const { certPresented, certFingerprintSHA256 } = cf?.tlsClientAuth ?? {}
  return certPresented === '1' && typeof certFingerprintSHA256 === 'string'
    ? certFingerprintSHA256
    : undefined
}
