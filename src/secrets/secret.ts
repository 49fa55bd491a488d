import { hash } from 'node:crypto'
import { base64url } from 'jose'
import { requestUriPrefix } from '../rules/requests/pushed.ts'
import type { CodeHash, KeptSecret, PresentedCode, Secret, SecretHash, SecretKind } from '../values/secret.ts'
import type { Seconds } from '../values/time.ts'

/** Prefixes by which a leaked secret is recognized. Sessions and setup links never leave our own pages. */
const prefixOf: Record<SecretKind, string> = {
  code: 'lkc_',
  'device-code': 'lkd_',
  'auth-request': 'lkb_',
  'pushed-request': requestUriPrefix,
  refresh: 'lkr_',
  client: 'lk_',
  registration: 'lkg_',
  session: '',
  setup: '',
  'sign-in': '',
  mail: '',
  invitation: '',
}

/** Random bits as base64url: 12 bytes are 16 characters, 16 are 22, 32 are 43. */
export function randomText(bytes: number): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** A new `client_id`: 96 random bits, since it is no secret. Never with a leading dash, which command lines read as an option. */
export function makeClientId(): string {
  return randomText(12).replace(/^-/, '_')
}

/**
 * The id of an authorization: the second in 7 characters, then 15 (by default 90 random bits). SQLite compares ids in the order of
 * time, so that new rows fill the last page of the table instead of splitting others. It is unique, but no secret.
 */
export function makeAuthorizationId(now: Seconds, unique: string = randomText(12)): string {
  return (now.toString(36).padStart(7, '0') + unique).slice(0, 22)
}

/** A new secret of 256 random bits (RFC 6749 §10.10 asks for 128). */
export function makeSecret<K extends SecretKind>(kind: K): Secret<K> {
  return secretFrom(kind, randomText(32))
}

/** A secret from 256 bits that come from a form, as base64url. */
export function secretFrom<K extends SecretKind>(kind: K, bits: string): Secret<K> {
  return { kind, plain: prefixOf[kind] + bits }
}

/** A presented secret of this kind. Undefined when it is malformed, so that it is not even looked up. */
export function readSecret<K extends SecretKind>(kind: K, presented: string): Secret<K> | undefined {
  const prefix = prefixOf[kind]
  const looksRight =
    presented.startsWith(prefix) && /^[A-Za-z0-9_-]{43}$/.test(presented.slice(prefix.length))
  return looksRight ? { kind, plain: presented } : undefined
}

/**
 * 256 random bits need no slow hash: they can't be guessed. The database compares hashes, so timing reveals nothing about the
 * secret.
 */
export function hashSecret<K extends SecretKind>(secret: Secret<K>): SecretHash<K> {
  return { kind: secret.kind, sha256: hash('sha256', secret.plain, 'base64url') }
}

/** 72 bits for a used code: nobody finds another code and verifier with them by trying. Without PKCE, of the code alone. */
export function presentedCode(code: CodeHash, verifier = ''): PresentedCode {
  return { hash: code, used: hash('sha256', code.sha256 + verifier, 'base64url').slice(0, 12) }
}

/** The hash of a secret, with the end that its owner sees afterwards. */
export function keepSecret<K extends SecretKind>(secret: Secret<K>): KeptSecret<K> {
  return { ...hashSecret(secret), lastFour: secret.plain.slice(-4) }
}
