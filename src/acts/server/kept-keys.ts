import type { Sector } from '../../rules/openid/subject.ts'
import { derivedKey, seal, unseal } from '../../secrets/derived-keys.ts'
import { read, type Write, write } from '../../store/database.ts'
import { insertKeptKey, type KeptKey, listKeptKeys } from '../../store/server/kept-keys.ts'
import type { KeyRing } from '../../values/key-ring.ts'

/** The name of the salt for pairwise subjects. */
const pairwise = 'pairwise'

/** Per database. It never changes. */
const salts = new WeakMap<D1Database, string>()

/**
 * The salt of pairwise subjects (OIDC Core §8.1), permanent: a change would give everybody new subjects. It is derived from the
 * oldest secret of the ring the first time, and stored from then on, so that it outlives every secret.
 */
export async function subjectSalt(db: D1Database, ring: KeyRing): Promise<string> {
  const known = salts.get(db)
  if (known !== undefined) return known
  const { kept } = await read(db, { kept: listKeptKeys(db) })
  const salt = await openKeptKey(ring, saltIn(kept) ?? (await makeSalt(db, ring)))
  salts.set(db, salt)
  return salt
}

/** The same for one sector: nothing is read for public subjects. */
export async function saltFor(db: D1Database, ring: KeyRing, sector: Sector): Promise<string> {
  return sector === null ? '' : subjectSalt(db, ring)
}

/** The first writer stores it; the value is the same for all, as long as the oldest secret of the ring is. */
export async function keepSalt(db: D1Database, ring: KeyRing): Promise<Write> {
  const salt = derivedKey(ring.at(-1) ?? ring[0], 'pairwise')
  return insertKeptKey(db, { name: pairwise, sealed: await seal(ring[0], 'kept-keys', pairwise, salt) })
}

async function makeSalt(db: D1Database, ring: KeyRing): Promise<KeptKey> {
  const { kept } = await write(db, [await keepSalt(db, ring)], { kept: listKeptKeys(db) })
  const salt = saltIn(kept)
  if (salt === undefined) throw new Error('The salt was not kept')
  return salt
}

function saltIn(kept: readonly KeptKey[]): KeptKey | undefined {
  return kept.find(({ name }) => name === pairwise)
}

/** Throws when it was sealed under another secret. */
function openKeptKey(ring: KeyRing, { name, sealed }: KeptKey): Promise<string> {
  return unseal(ring, 'kept-keys', name, sealed)
}
