import { createHash } from 'node:crypto'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

/** A client's key, and the proofs that it makes (RFC 9449 §4.2). */
export interface Prover {
  readonly jkt: string
  readonly jwk: JWK
  readonly prove: (path: string, changes?: ProofChanges) => Promise<string>
}

export interface ProofChanges {
  readonly method?: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: JWTPayload
  /** A claim that is left out. */
  readonly without?: string
  readonly accessToken?: string
  /** Another algorithm for the same key. */
  readonly by?: string
}

let proofs = 0

export async function makeProver(issuer: string, now: () => number, alg = 'ES256'): Promise<Prover> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const privateJwk = await exportJWK(privateKey)
  return {
    jwk,
    jkt: await calculateJwkThumbprint(jwk, 'sha256'),
    async prove(path, { method = 'POST', header = {}, claims = {}, without, accessToken, by } = {}) {
      const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
      const payload = {
        jti: `proof-${++proofs}`,
        htm: method,
        htu: issuer + path,
        iat: now(),
        ...(ath && { ath }),
        ...claims,
      }
      const kept = Object.entries(payload).filter(([name]) => name !== without)
      return new SignJWT(Object.fromEntries(kept))
        .setProtectedHeader({ typ: 'dpop+jwt', jwk, ...header, alg: by ?? alg })
        .sign(by === undefined ? privateKey : await importJWK(privateJwk, by))
    },
  }
}
