import { type MailPurpose, mailLinkLifetime } from '../../rules/people/mail.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, hasChanged, type Query, text, type Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { challengeIsMine, claimChallenge, unlessOfAnother } from '../sign-in/used-challenges.ts'
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

/** The use of a link by this form, whose attempts begin with `form`: its answer was lost. Within the hour of the link. */
export function findFormThatUsed(
  db: D1Database,
  hash: SecretHash<'mail'>,
  form: string,
): Query<{ readonly user: MailedUser; readonly attemptId: string } | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, t.email, t.used_by FROM mail_tokens t JOIN users u ON u.id = t.user_id
        WHERE t.token_hash = ${hash.sha256} AND substr(t.used_by, 1, ${form.length}) = ${form}`,
    ),
    read: first((row) => ({ user: readMailedUser(row), attemptId: text(row, 'used_by') })),
  }
}

/** The subject of a mail: the event of an act, or the link in the mail. */
export type MailSubject = string | SecretHash<'mail'>

/**
 * Claims one kind of mail about it, if the act was recorded or the link is stored, and nobody has written about it. An
 * hour is enough: by then a form that is sent again asks for a fresh proof first, and is not valid in the session that this starts.
 */
export function claimMail(
  db: D1Database,
  { kind, about }: { readonly kind: string; readonly about: MailSubject },
  attemptId: string,
  now: Seconds,
): Query<boolean> {
  const [id, isDone] =
    typeof about === 'string'
      ? [about, sql`NOT ${isFirstTime({ attemptId: about })}`]
      : [about.sha256, isStored(about)]
  return hasChanged(
    statement(
      db,
      sql`INSERT INTO used_challenges (id, claimed_by, expires_at)
        SELECT ${`mail ${kind} ${id}`}, ${attemptId}, ${now + 3600} WHERE ${isDone} ${unlessOfAnother}`,
    ),
  )
}

/** The link is in the database: a newer one replaces it. */
export function isStored(link: SecretHash<'mail'>): Sql {
  return sql`EXISTS (SELECT 1 FROM mail_tokens WHERE token_hash = ${link.sha256})`
}

/** Claims a link that anybody may ask for: a form that is sent again does not bring it back. */
export function claimLink(db: D1Database, link: SecretHash<'mail'>, attemptId: string, now: Seconds): Write {
  return claimChallenge(db, { id: `link ${link.sha256}`, expiresAt: now + 3600 }, attemptId)
}

/** For the writes that follow in the same batch. */
export function linkIsMine(link: SecretHash<'mail'>, attemptId: string): Sql {
  return challengeIsMine({ id: `link ${link.sha256}` }, attemptId)
}
