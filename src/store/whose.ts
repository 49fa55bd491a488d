import type { SecretHash } from '../values/secret.ts'

/** Whose rows a statement is about. A session says so before anybody has read it: both are then read in one batch. */
export type Whose = { readonly userId: string } | { readonly session: SecretHash<'session'> }

/** An expression for the user's id, with the one value that it binds. */
export function whose(who: Whose): { readonly sql: string; readonly value: string } {
  return 'userId' in who
    ? { sql: '?', value: who.userId }
    : { sql: '(SELECT user_id FROM sessions WHERE id_hash = ?)', value: who.session.sha256 }
}
