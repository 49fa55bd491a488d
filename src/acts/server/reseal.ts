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

/** Values of one call, and recovery codes of which one call notes the secret. */
const chunk = 200

/** Statements of one call of `resealSome`, at most. When nothing is left to do there are two. */
export const queriesOfReseal = 10

/** What each kind is sealed for: it opens nowhere else. */
const seals: Record<
  SealedKind,
  (id: string) => readonly ['signing-keys' | 'kept-keys' | 'authenticators', string]
> = {
  signing: (kid) => ['signing-keys', kid],
  'later-signing': (kid) => ['signing-keys', kid],
  kept: (name) => ['kept-keys', name],
  part: (end) => ['kept-keys', `audit-log ${end}`],
  authenticator: (userId) => ['authenticators', userId],
}

/**
 * Seals what is under an earlier secret anew, under the newest, and says whether there is more. It may be run twice at once, and
 * stopped at any point: what was read is replaced only if it still is there. Recovery codes are known by their hash alone: of
 * them it is noted which secret they need.
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
    // Of codes from before this was noted: the oldest secret is the one that there was.
    ...(noted.hasUnnotedCodes ? [noteSecretOfCodes(db, idOfSecret(ring.at(-1) ?? ring[0]), chunk)] : []),
    ...(noted.hasSalt ? [] : [await keepSalt(db, ring)]),
    ...(noted.since === undefined ? [noteUsedSecret(db, newest, now)] : []),
  ]
  if (writes.length > 0) await write(db, writes, {})
  return resealed.length === chunk || noted.hasUnnotedCodes
}

/** Each with its new seal. One that no secret opens is left alone, and keeps no other from its turn. */
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
