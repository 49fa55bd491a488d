import { type ClaimsSubject, type Profile, profileSchema } from '../../rules/openid/user-claims.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, type Row, text, texts, type Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'
import { keepTerms } from './user-terms.ts'

/** For the user `u`. */
export const claimsColumns = sql`u.username, u.email, u.email_verified_at, u.profile, u.groups,
  u.updated_at AS user_updated_at`

/** The facts about a person that claims are made from. */
export function findClaimsSubject(db: D1Database, who: Whose): Query<ClaimsSubject | undefined> {
  const user = whose(who)
  return {
    statement: statement(db, sql`SELECT ${claimsColumns} FROM users u WHERE u.id = ${user}`),
    read: first(readClaimsSubject),
  }
}

/** A person's own profile, as a whole: of two saves at once, the last one's. In an attempt, it takes effect once. */
export interface ProfileUpdate {
  readonly userId: string
  readonly profile: Profile
  readonly attemptId: string
}

/** The audit event of the attempt comes after this, in the same batch. */
export function updateProfile(db: D1Database, update: ProfileUpdate, now: Seconds): readonly Write[] {
  const { userId, profile, attemptId } = update
  const updated = statement(
    db,
    sql`UPDATE users SET profile = ${JSON.stringify(profile)}, updated_at = ${now}
      WHERE id = ${userId} AND ${isFirstTime({ attemptId })}`,
  )
  return [updated, ...keepTerms(db, userId, { profile })]
}

export function readClaimsSubject(row: Row): ClaimsSubject {
  return {
    username: text(row, 'username'),
    email: optional(text, row, 'email'),
    emailVerified: row.email_verified_at !== null,
    profile: profileSchema().parse(JSON.parse(text(row, 'profile'))),
    groups: texts(row, 'groups'),
    updatedAt: integer(row, 'user_updated_at'),
  }
}
