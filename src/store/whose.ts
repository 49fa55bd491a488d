import type { SecretHash } from '../values/secret.ts'
import { type Sql, sql } from './sql.ts'

/** The person whose rows a statement concerns. A session identifies them before it was read: both are then read in one batch. */
export type Whose = { readonly userId: string } | { readonly session: SecretHash<'session'> }

/** An expression for the user's id. */
export function whose(who: Whose): Sql {
  return 'userId' in who
    ? sql`${who.userId}`
    : sql`(SELECT user_id FROM sessions WHERE id_hash = ${who.session.sha256})`
}
