import type { JSONWebKeySet } from 'jose'
import * as z from 'zod/mini'
import { isWithin } from '../../values/json.ts'
import { once } from '../../values/once.ts'

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
