import { createPublicKey, verify } from 'node:crypto'
import type { PublicJwk } from '../rules/sign-in/passkey.ts'

/** Whether the key is usable: a point that is not on the curve is found here, not at the first sign-in. */
export function isUsableKey(jwk: PublicJwk): boolean {
  try {
    createPublicKey({ key: { ...jwk }, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

/** Web Authentication §6.5.5: ES256 as ASN.1, RS256 with PKCS#1 v1.5, EdDSA with its own hash. */
export function isSignatureOf(jwk: PublicJwk, signed: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  try {
    return verify(jwk.kty === 'OKP' ? null : 'sha256', signed, key, signature)
  } catch {
    return false
  }
}
