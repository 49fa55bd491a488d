import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import {
  generateSigningKey,
  openSigningKey,
  publicJwk,
  type SigningKey,
  type StoredSigningKey,
} from '../secrets/signing-key.ts'
import { read, write } from '../store/database.ts'
import { insertCurrentKey, listSigningKeys, type SigningKeyRow } from '../store/signing-keys.ts'
import type { Context } from './context.ts'

export interface SigningKeys {
  /** Finds the public key that a token names. */
  readonly verify: JWTVerifyGetKey
  readonly current: SigningKey
  readonly published: readonly StoredSigningKey[]
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
  const rows = await currentRows(DB, secret, c.var.now)
  const current = rows.find((row) => row.status === 'current')
  if (current === undefined) throw new Error('There is no current signing key')
  const published = rows.map((row) => row.key)
  const verify = createLocalJWKSet({ keys: published.map(publicJwk) })
  const keys = { current: await openSigningKey(current.key, secret), published, verify }
  kept.set(DB, { keys, until: c.var.now + keepFor })
  return keys
}

/** Every first request makes a key; the unique index keeps one, and all read that one back. */
async function currentRows(db: D1Database, secret: string, now: number): Promise<readonly SigningKeyRow[]> {
  const { rows } = await read(db, { rows: listSigningKeys(db) })
  if (rows.some((row) => row.status === 'current')) return rows
  const candidate = await generateSigningKey('ES256', secret)
  return (await write(db, [insertCurrentKey(db, candidate, now)], { rows: listSigningKeys(db) })).rows
}
