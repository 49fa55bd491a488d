import { type ConnectionKind, connectionKinds } from '../../rules/sign-in/connection.ts'
import { defaultLifetimes, type Seconds } from '../../values/time.ts'
import { first, integer, oneOf, optional, type Query, type Row, text, type Write } from '../database.ts'
import { readUser, type User } from '../people/users.ts'
import { always, raw, type Sql, sql, statement } from '../sql.ts'
import type { ConnectionButton } from './connections.ts'
import { elsewhereOf, mayEnterBy, readElsewhere } from './realms.ts'

/** A person at a provider: its connection here, and its own identifier of them. */
export interface Subject {
  readonly connectionId: string
  readonly subject: string
}

/** An account at a provider that belongs to a person here. */
export interface Identity extends Subject {
  readonly userId: string
  /** Name or address there, so that people recognise it. */
  readonly label: string
  readonly createdAt: Seconds
  readonly lastUsedAt: Seconds | undefined
}

/** The same, with the provider's kind and name. */
export interface NamedIdentity extends Identity {
  readonly kind: ConnectionKind
  readonly connectionName: string
  readonly isSuspended: boolean
}

function readIdentity(row: Row): Identity {
  return {
    connectionId: text(row, 'connection_id'),
    subject: text(row, 'subject'),
    userId: text(row, 'user_id'),
    label: text(row, 'label'),
    createdAt: integer(row, 'created_at'),
    lastUsedAt: optional(integer, row, 'last_used_at'),
  }
}

export function findIdentity(
  db: D1Database,
  { connectionId, subject }: Subject,
): Query<Identity | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT connection_id, subject, user_id, label, created_at, last_used_at FROM identities
        WHERE connection_id = ${connectionId} AND subject = ${subject}`,
    ),
    read: first(readIdentity),
  }
}

/** Those of a person, the oldest first. */
export function listIdentities(db: D1Database, userId: string): Query<readonly NamedIdentity[]> {
  return {
    statement: statement(
      db,
      sql`SELECT ${named} WHERE i.user_id = ${userId} ORDER BY i.created_at, i.connection_id, i.subject`,
    ),
    read: (rows) => rows.map(readNamed),
  }
}

/** One of a person. */
export function findOwnIdentity(
  db: D1Database,
  userId: string,
  { connectionId, subject }: Subject,
): Query<NamedIdentity | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${named} WHERE i.user_id = ${userId} AND i.connection_id = ${connectionId} AND i.subject = ${subject}`,
    ),
    read: first(readNamed),
  }
}

const named =
  raw(`i.connection_id, i.subject, i.user_id, i.label, i.created_at, i.last_used_at, n.kind, n.name, n.suspended_at
  FROM identities i JOIN connections n ON n.id = i.connection_id`)

function readNamed(row: Row): NamedIdentity {
  return {
    ...readIdentity(row),
    kind: oneOf(connectionKinds, row, 'kind'),
    connectionName: text(row, 'name'),
    isSuspended: row.suspended_at !== null,
  }
}

export interface NewIdentity extends Subject {
  readonly userId: string
  readonly label: string
  /** Id of the attempt. */
  readonly linkedBy: string
}

/** Of two people at once, the first gets it. A link of an account that exists: `only` says that it may. */
export function insertIdentity(
  db: D1Database,
  { connectionId, subject, userId, label, linkedBy }: NewIdentity,
  now: Seconds,
  only: Sql = always,
): Write {
  return statement(
    db,
    sql`INSERT INTO identities (connection_id, subject, user_id, label, linked_by, created_at)
      SELECT n.id, ${subject}, u.id, ${label}, ${linkedBy}, ${now} FROM connections n, users u
      WHERE n.id = ${connectionId} AND n.suspended_at IS NULL AND u.id = ${userId} AND ${only}
      ON CONFLICT DO NOTHING`,
  )
}

