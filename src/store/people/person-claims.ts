import type { Profile } from '../../rules/openid/user-claims.ts'
import type { Groups } from '../../rules/people/groups.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import { sql, statement } from '../sql.ts'
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
  const address = email ?? null
  const ofEmail = sql`email = ${address}, email_verified_at = CASE WHEN email IS ${address} THEN email_verified_at END,`
  const ofGroups = sql`groups = ${JSON.stringify(groups)},`
  const deadLinks = sql`DELETE FROM mail_tokens WHERE user_id = ${userId} AND ${mayAdminister(act)}
    AND EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId} AND u.email IS NOT ${address})`
  const said = sql`UPDATE users SET ${changesEmail ? ofEmail : sql``} ${changesGroups ? ofGroups : sql``}
      profile = ${JSON.stringify(profile)}, updated_at = ${now}
    WHERE id = ${userId} AND ${mayAdminister(act)}`
  return [
    ...[...(changesEmail ? [deadLinks] : []), said].map((one) => statement(db, one)),
    ...keepTerms(db, userId, { profile, ...(changesEmail && { email: { now: email } }) }),
  ]
}
