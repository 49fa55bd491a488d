import { nameKey } from '../../rules/people/person.ts'
import { type Role, roles } from '../../rules/people/role.ts'
import { skeletonOf } from '../../rules/skeleton.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, oneOf, optional, type Query, type Row, text, type Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import type { ConnectionButton } from '../sign-in/connections.ts'
import { elsewhereOf, readElsewhere } from '../sign-in/realms.ts'
import { always, type Sql, sql, statement } from '../sql.ts'
import { languageColumns, readMailLanguages } from './languages.ts'
import { addTerms } from './user-terms.ts'

export interface User {
  readonly id: string
  readonly username: string
  readonly email: string | undefined
  readonly role: Role
  readonly createdAt: Seconds
}

export interface NewUser extends User {
  readonly passwordHash: string
}

const columns = sql`id, username, email, role, created_at`

export function readUser(row: Row): User {
  return {
    id: text(row, 'id'),
    username: text(row, 'username'),
    email: optional(text, row, 'email'),
    role: oneOf(roles, row, 'role'),
    createdAt: integer(row, 'created_at'),
  }
}

/** The facts for a sign-in by password. */
export interface SignInFacts {
  readonly user: User
  readonly passwordHash: string
  /** The languages for mails to them, the best first. */
  readonly languages: readonly string[]
  /** The provider that alone signs them in. */
  readonly elsewhere: ConnectionButton | undefined
  /** Whether a code from an authenticator app must follow. */
  readonly hasAuthenticator: boolean
  readonly hasPasskey: boolean
  /** The password was reset, and the other ways to sign in were not reviewed since. */
  readonly awaitsReview: boolean
  /** When their lost factors are removed at a sign-in by password, if that was requested. */
  readonly removalDueAt: Seconds | undefined
}

/** A suspended user is answered like an unknown one. */
export function findUserForSignIn(db: D1Database, username: string): Query<SignInFacts | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns}, password_hash, review_since, ${elsewhereOf('users')}, ${languageColumns},
          (SELECT due_at FROM factor_removals r WHERE r.user_id = users.id) AS removal_due_at,
          EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = users.id AND a.doubted = 0) AS has_authenticator,
          EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = users.id AND p.doubted = 0) AS has_passkey
        FROM users WHERE username_key = ${nameKey(username)} AND suspended_at IS NULL`,
    ),
    read: first((row) => ({
      user: readUser(row),
      passwordHash: text(row, 'password_hash'),
      languages: readMailLanguages(row),
      elsewhere: readElsewhere(row),
      hasAuthenticator: integer(row, 'has_authenticator') === 1,
      hasPasskey: integer(row, 'has_passkey') === 1,
      awaitsReview: row.review_since !== null,
      removalDueAt: optional(integer, row, 'removal_due_at'),
    })),
  }
}

export function findUser(db: D1Database, id: string): Query<User | undefined> {
  return {
    statement: statement(db, sql`SELECT ${columns} FROM users WHERE id = ${id}`),
    read: first(readUser),
  }
}

/** A person who requests a new password. */
export interface UserToMail extends ProvenOwner {
  readonly passwordHash: string
  /** The provider that alone signs them in: then they have no use for a password. */
  readonly elsewhere: ConnectionButton | undefined
}

/**
 * The person meant by a typed username or address. An address never matches a username, so that taking another person's address
 * as a username gains nothing; its confirmed owner comes first. Mail goes to the stored address, never to the typed one.
 */
export function findUserToMail(db: D1Database, typed: string): Query<UserToMail | undefined> {
  const address = typed.trim()
  const condition = address.includes('@')
    ? sql`lower(email) = lower(${address})`
    : sql`username_key = ${nameKey(typed)}`
  return {
    statement: statement(
      db,
      sql`SELECT id, username, email, password_hash, ${elsewhereOf('users')}, ${languageColumns} FROM users
          WHERE ${condition} AND suspended_at IS NULL AND email IS NOT NULL
          ORDER BY email_verified_at IS NULL, created_at, id LIMIT 1`,
    ),
    read: first((row) => ({
      ...readMailedUser(row),
      languages: readMailLanguages(row),
      passwordHash: text(row, 'password_hash'),
      elsewhere: readElsewhere(row),
    })),
  }
}

/** The owner of an address, confirmed by mail. */
export function findProvenOwner(db: D1Database, email: string): Query<ProvenOwner | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT id, username, email, ${languageColumns} FROM users
          WHERE lower(email) = lower(${email}) AND email_verified_at IS NOT NULL`,
    ),
    read: first((row) => ({ ...readMailedUser(row), languages: readMailLanguages(row) })),
  }
}

export interface ProvenOwner extends MailedUser {
  /** The languages for mails to them, the best first. */
  readonly languages: readonly string[]
}

