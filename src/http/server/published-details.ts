import { read } from '../../store/database.ts'
import { listTypeNames } from '../../store/requests/detail-type.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'

interface Kept {
  readonly types: readonly string[]
  /** The types as one text. */
  readonly version: string
  readonly readAt: Seconds
}

/** Cached by a warm isolate. Keyed by binding: two databases never mix. */
const kept = new WeakMap<D1Database, Kept>()

/** As long as clients may keep the metadata that names them. */
const keepFor: Seconds = 300
/** How long a failed read is remembered: meanwhile the metadata has the previous types. */
const notAgainWithin: Seconds = 30

/** The types of authorization details for the metadata (RFC 9396 §10). It is answered without the database, too. */
export async function publishedTypes(c: Context): Promise<readonly string[]> {
  const { DB } = c.env
  const { now } = c.var
  const known = kept.get(DB)
  if (known !== undefined && now < known.readAt + keepFor) return known.types
  try {
    const { types } = await read(DB, { types: listTypeNames(DB) })
    kept.set(DB, { types, version: types.join(' '), readAt: now })
    return types
  } catch {
    const types = known?.types ?? []
    kept.set(DB, { types, version: types.join(' '), readAt: now - keepFor + notAgainWithin })
    return types
  }
}

/** The version of the metadata that this isolate knows; undefined when its types have to be read. */
export function knownTypes(db: D1Database, now: Seconds): string | undefined {
  const known = kept.get(db)
  return known !== undefined && now < known.readAt + keepFor ? known.version : undefined
}

/** Called after a change of the types: this isolate reads them again. */
export function forgetTypes(c: Context): void {
  kept.delete(c.env.DB)
}
