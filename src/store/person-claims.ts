import type { Groups } from '../protocol/groups.ts'
import type { Seconds } from '../protocol/time.ts'
import type { Profile } from '../protocol/user-claims.ts'
import { type Act, mayAdminister } from './acts.ts'
import type { Write } from './database.ts'

/** What an administrator says of a person, as a whole: of two who save at once, the last one's. */
export interface PersonClaims {
  readonly email: string | undefined
  readonly profile: Profile
  readonly groups: Groups
}

/**
 * Links that were mailed to the address before are dead, so it brings nobody in again; the new one has yet to be verified. The
 * audit event of the attempt comes after these, in the same batch.
 */
export function updatePersonClaims(
  db: D1Database,
  act: Act,
  userId: string,
  { email, profile, groups }: PersonClaims,
  now: Seconds,
): readonly Write[] {
  const who = [userId, act.actorId, act.attemptId] as const
  return [
    db
      .prepare(
        `DELETE FROM mail_tokens WHERE user_id = ?1 AND ${mayAdminister}
           AND EXISTS (SELECT 1 FROM users u WHERE u.id = ?1 AND u.email IS NOT ?4)`,
      )
      .bind(...who, email ?? null),
    db
      .prepare(
        `UPDATE users SET email = ?4, email_verified_at = CASE WHEN email IS ?4 THEN email_verified_at END,
           profile = ?5, groups = ?6, updated_at = ?7
         WHERE id = ?1 AND ${mayAdminister}`,
      )
      .bind(...who, email ?? null, JSON.stringify(profile), JSON.stringify(groups), now),
  ]
}
