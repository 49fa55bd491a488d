import { createHmac, hkdfSync } from 'node:crypto'

/** What keys are derived for from the one configured secret. A new purpose is a new key. RFC 5869. */
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
  | 'known-browsers'
  | 'audit-log'

function deriveKey(secret: string, purpose: Purpose): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', secret, 'latchkey', purpose, 32))
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

/** What pairwise subjects are made with (OIDC Core §8.1): kept for ever, or everybody becomes somebody else. */
export function subjectSalt(secret: string): string {
  return Buffer.from(deriveKey(secret, 'pairwise')).toString('base64url')
}

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
  return `${Buffer.from(iv).toString('base64url')}.${Buffer.from(sealed).toString('base64url')}`
}

/** Throws when the secret is another one, or the value was changed. */
export async function unseal(
  secret: string,
  purpose: Purpose,
  context: string,
  sealed: string,
): Promise<string> {
  const [iv = '', text = ''] = sealed.split('.')
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
