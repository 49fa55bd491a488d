import type { JSONWebKeySet } from 'jose'
import { array, looseObject, object, refined, string } from '../../values/shape.ts'

const keys = refined(array(looseObject({ kty: string })), ({ length }) => length <= 50, 'at most 50 keys')
const jwks = object({ keys })

/** RFC 7517 §5. Public asymmetric keys only: anybody who reads a symmetric key could sign. Throws for others. */
export function parseJwks(value: unknown): JSONWebKeySet {
  const set = jwks(value)
  if (set.keys.some((key) => key.kty === 'oct' || 'd' in key))
    throw new Error('The key set contains a private key')
  return set
}
