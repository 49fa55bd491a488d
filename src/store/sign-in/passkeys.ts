import type { PublicJwk } from '../../rules/sign-in/passkey.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, type Row, text, type Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { readUser, type User } from '../people/users.ts'
import { type Sql, sql, statement } from '../sql.ts'
import type { ConnectionButton } from './connections.ts'
import { isNotLastWay } from './factors.ts'
import { elsewhereOf, readElsewhere } from './realms.ts'
import { type Binding, trustedFrom } from './trusted-factors.ts'

export interface Passkey {
  /** The id in our URLs. */
  readonly id: string
  /** The authenticator's id for it, base64url. */
  readonly credentialId: string
  readonly name: string
  readonly isBackedUp: boolean
  readonly createdAt: Seconds
  readonly lastUsedAt: Seconds | undefined
}

export interface NewPasskey {
  readonly id: string
  readonly userId: string
  readonly credentialId: string
  readonly publicKey: PublicJwk
  readonly counter: number
  readonly isBackedUp: boolean
  readonly name: string
}

const columns = sql`p.id, p.credential_id, p.name, p.backed_up, p.created_at, p.last_used_at`

function readPasskey(row: Row): Passkey {
  return {
    id: text(row, 'id'),
    credentialId: text(row, 'credential_id'),
    name: text(row, 'name'),
    isBackedUp: integer(row, 'backed_up') === 1,
    createdAt: integer(row, 'created_at'),
    lastUsedAt: optional(integer, row, 'last_used_at'),
  }
}

export interface PasskeyRules {
  /** Maximum per person. */
  readonly most: number
  /** Undefined: it is created with the account, as its first factor. */
  readonly binding: Binding | undefined
}

/**
 * Does nothing if the credential is registered already (to anyone) or the user has `most` of them. Its id comes from the
 * attempt.
 */
export function insertPasskey(
  db: D1Database,
  made: NewPasskey,
  { most, binding }: PasskeyRules,
  now: Seconds,
  claimed: Sql,
): Write {
  const { id, userId, credentialId, publicKey, counter, isBackedUp, name } = made
  const trusted = binding === undefined ? sql`${now}` : trustedFrom(userId, binding, now)
  return statement(
    db,
    sql`INSERT INTO passkeys (id, user_id, credential_id, name, public_key, counter, backed_up, claimed_by, created_at, trusted_at)
      SELECT ${id}, u.id, ${credentialId}, ${name}, ${JSON.stringify(publicKey)}, ${counter}, ${isBackedUp ? 1 : 0}, '', ${now},
        ${trusted}
      FROM users u WHERE u.id = ${userId} AND (SELECT count(*) FROM passkeys WHERE user_id = u.id) < ${most}
        AND ${isFirstTime({ attemptId: id })} AND ${claimed}
      ON CONFLICT DO NOTHING`,
  )
}

export function hasPasskey(userId: string, id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM passkeys WHERE id = ${id} AND user_id = ${userId})`
}

/** The credential is not registered yet. */
export function isNewCredential(credentialId: string): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM passkeys WHERE credential_id = ${credentialId})`
}

/** In order of creation. */
export function listPasskeys(db: D1Database, userId: string): Query<readonly Passkey[]> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns} FROM passkeys p WHERE p.user_id = ${userId} ORDER BY p.created_at, p.id`,
    ),
    read: (rows) => rows.map(readPasskey),
  }
}

export function findPasskey(db: D1Database, userId: string, id: string): Query<Passkey | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns} FROM passkeys p WHERE p.id = ${id} AND p.user_id = ${userId}`,
    ),
    read: first(readPasskey),
  }
}

export function updatePasskeyName(db: D1Database, userId: string, id: string, name: string): Write {
  return statement(db, sql`UPDATE passkeys SET name = ${name} WHERE id = ${id} AND user_id = ${userId}`)
}

export function deletePasskey(db: D1Database, userId: string, id: string): Write {
  const only = isNotLastWay(userId, { passkeyId: id })
  return statement(db, sql`DELETE FROM passkeys WHERE id = ${id} AND user_id = ${userId} AND ${only}`)
}

/** The facts for checking an answer. */
export interface PasskeyForSignIn {
  readonly id: string
  readonly publicKey: PublicJwk
  readonly user: User
  /** The hash of their password, if they have one. */
  readonly passwordHash: string
  /** The provider that alone signs them in. */
  readonly elsewhere: ConnectionButton | undefined
  /** The password was reset, and the other ways to sign in were not reviewed since. */
  readonly awaitsReview: boolean
}

/**
 * By the authenticator's credential id. A passkey of a suspended person, or one that is distrusted, is answered like an unknown
 * one.
 */
export function findPasskeyForSignIn(
  db: D1Database,
  credentialId: string,
): Query<PasskeyForSignIn | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT p.id AS passkey_id, p.public_key, u.id, u.username, u.email, u.role, u.created_at,
          u.password_hash, u.review_since, ${elsewhereOf('u')}
        FROM passkeys p JOIN users u ON u.id = p.user_id
        WHERE p.credential_id = ${credentialId} AND p.doubted = 0 AND u.suspended_at IS NULL`,
    ),
    read: first((row) => ({
      id: text(row, 'passkey_id'),
      publicKey: JSON.parse(text(row, 'public_key')) as PublicJwk,
      user: readUser(row),
      passwordHash: text(row, 'password_hash'),
      elsewhere: readElsewhere(row),
      awaitsReview: row.review_since !== null,
    })),
  }
}

export interface PasskeyUse {
  readonly id: string
  readonly counter: number
  readonly isBackedUp: boolean
}

/**
 * Web Authentication §6.1.1: the counter must increase, unless it was always 0. Otherwise the passkey was copied. Of two uses
 * with the same counter, the first counts.
 */
export function claimPasskeyUse(
  db: D1Database,
  { id, counter, isBackedUp }: PasskeyUse,
  attemptId: string,
  now: Seconds,
  claimed: Sql,
): Write {
  return statement(
    db,
    sql`UPDATE passkeys SET counter = ${counter}, last_used_at = ${now}, backed_up = ${isBackedUp ? 1 : 0},
        claimed_by = ${attemptId}
      WHERE id = ${id} AND (counter < ${counter} OR max(counter, ${counter}) = 0) AND ${claimed}`,
  )
}

export interface UseVerdict {
  readonly isMine: boolean
  /** Whether it still exists, whatever the result of this use. */
  readonly exists: boolean
}

export function findUse(db: D1Database, id: string, attemptId: string): Query<UseVerdict> {
  return {
    statement: statement(db, sql`SELECT claimed_by = ${attemptId} AS mine FROM passkeys WHERE id = ${id}`),
    read: ([row]) => ({ isMine: row !== undefined && integer(row, 'mine') === 1, exists: row !== undefined }),
  }
}
