import { type MailPurpose, mailLinkLifetime } from '../../rules/people/mail.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, type Query, text, type Write } from '../database.ts'
import { always, type Sql, sql, statement } from '../sql.ts'
import { type MailedUser, readMailedUser } from './users.ts'

export interface NewMailToken {
  readonly hash: SecretHash<'mail'>
  readonly purpose: MailPurpose
  readonly userId: string
  /** The receiver. */
  readonly email: string
  /** An hour by default. */
  readonly lifetime?: Seconds
}

/** The newest replaces the earlier ones. For an unknown user the same work is done, without effect. */
export function replaceMailToken(
  db: D1Database,
  token: NewMailToken,
  now: Seconds,
  only: Sql = always,
): readonly Write[] {
  const { hash, purpose, userId, email, lifetime = mailLinkLifetime } = token
  return [
    statement(
      db,
      sql`DELETE FROM mail_tokens WHERE user_id = ${userId} AND purpose = ${purpose}
        AND token_hash <> ${hash.sha256} AND ${only}`,
    ),
    statement(
      db,
      sql`INSERT INTO mail_tokens (token_hash, purpose, user_id, email, created_at, expires_at)
        SELECT ${hash.sha256}, ${purpose}, u.id, ${email}, ${now}, ${now + lifetime} FROM users u
        WHERE u.id = ${userId} AND ${only} ON CONFLICT DO NOTHING`,
    ),
  ]
}

/** Whether the link `t` has this purpose and is still valid for its user `u`. */
function isGood(hash: SecretHash<'mail'>, purpose: MailPurpose, now: Seconds): Sql {
  return sql`t.token_hash = ${hash.sha256} AND t.purpose = ${purpose} AND t.used_by IS NULL AND t.expires_at > ${now}
    AND u.suspended_at IS NULL AND (t.purpose = 'email_change' OR lower(t.email) = lower(u.email))`
}

/** The owner of a link, and the address it was sent to. Undefined when it is invalid. */
export function findMailToken(
  db: D1Database,
  hash: SecretHash<'mail'>,
  purpose: MailPurpose,
  now: Seconds,
): Query<MailedUser | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, t.email FROM mail_tokens t JOIN users u ON u.id = t.user_id
        WHERE ${isGood(hash, purpose, now)}`,
    ),
    read: first(readMailedUser),
  }
}

/** One use of one link. */
export interface MailTokenUse {
  readonly hash: SecretHash<'mail'>
  readonly purpose: MailPurpose
  readonly attemptId: string
}

/**
 * Of two uses at once, the first counts. Further effects of the link are guarded by `usedBy`, in the same batch. `only`: a
 * condition on the user `u`.
 */
export function claimMailToken(
  db: D1Database,
  { hash, purpose, attemptId }: MailTokenUse,
  now: Seconds,
  only: Sql = always,
): Write {
  return statement(
    db,
    sql`UPDATE mail_tokens AS t SET used_by = ${attemptId} WHERE t.token_hash = ${hash.sha256}
      AND EXISTS (SELECT 1 FROM users u WHERE u.id = t.user_id AND ${isGood(hash, purpose, now)} AND ${only})`,
  )
}

/** An expression for the user whose link this attempt used, or NULL. */
export function usedBy({ hash, attemptId }: Pick<MailTokenUse, 'hash' | 'attemptId'>): Sql {
  return sql`(SELECT user_id FROM mail_tokens WHERE token_hash = ${hash.sha256} AND used_by = ${attemptId})`
}

/** The user whose link this attempt used; undefined when another one was first, or it is invalid. */
export function findMailTokenUse(db: D1Database, use: MailTokenUse): Query<string | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT user_id FROM mail_tokens WHERE token_hash = ${use.hash.sha256}
        AND used_by = ${use.attemptId}`,
    ),
    read: first((row) => text(row, 'user_id')),
  }
}
