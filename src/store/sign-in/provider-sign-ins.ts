import { first, integer, type Query, text } from '../database.ts'
import { readUser, type User } from '../people/users.ts'
import { sql, statement } from '../sql.ts'
import type { Subject } from './identities.ts'

/** The facts for a sign-in by a provider. */
export interface ProviderSignInFacts {
  readonly user: User
  readonly isSuspended: boolean
  readonly passwordHash: string
  /** Whether a code from an authenticator app must follow. */
  readonly hasAuthenticator: boolean
  /** The password was reset, and the other ways to sign in were not reviewed since. */
  readonly awaitsReview: boolean
}

/** The person of an identity. Never found by an address. */
export function findProviderSignIn(
  db: D1Database,
  { connectionId, subject }: Subject,
): Query<ProviderSignInFacts | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, u.email, u.role, u.created_at, u.password_hash, u.review_since, u.suspended_at,
          EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = u.id AND a.doubted = 0) AS has_authenticator
        FROM identities i JOIN users u ON u.id = i.user_id
        WHERE i.connection_id = ${connectionId} AND i.subject = ${subject}`,
    ),
    read: first((row) => ({
      user: readUser(row),
      isSuspended: row.suspended_at !== null,
      passwordHash: text(row, 'password_hash'),
      hasAuthenticator: integer(row, 'has_authenticator') === 1,
      awaitsReview: row.review_since !== null,
    })),
  }
}
