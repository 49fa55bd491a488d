import type { SecretHash } from '../values/secret.ts'
import { type Sql, sql } from './sql.ts'

/** Whose rows a statement is about. A session says so before anybody has read it: both are then read in one batch. */
export type Whose = { readonly userId: string } | { readonly session: SecretHash<'session'> }

/** An expression for the user's id. */
export function whose(who: Whose): Sql {
  return 'userId' in who
    ? sql`${who.userId}`
    : sql`(SELECT user_id FROM sessions WHERE id_hash = ${who.session.sha256})`
}
