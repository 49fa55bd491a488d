import type { Profile } from '../../rules/openid/user-claims.ts'
import type { Groups } from '../../rules/people/groups.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import { sql, statement } from '../sql.ts'
import { keepTerms } from './user-terms.ts'

/**
 * Claims set by an administrator: of two who save at once, the last one's. Address and groups give access, so that a field that
 * the administrator did not change keeps its current value.
 */
export interface PersonClaims {
  readonly email: string | undefined
  readonly changesEmail: boolean
  readonly profile: Profile
  readonly groups: Groups
  readonly changesGroups: boolean
}

/**
 * Links mailed to the previous address are invalidated, so it gives no access again; the new one is unverified. The audit event
 * of the attempt follows these, in the same batch.
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
