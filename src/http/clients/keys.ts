import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod/mini'
import type { ClientKeys } from '../../rules/clients/client.ts'
import type { Context } from '../context.ts'
import { fetchJson } from '../fetch-json.ts'

/** How long a fetched set is good, and how soon an unknown `kid` may have it fetched again: a client rotates its keys. */
const keepFor = 600
const notAgainWithin = 30

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).check(z.maxLength(50)) })

interface Fetched {
  readonly set: JSONWebKeySet
  readonly at: number
}

/** By URL, in this isolate. */
const fetched = new Map<string, Fetched>()
const mostKept = 500

/** The keys of a client: as given, or as published at its `jwks_uri`. Throws when there are none to be had. */
export function clientKeySet(c: Context, keys: ClientKeys): JWTVerifyGetKey {
  return async (header, token) => {
    if ('jwks' in keys) return createLocalJWKSet(parseJwks(JSON.parse(keys.jwks)))(header, token)
    const known = fetched.get(keys.jwksUri)
    const fresh =
      known !== undefined && c.var.now - known.at < keepFor ? known : await refetch(c, keys.jwksUri)
    try {
      return await createLocalJWKSet(fresh.set)(header, token)
    } catch (error) {
      const mayBeNew = error instanceof errors.JWKSNoMatchingKey && c.var.now - fresh.at >= notAgainWithin
      if (!mayBeNew) throw error
      return createLocalJWKSet((await refetch(c, keys.jwksUri)).set)(header, token)
    }
  }
}

async function refetch(c: Context, uri: string): Promise<Fetched> {
  const result = { set: parseJwks(await fetchJson(uri)), at: c.var.now }
  if (fetched.size >= mostKept) fetched.clear()
  fetched.set(uri, result)
  return result
}

/** Public asymmetric keys alone: with a symmetric one whoever reads it could sign. */
export function parseJwks(value: unknown): JSONWebKeySet {
  const set = jwks.parse(value)
  if (set.keys.some((key) => key.kty === 'oct' || 'd' in key))
    throw new Error('A key of the set is not public')
  return set
}
