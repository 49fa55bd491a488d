import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import {
  isSigningAlgorithm,
  type SigningAlgorithm,
  type SigningKeyPlan,
} from '../rules/server/signing-keys.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { seal, unseal } from './derived-keys.ts'

/** The form stored in D1: public part in plain text, private part encrypted. */
export interface StoredSigningKey extends SigningKeyPlan {
  readonly kid: string
  readonly publicJwk: JWK
  readonly sealedPrivateKey: string
}

export interface SigningKey {
  readonly kid: string
  readonly alg: SigningAlgorithm
  readonly privateKey: CryptoKey
}

/** The kid is the thumbprint of the public key (RFC 7638), so two keys can't share one. */
export async function generateSigningKey(plan: SigningKeyPlan, secret: string): Promise<StoredSigningKey> {
  const pair = await generateKeyPair(plan.alg, { extractable: true })
  const publicJwk = bareJwk(await exportJWK(pair.publicKey))
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey))
  return { ...plan, kid, publicJwk, sealedPrivateKey: await seal(secret, 'signing-keys', kid, privateJwk) }
}

/** Throws when the key was encrypted under none of these secrets. */
export async function openSigningKey(stored: StoredSigningKey, ring: KeyRing): Promise<SigningKey> {
  const { kid, alg } = stored
  if (!isSigningAlgorithm(alg)) throw new Error(`A key of ${alg} does not sign`)
  return { kid, alg, privateKey: await openPrivateKey(stored, ring) }
}

/** The same, also for a key that decrypts. */
export async function openPrivateKey(
  { kid, alg, sealedPrivateKey }: StoredSigningKey,
  ring: KeyRing,
): Promise<CryptoKey> {
  const jwk: JWK = JSON.parse(await unseal(ring, 'signing-keys', kid, sealedPrivateKey))
  const privateKey = await importJWK(jwk, alg)
  if (privateKey instanceof Uint8Array) throw new Error('A key of this server is not asymmetric')
  return privateKey
}

/** One entry of the JWK set, RFC 7517 §4. A key of `ECDH-ES` names no algorithm: it serves several. */
export function publicJwk({ publicJwk: jwk, kid, alg }: StoredSigningKey): JWK {
  const use = isSigningAlgorithm(alg) ? 'sig' : 'enc'
  return alg === 'ECDH-ES' ? { ...jwk, kid, use } : { ...jwk, kid, alg, use }
}

const utf8 = new TextEncoder()

/**
 * `typ` distinguishes an access token (`at+jwt`, RFC 9068 §2.1) from every other JWT under the same key. The claims are ours:
 * `SignJWT` would copy and check them first, which takes a tenth of a request without D1.
 */
export function signJwt(
  key: SigningKey,
  typ: string,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  return new CompactSign(utf8.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ })
    .sign(key.privateKey)
}

const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e']

/** Only key material: an exported key has members of the runtime (`ext`, `key_ops`) that don't belong in a JWK set. */
function bareJwk(jwk: JWK): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => publicMembers.includes(name)))
}
