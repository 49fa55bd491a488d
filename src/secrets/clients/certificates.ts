import { createHash } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'

/** The thumbprints (`x5t#S256`, RFC 7517 §4.9) of the certificates in a key set: as given, and of the first in each `x5c`. */
export function certificatesOf({ keys }: JSONWebKeySet): readonly string[] {
  return keys.flatMap((key) => {
    const [certificate] = Array.isArray(key.x5c) ? key.x5c : []
    const given = key['x5t#S256']
    return [
      ...(typeof given === 'string' ? [given] : []),
      ...(typeof certificate === 'string' ? [thumbprintOf(certificate)] : []),
    ]
  })
}

/** Base64 of the DER, not base64url: RFC 7517 §4.7. */
function thumbprintOf(certificate: string): string {
  return createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('base64url')
}
