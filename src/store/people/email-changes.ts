import type { Seconds } from '../../values/time.ts'
import { type AuditEvent, insertAuditEvent } from '../audit-events.ts'
import { first, optional, type Query, text, type Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { always, and, type Sql, sql, statement } from '../sql.ts'
import {
  claimMailToken,
  isStored,
  type MailTokenUse,
  type NewMailToken,
  replaceMailToken,
  usedBy,
} from './mail-tokens.ts'
import { keepTerms } from './user-terms.ts'

/** The current address of a person. */
export interface EmailState {
  readonly email: string | undefined
  readonly isProven: boolean
  /** A new one, whose mailed link has not been used yet. */
  readonly pending: string | undefined
}

export function findEmailState(db: D1Database, userId: string, now: Seconds): Query<EmailState | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.email, u.email_verified_at, t.email AS pending FROM users u LEFT JOIN mail_tokens t
        ON t.user_id = u.id AND t.purpose = 'email_change' AND t.used_by IS NULL AND t.expires_at > ${now}
        WHERE u.id = ${userId}`,
    ),
    read: first((row) => ({
      email: optional(text, row, 'email'),
      isProven: row.email_verified_at !== null,
      pending: optional(text, row, 'pending'),
    })),
  }
}

/**
 * The link arrived, so the address is theirs. A link that verifies works only for their current address; never for one that
 * another account has confirmed first, which the unique index decides. In an attempt, it takes effect once. The owner of a link
 * and its address never change: they were read before.
 */
export function confirmEmail(
  db: D1Database,
  use: MailTokenUse & { readonly userId: string; readonly email: string },
  reference: string,
  now: Seconds,
): readonly Write[] {
  const person = usedBy(use)
  const address = sql`(SELECT email FROM mail_tokens WHERE token_hash = ${use.hash.sha256}
    AND used_by = ${use.attemptId})`
  const type = use.purpose === 'email_change' ? 'email_changed' : 'email_verified'
  return [
    claimMailToken(db, use, now),
    statement(
      db,
      sql`UPDATE OR IGNORE users SET email = ${address}, email_verified_at = ${now}, updated_at = ${now}
        WHERE id = ${person} AND (${use.purpose} = 'email_change' OR lower(email) = lower(${address}))
          AND ${isFirstTime(use)}`,
    ),
    ...keepTerms(db, use.userId, { email: { now: use.email } }),
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id)
        SELECT ${use.attemptId}, ${now}, ${type}, ${reference}, u.id FROM users u
        WHERE u.id = ${person} AND u.email_verified_at IS NOT NULL AND u.email = ${address}
        ON CONFLICT DO NOTHING`,
    ),
  ]
}

/** A link that confirms an address. Its event stays when it is replaced: the form sent again does not bring it back. */
export function replaceEmailLink(
  db: D1Database,
  token: NewMailToken,
  event: AuditEvent,
  now: Seconds,
): readonly Write[] {
  const isTheirs = token.purpose === 'email_change' ? always : hasAddress(token.userId, token.email)
  const only = and(isFirstTime({ attemptId: event.id }), isTheirs)
  return [...replaceMailToken(db, token, now, only), insertAuditEvent(db, event, now, isStored(token.hash))]
}

/** The account exists, with this address: it may have been made by another form of the same visit, with another one. */
function hasAddress(userId: string, email: string): Sql {
  return sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND lower(email) = lower(${email}))`
}

/** Without a mailer nobody can confirm anything: the address is stored as typed, unconfirmed. */
export function replaceEmail(db: D1Database, userId: string, email: string, now: Seconds): readonly Write[] {
  const replaced = statement(
    db,
    sql`UPDATE users SET email = ${email}, updated_at = ${now},
        email_verified_at = CASE WHEN email = ${email} THEN email_verified_at END
      WHERE id = ${userId}`,
  )
  return [replaced, ...keepTerms(db, userId, { email: { now: email } })]
}
