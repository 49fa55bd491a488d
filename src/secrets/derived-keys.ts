import { createHmac, hkdfSync } from 'node:crypto'
import { isEqual } from '../values/equal.ts'
import type { KeyRing } from '../values/key-ring.ts'

/** Purposes of the keys that are derived from a configured secret. A new purpose is a new key. RFC 5869. */
type Purpose =
  | 'pairwise'
  | 'signing-keys'
  | 'access-tokens'
  | 'received'
  | 'shown'
  | 'attempt'
  | 'authenticator-setup'
  | 'authenticators'
  | 'recovery-codes'
  | 'user-codes'
  | 'passkey-challenges'
  | 'kept'
  | 'dpop-nonces'
  | 'deleted-accounts'
  | 'known-browsers'
  | 'audit-log'
  | 'kept-keys'
  | 'providers'
  | 'provider-attempts'
  | 'provider-tokens'
  | 'secret-id'

/** Of the configured secrets, which are few, and those of kept keys. */
const derived = new Map<string, Uint8Array<ArrayBuffer>>()
const mostDerived = 100

function deriveKey(secret: string, purpose: Purpose): Uint8Array<ArrayBuffer> {
  const name = `${purpose} ${secret}`
  const known = derived.get(name)
  if (known !== undefined) return known
  const key = new Uint8Array(hkdfSync('sha256', secret, 'latchkey', purpose, 32))
  if (derived.size < mostDerived) derived.set(name, key)
  return key
}

/** A MAC over text, base64url. */
export function mac(secret: string, purpose: Purpose, text: string): string {
  return macUnder(secret, purpose)(text)
}

/** The same for many texts: the key is derived once. */
export function macUnder(secret: string, purpose: Purpose): (text: string) => string {
  const key = deriveKey(secret, purpose)
  return (text) => createHmac('sha256', key).update(text).digest('base64url')
}

/** Whether a MAC is ours, under any of the secrets. Compared in constant time. */
export function isMacOf(ring: KeyRing, purpose: Purpose, text: string, presented: string): boolean {
  return ring.some((secret) => isEqual(mac(secret, purpose, text), presented))
}

/** The key of a purpose as text, for values that must outlive the secret: then the key is stored, encrypted. */
export function derivedKey(secret: string, purpose: 'pairwise' | 'audit-log'): string {
  return Buffer.from(deriveKey(secret, purpose)).toString('base64url')
}

/** HMAC-SHA-256 under a key of `derivedKey`. */
export function macUnderKey(key: string): (text: string) => string {
  const bytes = Buffer.from(key, 'base64url')
  return (text) => createHmac('sha256', bytes).update(text).digest('base64url')
}

/** Identifies a secret without revealing it: eight characters. An encrypted value begins with that of its secret. */
export function idOfSecret(secret: string): string {
  const known = ids.get(secret)
  if (known !== undefined) return known
  const id = mac(secret, 'secret-id', 'id').slice(0, 8)
  if (ids.size < mostDerived) ids.set(secret, id)
  return id
}

const ids = new Map<string, string>()

/** AES-256-GCM with a random nonce; `context` must be the same when it is opened, so a value can't be moved to another row. */
export async function seal(
  secret: string,
  purpose: Purpose,
  context: string,
  plain: string,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(
    gcm(iv, context),
    await aesKey(secret, purpose),
    new TextEncoder().encode(plain),
  )
  return [
    idOfSecret(secret),
    Buffer.from(iv).toString('base64url'),
    Buffer.from(sealed).toString('base64url'),
  ].join('.')
}

/** Throws when none of the secrets fits, or the value was changed. Earlier releases wrote no id: then all are tried. */
export async function unseal(
  ring: KeyRing,
  purpose: Purpose,
  context: string,
  sealed: string,
): Promise<string> {
  const parts = sealed.split('.')
  const [text = '', iv = '', id] = parts.toReversed()
  const candidates = id === undefined ? ring : ring.filter((secret) => idOfSecret(secret) === id)
  let failure: unknown = new Error('It was sealed under another secret')
  for (const secret of candidates) {
    try {
      return await open(secret, purpose, context, iv, text)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** The same value, encrypted under the newest secret. Throws like `unseal`. */
export async function reseal(
  ring: KeyRing,
  purpose: Purpose,
  context: string,
  sealed: string,
): Promise<string> {
  return seal(ring[0], purpose, context, await unseal(ring, purpose, context, sealed))
}

async function open(
  secret: string,
  purpose: Purpose,
  context: string,
  iv: string,
  text: string,
): Promise<string> {
  const plain = await crypto.subtle.decrypt(
    gcm(Buffer.from(iv, 'base64url'), context),
    await aesKey(secret, purpose),
    Buffer.from(text, 'base64url'),
  )
  return new TextDecoder().decode(plain)
}

function gcm(iv: Uint8Array, context: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(context) }
}

function aesKey(secret: string, purpose: Purpose): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', deriveKey(secret, purpose), 'AES-GCM', false, ['encrypt', 'decrypt'])
}
