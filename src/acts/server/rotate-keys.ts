import {
  isKeyOver,
  type KeyAlgorithm,
  planSuccessor,
  shortestLead,
  usableKeys,
} from '../../rules/server/signing-keys.ts'
import { generateSigningKey, type StoredSigningKey } from '../../secrets/signing-key.ts'
import { read, write } from '../../store/database.ts'
import { actorIs, isFirstTime } from '../../store/guards.ts'
import { findAlgorithmsInUse } from '../../store/server/algorithms.ts'
import {
  bringForward,
  deleteSigningKey,
  insertSigningKey,
  listSigningKeys,
} from '../../store/server/signing-keys.ts'
import { sql } from '../../store/sql.ts'
import type { Seconds } from '../../values/time.ts'
import { change, type Doing } from '../act.ts'

/**
 * The keys, with the first one created for each algorithm that is in use, or `needed`: many may create one at once, one is
 * stored.
 */
export async function ensureSigningKeys(
  db: D1Database,
  secret: string,
  now: Seconds,
  needed: readonly KeyAlgorithm[] = [],
): Promise<readonly StoredSigningKey[]> {
  return (await ensureInUse(db, secret, now, needed)).keys
}

async function ensureInUse(
  db: D1Database,
  secret: string,
  now: Seconds,
  needed: readonly KeyAlgorithm[] = [],
): Promise<{ readonly keys: readonly StoredSigningKey[]; readonly inUse: readonly KeyAlgorithm[] }> {
  const { keys, inUse } = await read(db, { keys: listSigningKeys(db), inUse: findAlgorithmsInUse(db) })
  const usable = usableKeys(keys)
  const missing = [...new Set([...inUse, ...needed])].filter((alg) => !usable.some((key) => key.alg === alg))
  return { keys: await addSuccessors(db, secret, keys, missing, now), inUse }
}

/** Maximum of statements per call of `rotateSigningKeys`. */
export const queriesOfRotation = 15

/** The scheduled part: creates due keys, and deletes those that nobody needs. Always all of it: there is never more. */
export async function rotateSigningKeys(db: D1Database, secret: string, now: Seconds): Promise<false> {
  const { keys: before, inUse } = await ensureInUse(db, secret, now)
  const keys = await addSuccessors(db, secret, before, inUse, now)
  const over = keys.filter((key) => isKeyOver(keys, key, inUse, now))
  if (over.length > 0)
    await write(
      db,
      over.slice(0, 3).map((key) => deleteSigningKey(db, key)),
      {},
    )
  return false
}

/**
 * Manual rotation: the successor signs as soon as everybody can know it, including one that the schedule created for later.
 * False when the actor is no longer an administrator.
 */
export async function rotateNow(doing: Doing, secret: string, alg: KeyAlgorithm): Promise<boolean> {
  const { db, act, now } = doing
  const keys = await ensureSigningKeys(db, secret, now)
  const waiting = usableKeys(keys).find((key) => key.alg === alg && key.activeAt > now)
  const plan = planSuccessor(keys, alg, now, true)
  const only = sql`${actorIs(act, 'administer')} AND ${isFirstTime(act)}`
  return change(
    doing,
    { type: 'signing_key_made', target: alg },
    ...(waiting === undefined ? [] : [bringForward(db, waiting, now + shortestLead, only)]),
    ...(plan === undefined ? [] : [insertSigningKey(db, await generateSigningKey(plan, secret), now, only)]),
  )
}

async function addSuccessors(
  db: D1Database,
  secret: string,
  keys: readonly StoredSigningKey[],
  algorithms: readonly KeyAlgorithm[],
  now: Seconds,
): Promise<readonly StoredSigningKey[]> {
  const plans = algorithms.flatMap((alg) => planSuccessor(keys, alg, now, false) ?? [])
  if (plans.length === 0) return keys
  const made = await Promise.all(plans.map((plan) => generateSigningKey(plan, secret)))
  const inserts = made.map((key) => insertSigningKey(db, key, now))
  return (await write(db, inserts, { keys: listSigningKeys(db) })).keys
}
