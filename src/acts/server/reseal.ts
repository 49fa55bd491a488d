import { idOfSecret, reseal } from '../../secrets/derived-keys.ts'
import { read, type Write, write } from '../../store/database.ts'
import {
  findNotedSecret,
  listSealedElsewhere,
  noteUsedSecret,
  replaceSealed,
  type SealedElsewhere,
  type SealedKind,
  sealedKinds,
} from '../../store/server/sealed.ts'
import { noteSecretOfCodes } from '../../store/sign-in/recovery-codes.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Seconds } from '../../values/time.ts'
import { keepSalt } from './kept-keys.ts'

/** Limits of values and of recovery codes per call. */
const chunk = 200

/** Maximum of statements per call of `resealSome`. With nothing left to do there are two. */
export const queriesOfReseal = 10

/** The context of each kind: it opens nowhere else. */
const seals: Record<
  SealedKind,
  (
    id: string,
  ) => readonly ['signing-keys' | 'kept-keys' | 'authenticators' | 'providers' | 'provider-tokens', string]
> = {
  signing: (kid) => ['signing-keys', kid],
  'later-signing': (kid) => ['signing-keys', kid],
  kept: (name) => ['kept-keys', name],
  part: (end) => ['kept-keys', `audit-log ${end}`],
  authenticator: (userId) => ['authenticators', userId],
  connection: (id) => ['providers', id],
  'id-token': () => ['provider-tokens', ''],
}

/**
 * Re-encrypts values of earlier secrets under the newest, and returns whether there are more. Two runs at once, and a stop at
 * any point, are safe: a value is replaced only if it is unchanged. Recovery codes exist only as hashes: for them the required
 * secret is recorded.
 */
export async function resealSome(db: D1Database, ring: KeyRing, now: Seconds): Promise<boolean> {
  const newest = idOfSecret(ring[0])
  const { elsewhere, noted } = await read(db, {
    elsewhere: listSealedElsewhere(db, newest, chunk),
    noted: findNotedSecret(db, newest),
  })
  const resealed = await resealEach(ring, elsewhere)
  const writes: readonly Write[] = [
    ...sealedKinds.flatMap((kind) => {
      const ofKind = resealed.filter(([one]) => one.kind === kind)
      return ofKind.length === 0 ? [] : [replaceSealed(db, kind, ofKind)]
    }),
    // For codes from before this was recorded: the oldest secret made them.
    ...(noted.hasUnnotedCodes ? [noteSecretOfCodes(db, idOfSecret(ring.at(-1) ?? ring[0]), chunk)] : []),
    ...(noted.hasSalt ? [] : [await keepSalt(db, ring)]),
    ...(noted.since === undefined ? [noteUsedSecret(db, newest, now)] : []),
  ]
  if (writes.length > 0) await write(db, writes, {})
  return resealed.length === chunk || noted.hasUnnotedCodes
}

/** Re-encrypts each value. One that no secret opens is left alone, and does not block the others. */
async function resealEach(
  ring: KeyRing,
  elsewhere: readonly SealedElsewhere[],
): Promise<readonly (readonly [SealedElsewhere, string])[]> {
  const resealed = await Promise.all(
    elsewhere.map(async (one) => {
      try {
        const [purpose, context] = seals[one.kind](one.id)
        return [[one, await reseal(ring, purpose, context, one.sealed)] as const]
      } catch {
        console.error(
          JSON.stringify({ event: 'reseal_failed', kind: one.kind, reason: 'No secret opens it' }),
        )
        return []
      }
    }),
  )
  return resealed.flat()
}
