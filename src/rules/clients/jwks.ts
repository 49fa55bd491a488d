import type { JSONWebKeySet, JWK } from 'jose'
import * as z from 'zod/mini'
import { isWithin } from '../../values/json.ts'
import { once } from '../../values/once.ts'
import { shortestModulus } from '../encryption.ts'

const jwks = once(() =>
  z.object({ keys: z.array(z.looseObject({ kty: z.string() })).check(z.maxLength(50)) }),
)

/** Levels of a key set: the deepest member that RFC 7518 defines is a list of objects (`oth`). */
const deepest = 5

/** RFC 7517 §5. Public asymmetric keys only: anybody who reads a symmetric key could sign. Throws for others. */
export function parseJwks(value: unknown): JSONWebKeySet {
  if (!isWithin(deepest, value)) throw new Error('The key set is nested too deep')
  const set = jwks().parse(value)
  if (set.keys.some((key) => key.kty === 'oct' || 'd' in key))
    throw new Error('The key set contains a private key')
  return { keys: set.keys.map(toVerify) }
}

/** RFC 7517 §4.3 only advises against operations beside `verify`, but Web Crypto imports no key with one of another algorithm. */
export function toVerify<Key extends Readonly<Record<string, unknown>>>(key: Key): Key {
  const { key_ops } = key
  return Array.isArray(key_ops) && key_ops.includes('verify') ? { ...key, key_ops: ['verify'] } : key
}

/** Whether one of these keys may verify a signature by one of these algorithms (RFC 7517 §4.2 to §4.4, RFC 7518 §3.1). */
export function mayVerify(keys: readonly JWK[], algorithms: readonly string[]): boolean {
  return keys.some(
    (key) =>
      key.use !== 'enc' &&
      (!Array.isArray(key.key_ops) || key.key_ops.includes('verify')) &&
      algorithms.some((alg) => (key.alg === undefined || key.alg === alg) && isKeyFor(alg, key)),
  )
}

function isKeyFor(alg: string, { kty, crv, n }: JWK): boolean {
  if (alg.endsWith('S256')) return alg === 'ES256' ? crv === 'P-256' : kty === 'RSA' && isLong(n)
  return crv === 'Ed25519'
}

/** The modulus of an RSA key. RFC 7518 §3.3. */
function isLong(n: unknown): boolean {
  return typeof n !== 'string' || n.length >= shortestModulus
}
