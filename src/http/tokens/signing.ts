import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { ensureSigningKeys } from '../../acts/server/rotate-keys.ts'
import type { Client } from '../../rules/clients/client.ts'
import {
  currentKey,
  type DecryptionAlgorithm,
  decryptionAlgorithmOf,
  type KeyAlgorithm,
  publishedKeys,
  type SigningAlgorithm,
  usableKeys,
} from '../../rules/server/signing-keys.ts'
import {
  openPrivateKey,
  openSigningKey,
  publicJwk,
  type SigningKey,
  type StoredSigningKey,
} from '../../secrets/signing-key.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { type Document, makeDocument } from '../server/documents.ts'

export interface SigningKeys {
  /** The published JWK set (RFC 7517 §5). */
  readonly document: Document
  /** Finds the public key that a token names. */
  readonly verify: JWTVerifyGetKey
  /** The current signing key. Opened once, and cached. */
  readonly signer: (alg: SigningAlgorithm, now: Seconds) => Promise<SigningKey>
  /** The keys that may decrypt a request: the named one, or all of this algorithm, the newest first. */
  readonly decrypters: (alg: DecryptionAlgorithm, kid: string | undefined) => Promise<readonly CryptoKey[]>
}

interface Kept {
  readonly keys: SigningKeys
  readonly active: ReadonlySet<KeyAlgorithm>
  readonly readAt: Seconds
}

/** Cached by a warm isolate, so that it rarely asks D1. Keyed by binding: two databases never mix. */
const kept = new WeakMap<D1Database, Kept>()

/** The longest time for which an isolate may use a withdrawn key, or not know its successor. The pages mention it. */
const keepFor: Seconds = 60

/** The shortest time after which a token of an unknown key may cause another read of the set. Anybody can send one. */
const notAgainWithin: Seconds = 5

/**
 * The signing keys, created on first use. `needed`: an application may have chosen an algorithm just now that nothing used
 * before.
 */
export async function signingKeys(c: Context, needed: readonly KeyAlgorithm[] = []): Promise<SigningKeys> {
  const known = kept.get(c.env.DB)
  const isFresh = known !== undefined && c.var.now < known.readAt + keepFor
  if (isFresh && needed.every((alg) => known.active.has(alg))) return known.keys
  return (await readKeys(c, needed)).keys
}

/** The cached key set of this isolate; undefined when it has to be read. */
export function knownJwks(db: D1Database, now: Seconds): string | undefined {
  const known = kept.get(db)
  return known !== undefined && now < known.readAt + keepFor ? known.keys.document.text : undefined
}

/** Called after a change of the keys: this isolate reads them again. */
export function forgetSigningKeys(c: Context): void {
  kept.delete(c.env.DB)
}

async function readKeys(c: Context, needed: readonly KeyAlgorithm[] = []): Promise<Kept> {
  const { DB } = c.env
  const { now, config } = c.var
  const all = await ensureSigningKeys(DB, config.keyEncryptionSecret, now, needed)
  const usable = usableKeys(all)
  const jwks = { keys: publishedKeys(all, now).map(publicJwk) }
  const known = createLocalJWKSet(jwks)
  const keys: SigningKeys = {
    document: makeDocument(JSON.stringify(jwks)),
    signer: signerOf(usable, config.keyRing),
    decrypters: decryptersOf(usable, config.keyRing),
    verify: known,
  }
  const active = new Set(usable.filter(({ activeAt }) => activeAt <= now).map(({ alg }) => alg))
  const read = { keys, active, readAt: now }
  kept.set(DB, read)
  return read
}

/** Finds the key of a token. An unknown one may be new: then the set is read again. */
export async function verifierOf(c: Context): Promise<JWTVerifyGetKey> {
  const { verify } = await signingKeys(c)
  return async (header, token) => {
    try {
      return await verify(header, token)
    } catch (error) {
      const readAt = kept.get(c.env.DB)?.readAt ?? 0
      if (!(error instanceof errors.JWKSNoMatchingKey) || c.var.now < readAt + notAgainWithin) throw error
      return (await readKeys(c)).keys.verify(header, token)
    }
  }
}

/** Publishes the keys for a client as soon as it has registered their algorithms: it may read the JWK set next. */
export async function publishKeysFor(c: Context, { openid }: Pick<Client, 'openid'>): Promise<void> {
  const { idTokenAlg, accessTokenAlg, userinfoAlg, authorizationAlg, introspectionAlg, encryption } = openid
  const { request } = encryption
  const signs = [idTokenAlg, accessTokenAlg, userinfoAlg ?? idTokenAlg, authorizationAlg, introspectionAlg]
  await signingKeys(c, request === undefined ? signs : [...signs, decryptionAlgorithmOf(request.alg)])
}

/** As `verifierOf`, for a request that a client encrypted. */
export async function decryptionKeys(
  c: Context,
  alg: DecryptionAlgorithm,
  kid: string | undefined,
): Promise<readonly CryptoKey[]> {
  const found = await (await signingKeys(c)).decrypters(alg, kid)
  const readAt = kept.get(c.env.DB)?.readAt ?? 0
  if (found.length > 0 || c.var.now < readAt + notAgainWithin) return found
  return (await readKeys(c)).keys.decrypters(alg, kid)
}

function decryptersOf(usable: readonly StoredSigningKey[], ring: KeyRing): SigningKeys['decrypters'] {
  const opened = new Map<string, CryptoKey>()
  const open = async (stored: StoredSigningKey) => {
    const key = opened.get(stored.kid) ?? (await openPrivateKey(stored, ring))
    opened.set(stored.kid, key)
    return key
  }
  return (alg, kid) => {
    const fitting = usable.filter((key) => key.alg === alg && (kid === undefined || key.kid === kid))
    return Promise.all(fitting.toSorted((a, b) => b.generation - a.generation).map(open))
  }
}

function signerOf(usable: readonly StoredSigningKey[], ring: KeyRing): SigningKeys['signer'] {
  const opened = new Map<string, SigningKey>()
  return async (alg, now) => {
    const current = currentKey(usable, alg, now)
    if (current === undefined) throw new Error(`There is no current key for ${alg}`)
    const key = opened.get(current.kid) ?? (await openSigningKey(current, ring))
    opened.set(current.kid, key)
    return key
  }
}
