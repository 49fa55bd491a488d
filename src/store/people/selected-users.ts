import { mailLinkLifetime } from '../../rules/people/mail.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, optional, type Query, type Write } from '../database.ts'
import { type Act, actorIs } from '../guards.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { type Sql, sql, statement, tableOf } from '../sql.ts'
import { isNotedTarget, type Target } from '../targets.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'
import { neverSignedIn, readUser, type User } from './users.ts'

export interface SelectedUser {
  readonly user: User
  readonly suspendedAt: Seconds | undefined
  readonly neverSignedIn: boolean
}

/** The users with these ids, in the order of usernames. Unknown ids are left out. */
export function findSelectedUsers(db: D1Database, ids: readonly string[]): Query<readonly SelectedUser[]> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, u.email, u.role, u.created_at, u.suspended_at,
          (${neverSignedIn}) AS is_unused FROM ${tableOf(ids)} n
        CROSS JOIN users u WHERE u.id = n.value ORDER BY u.username_key`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        user: readUser(row),
        suspendedAt: optional(integer, row, 'suspended_at'),
        neverSignedIn: integer(row, 'is_unused') === 1,
      })),
  }
}

/** For the events of `noteTargets`. Nobody suspends themselves, so that an administrator always remains. */
export function canBeSuspended(act: Act, suspended: boolean): Sql {
  return sql`p.id <> ${act.actorId} AND EXISTS (SELECT 1 FROM users t
    WHERE t.id = p.id AND (t.suspended_at IS NULL) = ${suspended ? 1 : 0})`
}

/** After the events of `noteTargets`. With a suspension all access ends, and is not restored. */
export function suspendUsers(
  db: D1Database,
  targets: readonly Target[],
  suspended: boolean,
  issuer: string,
  now: Seconds,
): readonly Write[] {
  const isMeant = (column: string) => isNotedTarget(column, targets, now)
  const update = sql`UPDATE users SET suspended_at = ${suspended ? now : null} WHERE ${isMeant('id')}`
  if (!suspended) return [statement(db, update)]
  return [
    ...endSessions(db, { condition: isMeant('s.user_id'), issuer, now }),
    endAuthorizations(db, isMeant('user_id'), 'user_suspended', now),
    statement(db, update),
  ]
}

/** For the events of `noteTargets`, as `isEndable`. */
export function canBeSignedOut(act: Act): Sql {
  return sql`EXISTS (SELECT 1 FROM users t WHERE t.id = p.id
    AND (t.role <> 'administrator' OR ${actorIs(act, 'administer')}))`
}

/** After the events of `noteTargets`. */
export function endSessionsOfUsers(
  db: D1Database,
  targets: readonly Target[],
  issuer: string,
  now: Seconds,
): readonly Write[] {
  return endSessions(db, { condition: isNotedTarget('s.user_id', targets, now), issuer, now })
}

/** Invitations that are mailed to one person in a day, however many administrators there are. */
const mostInvited = 3

/** For the events of `noteTargets`: the person has an address, is not suspended, and has never signed in. */
export function canBeInvited(now: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM users t WHERE t.id = p.id AND t.email IS NOT NULL AND t.suspended_at IS NULL
      AND ${neverSignedIn})
    AND (SELECT count(*) FROM audit_events i WHERE i.subject_id = p.id AND i.at > ${now - 86_400}
      AND i.type = 'user_invited') < ${mostInvited}`
}

/** A link of one person by which they choose a password. */
export interface InvitationLink {
  readonly userId: string
  readonly hash: SecretHash<'mail'>
}

/** After the events of `noteTargets`: the new links take the place of earlier ones. */
export function replaceInvitationLinks(
  db: D1Database,
  links: readonly InvitationLink[],
  targets: readonly Target[],
  now: Seconds,
): readonly Write[] {
  const list = JSON.stringify(links.map(({ userId, hash }) => [userId, hash.sha256]))
  const isMeant = (column: string) => isNotedTarget(column, targets, now)
  return [
    sql`DELETE FROM mail_tokens WHERE purpose = 'password_reset' AND ${isMeant('user_id')}
      AND token_hash NOT IN (SELECT value ->> 1 FROM json_each(${list}))`,
    sql`INSERT INTO mail_tokens (token_hash, purpose, user_id, email, created_at, expires_at)
      SELECT l.value ->> 1, 'password_reset', u.id, u.email, ${now}, ${now + mailLinkLifetime}
      FROM json_each(${list}) l CROSS JOIN users u WHERE u.id = l.value ->> 0 AND ${isMeant('u.id')} ON CONFLICT DO NOTHING`,
  ].map((text) => statement(db, text))
}
