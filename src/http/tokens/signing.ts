import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { ensureSigningKeys } from '../../acts/server/rotate-keys.ts'
import { currentKey, type SigningAlgorithm } from '../../rules/server/signing-keys.ts'
import {
  openSigningKey,
  publicJwk,
  type SigningKey,
  type StoredSigningKey,
} from '../../secrets/signing-key.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'

export interface SigningKeys {
  readonly published: readonly StoredSigningKey[]
  /** Finds the public key that a token names. */
  readonly verify: JWTVerifyGetKey
  /** The key that signs now. Opened once, and kept. */
  readonly signer: (alg: SigningAlgorithm, now: Seconds) => Promise<SigningKey>
}

/** Kept by a warm isolate, so that it asks D1 only now and then. Keyed by binding: two databases never mix. */
const kept = new WeakMap<D1Database, { keys: SigningKeys; until: number }>()
const keepFor = 300

/** The signing keys, made on first use. */
export async function signingKeys(c: Context): Promise<SigningKeys> {
  const { DB } = c.env
  const known = kept.get(DB)
  if (known !== undefined && c.var.now < known.until) return known.keys
  const secret = c.var.config.keyEncryptionSecret
  const published = await ensureSigningKeys(DB, secret, c.var.now)
  const opened = new Map<string, SigningKey>()
  const keys: SigningKeys = {
    published,
    verify: createLocalJWKSet({ keys: published.map(publicJwk) }),
    signer: async (alg, now) => {
      const current = currentKey(published, alg, now)
      if (current === undefined) throw new Error(`There is no current key for ${alg}`)
      const key = opened.get(current.kid) ?? (await openSigningKey(current, secret))
      opened.set(current.kid, key)
      return key
    },
  }
  kept.set(DB, { keys, until: c.var.now + keepFor })
  return keys
}
