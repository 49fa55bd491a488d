import type { Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'
import { type EndingSessions, endSessions } from './sessions.ts'

/** The sessions that a provider's notice concerns. */
export interface EndedAtProvider {
  readonly connectionId: string
  readonly subject: string | undefined
  readonly sid: string | undefined
}

/**
 * Condition on `s`. With a `sid`: the session in which the person was there, and those that the provider gave no `sid`; otherwise
 * all that the person began by this provider. Never one of another person.
 */
function concerns({ connectionId, subject, sid }: EndedAtProvider): Sql {
  const person = sql`(SELECT i.user_id FROM identities i
    WHERE i.connection_id = ${connectionId} AND i.subject = ${subject ?? null})`
  const isTheirs = sql`s.user_id = ${person}`
  const named =
    sid === undefined
      ? isTheirs
      : sql`((s.provider_sid = ${sid} AND ifnull(${isTheirs}, true)) OR (s.provider_sid IS NULL AND ${isTheirs}))`
  return sql`s.connection_id = ${connectionId} AND ${named}`
}

/** The event of a notice, with the name of the provider; then the end of those sessions, and of everything based on them. */
export function endAtProvider(
  db: D1Database,
  ended: EndedAtProvider,
  event: { readonly id: string; readonly reference: string; readonly detail: string },
  { condition, issuer, now }: EndingSessions,
): readonly Write[] {
  const all = sql`${concerns(ended)} AND ${condition}`
  const { id, reference, detail } = event
  return [
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
        SELECT ${id}, ${now}, 'signed_out_by_provider', ${reference}, s.user_id, ${detail} FROM sessions s
        WHERE ${all} LIMIT 1 ON CONFLICT DO NOTHING`,
    ),
    ...endSessions(db, { condition: all, issuer, now }),
  ]
}
