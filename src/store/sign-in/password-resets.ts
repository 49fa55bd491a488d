import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'
import { claimMailToken, type MailTokenUse, usedBy } from '../people/mail-tokens.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { type EndReason, endAuthorizations } from '../tokens/authorizations.ts'
import type { ConnectionButton } from './connections.ts'
import { elsewhereOf, mayEnterBy, readElsewhere } from './realms.ts'
import { endSessions } from './sessions.ts'
import { isCountedFor } from './tries.ts'

export interface PasswordReset {
  readonly use: MailTokenUse
  readonly passwordHash: string
  /** The subjects under which attempts at the account are counted. */
  readonly subjects: readonly string[]
  readonly issuer: string
  readonly reference: string
}

/**
 * A new password through a link. It has effects only if this attempt is the one that used the link. The lock of the account is
 * lifted, too.
 */
export function replacePasswordByLink(db: D1Database, reset: PasswordReset, now: Seconds): readonly Write[] {
  const { use, passwordHash, subjects, issuer, reference } = reset
  const person = usedBy(use)
  const reason = 'password_reset'
  return [
    claimMailToken(db, use, now, sql`NOT ${isRefused} AND ${mayEnterBy(sql`''`)}`),
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
        SELECT ${use.attemptId}, ${now}, ${reason}, ${reference}, u.id, iif(${isFirstProof}, 'first_proof', NULL)
        FROM users u WHERE u.id = ${person} ON CONFLICT DO NOTHING`,
    ),
    ...handOver(db, { person, passwordHash, reason, link: use.hash.sha256, issuer }, now),
    statement(
      db,
      sql`DELETE FROM sign_in_attempts WHERE (${isCountedFor(subjects)}) AND ${person} IS NOT NULL`,
    ),
  ]
}

/** An account, and the person who has just proven that its address is theirs. */
export interface HandOver {
  /** The id of the account. NULL: nothing happens. */
  readonly person: Sql
  /** Of the new password; empty for none. */
  readonly passwordHash: string
  readonly reason: EndReason
  /** The hash of the link that they used, if it was one. */
  readonly link: string
  readonly issuer: string
}

/**
 * Gives the account to the owner of its address, which is confirmed by now. All sessions and authorizations end (ASVS 5.0 §7.4.3),
 * and other links of the account are invalidated. Factors stay, and wait for a review; recent ones, which somebody with the old
 * password may have set up, don't work until then.
 */
export function handOver(db: D1Database, account: HandOver, now: Seconds): readonly Write[] {
  const { person, passwordHash, reason, link, issuer } = account
  return [
    ...[
      ...evictEarlierOwner(person, reason, now),
      sql`UPDATE passkeys SET doubted = 1 WHERE user_id = ${person} AND trusted_at > ${now}`,
      sql`UPDATE authenticators SET doubted = 1 WHERE user_id = ${person} AND trusted_at > ${now}`,
      sql`UPDATE users AS u SET password_hash = ${passwordHash}, review_since = iif(${hasMoreToLookAt}, ${now}, NULL)
        WHERE u.id = ${person}`,
      sql`UPDATE OR IGNORE users SET email_verified_at = ${now} WHERE id = ${person} AND email_verified_at IS NULL`,
    ].map((text) => statement(db, text)),
    ...endSessions(db, { condition: sql`s.user_id = ${person}`, issuer, now }),
    endAuthorizations(db, sql`user_id = ${person}`, reason, now),
    ...[
      sql`DELETE FROM factor_removals WHERE user_id = ${person}`,
      sql`DELETE FROM mail_tokens WHERE user_id = ${person} AND token_hash <> ${link}`,
    ].map((text) => statement(db, text)),
  ]
}

const hasFactors = sql`(EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = u.id)
  OR EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = u.id))`

const hasMoreToLookAt = sql`(${hasFactors} OR EXISTS (SELECT 1 FROM consents k WHERE k.user_id = u.id)
  OR EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id))`

/**
 * Whether no mail has been shown to reach the user `u` before. Administrators keep what they have: a mistyped address must not
 * give access to the server.
 */
export const isFirstProof = sql`(u.email_verified_at IS NULL AND u.role <> 'administrator')`

/**
 * Whether `u` is an administrator with an unconfirmed address, a password and no factor: their mail alone is not enough.
 * Another administrator can help. A new one has no password yet.
 */
const isRefused = sql`(u.role = 'administrator' AND u.email_verified_at IS NULL AND u.password_hash <> '' AND NOT ${hasFactors})`

/**
 * Everything from before the first confirmation of the address may belong to somebody who signed up with it and waited for its
 * owner. Ways to sign in and consents are deleted. Applications are suspended until their owner reviews them, without secrets,
 * keys and trust, and their authorizations end. Executed twice: after the first time the address is confirmed.
 */
function evictEarlierOwner(person: Sql, reason: EndReason, now: Seconds): readonly Sql[] {
  const only = sql`EXISTS (SELECT 1 FROM users u WHERE u.id = ${person} AND ${isFirstProof})`
  const owned = sql`(SELECT c.id FROM clients c WHERE c.owner_id = ${person})`
  return [
    ...['passkeys', 'authenticators', 'recovery_codes', 'consents', 'identities'].map(
      (table) => sql`DELETE FROM ${raw(table)} WHERE user_id = ${person} AND ${only}`,
    ),
    sql`UPDATE clients SET suspended_at = ifnull(suspended_at, ${now}), awaits_owner = iif(suspended_at IS NULL, 1, awaits_owner),
        jwks = NULL, jwks_uri = NULL, trust = 'unverified'
      WHERE owner_id = ${person} AND ${only}`,
    sql`DELETE FROM client_secrets WHERE client_id IN ${owned} AND ${only}`,
    sql`UPDATE authorizations SET ended_at = ${now}, end_reason = ${reason}
      WHERE client_id IN ${owned} AND ended_at IS NULL AND ${only}`,
  ]
}

/** The effects of a link, as its page announces them. */
export interface ResetStanding {
  readonly isRefused: boolean
  readonly isFirstProof: boolean
  /** The provider that alone signs them in: then the link does nothing. */
  readonly elsewhere: ConnectionButton | undefined
}

export function findResetStanding(db: D1Database, link: SecretHash<'mail'>): Query<ResetStanding> {
  return {
    statement: statement(
      db,
      sql`SELECT ${isRefused} AS refused, ${isFirstProof} AND (${hasMoreToLookAt}
          OR EXISTS (SELECT 1 FROM clients c WHERE c.owner_id = u.id)) AS first_proof, ${elsewhereOf('u')}
        FROM mail_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = ${link.sha256}`,
    ),
    read: ([row]) => ({
      isRefused: row?.refused === 1,
      isFirstProof: row?.first_proof === 1,
      elsewhere: row && readElsewhere(row),
    }),
  }
}