/** Nobody has it. */
export function isNewSubject({ connectionId, subject }: Subject): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM identities WHERE connection_id = ${connectionId} AND subject = ${subject})`
}

/** For an event in the same batch: this attempt linked it. */
export function isLinkedBy({ connectionId, subject }: Subject, attemptId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM identities WHERE connection_id = ${connectionId} AND subject = ${subject}
    AND linked_by = ${attemptId})`
}

/** The person signs in with it: the provider may have a new name for them. */
export function noteIdentityUse(
  db: D1Database,
  { connectionId, subject }: Subject,
  label: string,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE identities SET label = ${label}, last_used_at = max(ifnull(last_used_at, 0), ${now})
      WHERE connection_id = ${connectionId} AND subject = ${subject}`,
  )
}

/**
 * As long as a new factor is distrusted by default. Not the setting RECOVERY_DELAY: a site may shorten that for people who lost a
 * factor, but a person who notices a strange identity needs the same time everywhere.
 */
const newFor = defaultLifetimes.recoveryDelay

/**
 * Whether the identity `i` was added to the user `u` shortly before a password reset, perhaps by somebody who had learned the old
 * password: nobody signs in with it until the person has kept it in the review.
 */
export const isDoubtedIdentity = sql`(u.review_since IS NOT NULL AND i.created_at > u.review_since - ${newFor})`

/** The identity still belongs to the user `u`, and its provider is not suspended. */
export function isStillIdentity({ connectionId, subject }: Subject, userId: Sql): Sql {
  return sql`EXISTS (SELECT 1 FROM identities i JOIN connections n ON n.id = i.connection_id AND n.suspended_at IS NULL
    WHERE i.connection_id = ${connectionId} AND i.subject = ${subject} AND i.user_id = ${userId} AND NOT ${isDoubtedIdentity})`
}

/** The identity signs this person in now: facts from its provider count. */
export function signsIn(identity: Subject, userId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId} AND u.suspended_at IS NULL
    AND ${isStillIdentity(identity, raw('u.id'))} AND ${mayEnterBy(sql`${identity.connectionId}`)})`
}

/** The facts for a sign-in by a provider. */
export interface ProviderSignInFacts {
  readonly user: User
  readonly isSuspended: boolean
  /** It was added shortly before a password reset, and not reviewed since. */
  readonly isDoubted: boolean
  readonly passwordHash: string
  /** The provider that alone signs them in, which may be another one. */
  readonly elsewhere: ConnectionButton | undefined
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
      sql`SELECT u.id, u.username, u.email, u.role, u.created_at, u.password_hash, u.review_since, u.suspended_at, ${elsewhereOf('u')},
          ${isDoubtedIdentity} AS doubted,
          EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = u.id AND a.doubted = 0) AS has_authenticator
        FROM identities i JOIN users u ON u.id = i.user_id
        WHERE i.connection_id = ${connectionId} AND i.subject = ${subject}`,
    ),
    read: first((row) => ({
      user: readUser(row),
      isSuspended: row.suspended_at !== null,
      isDoubted: row.doubted === 1,
      passwordHash: text(row, 'password_hash'),
      elsewhere: readElsewhere(row),
      hasAuthenticator: integer(row, 'has_authenticator') === 1,
      awaitsReview: row.review_since !== null,
    })),
  }
}

const mostIdentities = 20

/** The person does not have as many as one can have. */
export function hasRoomForIdentity(userId: string): Sql {
  return sql`(SELECT count(*) FROM identities WHERE user_id = ${userId}) < ${mostIdentities}`
}

/** The identity is this person's. */
export function hasIdentity(userId: string, { connectionId, subject }: Subject): Sql {
  return sql`EXISTS (SELECT 1 FROM identities WHERE connection_id = ${connectionId} AND subject = ${subject}
    AND user_id = ${userId})`
}

export function deleteIdentity(
  db: D1Database,
  userId: string,
  { connectionId, subject }: Subject,
  only: Sql,
): Write {
  return statement(
    db,
    sql`DELETE FROM identities WHERE connection_id = ${connectionId} AND subject = ${subject} AND user_id = ${userId}
      AND ${only}`,
  )
}
