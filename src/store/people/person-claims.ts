import type { Profile } from '../../rules/openid/user-claims.ts'
import type { Groups } from '../../rules/people/groups.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import { keepTerms } from './user-terms.ts'

/**
 * What an administrator says of a person: of two who save at once, the last one's. Address and groups let people in, so that
 * what the administrator left as it was shown stays what it is now.
 */
export interface PersonClaims {
  readonly email: string | undefined
  readonly changesEmail: boolean
  readonly profile: Profile
  readonly groups: Groups
  readonly changesGroups: boolean
}

/**
 * Links that were mailed to the address before are dead, so it brings nobody in again; the new one has yet to be verified. The
 * audit event of the attempt comes after these, in the same batch.
 */
export function updatePersonClaims(
  db: D1Database,
  act: Act,
  userId: string,
  { email, changesEmail, profile, groups, changesGroups }: PersonClaims,
  now: Seconds,
): readonly Write[] {
  const who = [userId, act.actorId, act.attemptId] as const
  return [
    db
      .prepare(
        `DELETE FROM mail_tokens WHERE user_id = ?1 AND ${mayAdminister}
           AND EXISTS (SELECT 1 FROM users u WHERE u.id = ?1 AND u.email IS NOT ?4) AND ?5`,
      )
      .bind(...who, email ?? null, changesEmail ? 1 : 0),
    db
      .prepare(
        `UPDATE users SET email = iif(?8, ?4, email), profile = ?5, groups = iif(?9, ?6, groups), updated_at = ?7,
           email_verified_at = CASE WHEN NOT ?8 OR email IS ?4 THEN email_verified_at END
         WHERE id = ?1 AND ${mayAdminister}`,
      )
      .bind(
        ...who,
        email ?? null,
        JSON.stringify(profile),
        JSON.stringify(groups),
        now,
        changesEmail ? 1 : 0,
        changesGroups ? 1 : 0,
      ),
    ...keepTerms(db, userId, { profile, ...(changesEmail && { email: { now: email } }) }),
  ]
}
