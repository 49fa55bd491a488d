import type { Seconds } from '../../values/time.ts'
import type { KeyEncryption } from '../encryption.ts'

/** ES256 for access tokens: it costs 0.02 ms, RS256 0.6. RS256 for ID tokens, unless configured: every client accepts it. */
export const signingAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** Keys that clients encrypt requests with. The one of `ECDH-ES` serves every algorithm that begins with it. */
const decryptionAlgorithms = ['RSA-OAEP-256', 'ECDH-ES'] as const
export type DecryptionAlgorithm = (typeof decryptionAlgorithms)[number]

export const keyAlgorithms = [...signingAlgorithms, ...decryptionAlgorithms] as const
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

export function isSigningAlgorithm(alg: KeyAlgorithm): alg is SigningAlgorithm {
  return signingAlgorithms.some((known) => known === alg)
}

/** The key of this server for a JWE with this `alg`. */
export function decryptionAlgorithmOf(alg: KeyEncryption): DecryptionAlgorithm {
  return alg === 'RSA-OAEP-256' ? alg : 'ECDH-ES'
}

/**
 * When a key signs, or is the one to encrypt with. Its state follows from the time alone: next until `activeAt`, then current,
 * and retired once its successor is active. So every isolate switches at the same second, without a write.
 */
export interface SigningKeyPlan {
  readonly alg: KeyAlgorithm
  /** 1, 2, 3…: unique per algorithm, so that only one of two concurrent successors is stored. */
  readonly generation: number
  readonly activeAt: Seconds
  /** From then on it neither signs nor verifies, and is not published: its private part may be known to others. */
  readonly withdrawnAt?: Seconds | undefined
}

export type KeyStatus = 'next' | 'current' | 'retired' | 'withdrawn'

const rotateEvery: Seconds = 90 * 86_400

/** By then the scheduled handler has had a week to replace a key. */
export const rotationOverdueAfter: Seconds = rotateEvery + 7 * 86_400

/** A scheduled successor is published a day before it signs. */
const scheduledLead: Seconds = 86_400

/** A manual successor, too, is published longer than any cache keeps the old set: ours and the clients', 300 s each. */
export const shortestLead: Seconds = 900

/** The limit of every token lifetime, whatever an application or an API is set to: after it a key can be deleted. */
export const longestTokenLife: Seconds = 30 * 86_400

/** One that is active at once was made by a clock that may be ahead of this one: while no other is active, the next one signs. */
export function currentKey<K extends SigningKeyPlan>(
  keys: readonly K[],
  alg: KeyAlgorithm,
  now: Seconds,
): K | undefined {
  const usable = usableKeys(keys).filter((key) => key.alg === alg)
  const active = usable.filter((key) => key.activeAt <= now)
  return newestOf(active, alg) ?? usable.toSorted((a, b) => a.generation - b.generation)[0]
}

/** Keys that verify, or decrypt. */
export function usableKeys<K extends SigningKeyPlan>(keys: readonly K[]): readonly K[] {
  return keys.filter(({ withdrawnAt }) => withdrawnAt === undefined)
}

/** Keys in the JWK set. Nobody should encrypt with a retired one, but it still decrypts what was encrypted before. */
export function publishedKeys<K extends SigningKeyPlan>(keys: readonly K[], now: Seconds): readonly K[] {
  return inPublishedOrder(usableKeys(keys)).filter(
    (key) => isSigningAlgorithm(key.alg) || keyStatus(keys, key, now) !== 'retired',
  )
}

export function keyStatus(keys: readonly SigningKeyPlan[], key: SigningKeyPlan, now: Seconds): KeyStatus {
  if (key.withdrawnAt !== undefined) return 'withdrawn'
  if (key.activeAt > now) return 'next'
  return currentKey(keys, key.alg, now)?.generation === key.generation ? 'current' : 'retired'
}

/** The successor that has to be created now, if any. `byHand`: as soon as it is safe. A waiting one is enough. */
export function planSuccessor(
  keys: readonly SigningKeyPlan[],
  alg: KeyAlgorithm,
  now: Seconds,
  byHand: boolean,
): SigningKeyPlan | undefined {
  const generation = nextGeneration(keys, alg)
  const newest = newestOf(usableKeys(keys), alg)
  if (newest === undefined) return { alg, generation, activeAt: now }
  if (newest.activeAt > now) return undefined
  if (byHand) return { alg, generation, activeAt: now + shortestLead }
  const due = newest.activeAt + rotateEvery
  return now < due - scheduledLead
    ? undefined
    : { alg, generation, activeAt: Math.max(due, now + scheduledLead) }
}

/** The key that has to replace a withdrawn `key`: when it is the current one, and no successor waits. */
export function planReplacement(
  keys: readonly SigningKeyPlan[],
  key: SigningKeyPlan,
  now: Seconds,
): SigningKeyPlan | undefined {
  const { alg } = key
  const waits = usableKeys(keys).some((other) => other.alg === alg && other.activeAt > now)
  return waits || keyStatus(keys, key, now) !== 'current'
    ? undefined
    : { alg, generation: nextGeneration(keys, alg), activeAt: now }
}

function newestOf<K extends SigningKeyPlan>(keys: readonly K[], alg: KeyAlgorithm): K | undefined {
  return keys
    .filter((key) => key.alg === alg)
    .reduce<K | undefined>(
      (newest, key) => (newest === undefined || key.generation > newest.generation ? key : newest),
      undefined,
    )
}

/** A withdrawn key keeps its number. */
function nextGeneration(keys: readonly SigningKeyPlan[], alg: KeyAlgorithm): number {
  return (newestOf(keys, alg)?.generation ?? 0) + 1
}

/**
 * Retired keys verify until the last token signed with them has expired. The key of an unused algorithm has no successor. A key
 * still without one, so long after it was due, has not been used since.
 */
export function isKeyOver(
  keys: readonly SigningKeyPlan[],
  key: SigningKeyPlan,
  inUse: readonly KeyAlgorithm[],
  now: Seconds,
): boolean {
  if (!inUse.includes(key.alg) && key.activeAt + rotateEvery + longestTokenLife <= now) return true
  return usableKeys(keys).some(
    ({ alg, generation, activeAt }) =>
      alg === key.alg && generation > key.generation && activeAt + longestTokenLife <= now,
  )
}

/** RSA first: a library that ignores `kid` takes the first key of the set, and ID tokens use RSA by default. Signatures first. */
function inPublishedOrder<K extends SigningKeyPlan>(keys: readonly K[]): readonly K[] {
  const rank = ({ alg }: K) => keyAlgorithms.indexOf(alg)
  return keys.toSorted((a, b) => rank(a) - rank(b) || b.generation - a.generation)
}
