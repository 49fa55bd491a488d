import type { ProviderSignIn } from '../../rules/sign-in/proof.ts'
import { readSignIn, signInShape } from '../../rules/sign-in/provider-attempt.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, optional, type Query, text, type Write } from '../database.ts'
import { readUser, type User } from '../people/users.ts'
import { always, type Sql, sql, statement } from '../sql.ts'
import type { ConnectionButton } from './connections.ts'
import type { EndedAtProvider, EndingEvent } from './own-sessions.ts'
import { elsewhereOf, readElsewhere } from './realms.ts'

/** The password was right, and a second factor must follow within this time, in seconds. */
const lifetime = 600

/** `passwordHash`: the hash of the right password; `at`: they came by a provider instead. */
export function insertPendingSignIn(
  db: D1Database,
  id: SecretHash<'sign-in'>,
  userId: string,
  passwordHash: string,
  at: ProviderSignIn | undefined,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`INSERT INTO pending_sign_ins (id_hash, user_id, password_hash, expires_at, provider)
      SELECT ${id.sha256}, id, ${passwordHash}, ${now + lifetime}, ${at === undefined ? null : JSON.stringify(at)} FROM users WHERE id = ${userId}
      ON CONFLICT DO NOTHING`,
  )
}

/** The person, and the password that they showed. */
export interface PendingSignIn extends User {
  readonly passwordHash: string
  /** The provider that alone signs them in. */
  readonly elsewhere: ConnectionButton | undefined
  /** How they came in through a provider; undefined: it was a password. */
  readonly at: ProviderSignIn | undefined
  /** The password was reset, and the other ways to sign in were not reviewed since. */
  readonly awaitsReview: boolean
}

/** Undefined once the password has changed. */
export function findPendingSignIn(
  db: D1Database,
  id: SecretHash<'sign-in'>,
  now: Seconds,
): Query<PendingSignIn | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, u.email, u.role, u.created_at, u.password_hash, u.review_since, p.provider, ${elsewhereOf('u')}
        FROM pending_sign_ins p JOIN users u ON u.id = p.user_id AND u.password_hash = p.password_hash
        WHERE p.id_hash = ${id.sha256} AND p.expires_at > ${now} AND u.suspended_at IS NULL`,
    ),
    read: first((row) => ({
      ...readUser(row),
      passwordHash: text(row, 'password_hash'),
      elsewhere: readElsewhere(row),
      at: readProvider(optional(text, row, 'provider')),
      awaitsReview: row.review_since !== null,
    })),
  }
}

function readProvider(text: string | undefined): ProviderSignIn | undefined {
  if (text === undefined) return undefined
  return readSignIn(signInShape().parse(JSON.parse(text)))
}

/** All of one person: one of them succeeded. */
export function endPendingSignIns(db: D1Database, userId: string): Write {
  return statement(db, sql`DELETE FROM pending_sign_ins WHERE user_id = ${userId}`)
}

/**
 * Those that a provider's notice concerns: with a `sid` as for sessions, otherwise all that the person began there. With the event
 * of the notice, if it ended no session.
 */
export function endPendingAtProvider(
  db: D1Database,
  { connectionId, subject, sid }: EndedAtProvider,
  { id, reference, detail }: EndingEvent,
  only: Sql,
  now: Seconds,
): readonly Write[] {
  const isTheirs = sql`provider ->> 'subject' = ${subject ?? null}`
  const isThere = sql`provider ->> 'sid' = ${sid ?? null} AND ${subject === undefined ? always : isTheirs}`
  const named =
    sid === undefined ? isTheirs : sql`(${isThere} OR (provider ->> 'sid' IS NULL AND ${isTheirs}))`
  const concerned = sql`pending_sign_ins WHERE provider ->> 'connectionId' = ${connectionId} AND ${named} AND ${only}`
  return [
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
        SELECT ${id}, ${now}, 'signed_out_by_provider', ${reference}, user_id, ${detail} FROM ${concerned}
        LIMIT 1 ON CONFLICT DO NOTHING`,
    ),
    statement(db, sql`DELETE FROM ${concerned}`),
  ]
}
