import type { JWK } from 'jose'

/**
 * Ways to encrypt the key of a content (RFC 7518 §4.1). Never `RSA1_5`, whose padding leaks (RFC 8725 §3.2), nor `dir`, which
 * needs a shared secret: secrets are stored hashed.
 */
export const keyEncryptions = ['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'] as const
export type KeyEncryption = (typeof keyEncryptions)[number]

/** Ways to encrypt the content itself (RFC 7518 §5.1). The first one is the default (OIDC Registration §2). */
export const contentEncryptions = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const
export type ContentEncryption = (typeof contentEncryptions)[number]

export interface Encryption {
  readonly alg: KeyEncryption
  readonly enc: ContentEncryption
}

/** Everything that can be encrypted, each with its two members in metadata: OIDC Registration §2, JARM §3, RFC 9701 §6. */
export const encryptable = {
  idToken: response('id_token'),
  userinfo: response('userinfo'),
  answer: response('authorization'),
  introspection: response('introspection'),
  request: { alg: 'request_object_encryption_alg', enc: 'request_object_encryption_enc' },
}

function response(name: string) {
  return { alg: `${name}_encrypted_response_alg`, enc: `${name}_encrypted_response_enc` }
}

export type Encryptable = keyof typeof encryptable

// The table has exactly these keys.
export const encryptables = Object.keys(encryptable) as readonly Encryptable[]

/** The beginning of its names in the metadata of this server. */
export function encryptionName(what: Encryptable): string {
  return encryptable[what].alg.replace(/_encrypt.*/, '')
}

/** Everything that is encrypted for a client. Its own requests are encrypted for this server. */
export type Encryptions = Readonly<Partial<Record<Encryptable, Encryption>>>

/** RFC 7518 §4.3 requires 2048 bits: base64url of 256 bytes. */
export const shortestModulus = 342

const agreementCurves: readonly (string | undefined)[] = ['P-256', 'P-384', 'P-521', 'X25519']

/** The key for this algorithm in a set: one for encryption, or otherwise one for any use (RFC 7517 §4.2, §4.4). */
export function findEncryptionKey(keys: readonly JWK[], alg: KeyEncryption): JWK | undefined {
  const suitable = keys.filter((key) => isSuitable(key, alg))
  return suitable.find(({ use }) => use === 'enc') ?? suitable[0]
}

function isSuitable(key: JWK, alg: KeyEncryption): boolean {
  if (key.use !== undefined && key.use !== 'enc') return false
  if (key.alg !== undefined && key.alg !== alg) return false
  // RFC 7517 §4.3.
  if (Array.isArray(key.key_ops) && key.key_ops.includes('verify')) return false
  return alg === 'RSA-OAEP-256'
    ? key.kty === 'RSA' && typeof key.n === 'string' && key.n.length >= shortestModulus
    : (key.kty === 'EC' || key.kty === 'OKP') && agreementCurves.includes(key.crv)
}