/** A user with an address. */
export interface MailedUser {
  readonly id: string
  readonly username: string
  readonly email: string
}

export function readMailedUser(row: Row): MailedUser {
  return { id: text(row, 'id'), username: text(row, 'username'), email: text(row, 'email') }
}

/** The owner of an account, and the current password. A suspended one is answered like an unknown one. */
export function findAccount(
  db: D1Database,
  id: string,
): Query<{ readonly userId: string; readonly username: string; readonly passwordHash: string } | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT id, username, password_hash FROM users WHERE id = ${id} AND suspended_at IS NULL`,
    ),
    read: first((row) => ({
      userId: text(row, 'id'),
      username: text(row, 'username'),
      passwordHash: text(row, 'password_hash'),
    })),
  }
}

export function findUserByName(db: D1Database, username: string): Query<User | undefined> {
  return {
    statement: statement(db, sql`SELECT ${columns} FROM users WHERE username_key = ${nameKey(username)}`),
    read: first(readUser),
  }
}

/** The number of users, counted up to `most`: the cost does not grow with them. */
export function countUsers(db: D1Database, most: number): Query<number> {
  return {
    statement: statement(db, sql`SELECT COUNT(*) AS counted FROM (SELECT 1 FROM users LIMIT ${most})`),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'counted')),
  }
}

export function hasAdministrator(db: D1Database): Query<boolean> {
  return {
    statement: statement(db, sql`SELECT 1 AS found FROM users WHERE role = 'administrator' LIMIT 1`),
    read: (rows) => rows.length > 0,
  }
}

/** The number of passwords with other hash settings, among the first 10,000 users. */
export function countPasswordsNotOf(db: D1Database, cost: string): Query<number> {
  return {
    statement: statement(
      db,
      sql`SELECT count(*) AS n FROM (SELECT password_hash FROM users LIMIT 10000)
        WHERE password_hash <> '' AND substr(password_hash, 1, length(${cost})) <> ${cost}`,
    ),
    read: (rows) => (rows[0] === undefined ? 0 : integer(rows[0], 'n')),
  }
}

/** A taken name inserts nothing: read back by id to see. */
export function insertUser(db: D1Database, user: NewUser, only: Sql = always): readonly Write[] {
  const { id, username, email, passwordHash, role, createdAt } = user
  const skeleton = skeletonOf(username)
  // In the statement that assigns the name, so that the first of two similar ones at once gets it.
  const isFreeName = sql`NOT EXISTS (SELECT 1 FROM users s WHERE s.username_skeleton = ${skeleton})`
  const insert = sql`INSERT INTO users (id, username, username_key, email, password_hash, role, created_at, updated_at,
      username_skeleton, earlier_sign_in)
    SELECT ${id}, ${username}, ${nameKey(username)}, ${email ?? null}, ${passwordHash}, ${role}, ${createdAt},
      ${createdAt}, ${skeleton}, 0
    WHERE ${isFreeName} AND ${only} ON CONFLICT DO NOTHING`
  return [statement(db, insert), addTerms(db, [{ id, username, email, profile: '{}' }])]
}

/** By an administrator, once per attempt. A taken name inserts nothing. */
export function insertUserFor(db: D1Database, act: Act, user: NewUser): readonly Write[] {
  return insertUser(db, user, mayAdminister(act))
}

/** Whether the user has never signed in, where `users` is read: each sign-in keeps a language. */
export const neverSignedIn: Sql = sql`language IS NULL AND earlier_sign_in IS 0`

/** Whether the user of this row signed in before sign-ins kept a language: a session or one of the first hundred events tells. */
export const hasEarlierSignIn: Sql = sql`EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id)
  OR EXISTS (SELECT 1 FROM (SELECT e.type FROM audit_events e WHERE e.user_id = users.id ORDER BY e.at, e.id LIMIT 100)
    WHERE type = 'sign_in')`

/** For an event in the same batch: a user with this id was created. */
export function isThere(id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM users WHERE id = ${id})`
}

/** Only while there is no administrator: of many people at once, one becomes it. */
export function insertFirstAdministrator(db: D1Database, user: NewUser): readonly Write[] {
  return insertUser(db, user, sql`NOT EXISTS (SELECT 1 FROM users WHERE role = 'administrator')`)
}

/** A checked password, and the hash it was checked against. It counts while that is still the current one. */
export interface VerifiedPassword {
  readonly userId: string
  readonly passwordHash: string
}

/** Of two changes at once, the first; a rehash never restores the previous password. */
export function updatePasswordHash(db: D1Database, verified: VerifiedPassword, next: string): Write {
  return statement(
    db,
    sql`UPDATE users SET password_hash = ${next}
      WHERE id = ${verified.userId} AND password_hash = ${verified.passwordHash}`,
  )
}
