import { integer, type Query, type Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import type { Sql } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'

/** How somebody can show that it is them. */
export interface Factors {
  readonly hasPassword: boolean
  readonly hasAuthenticator: boolean
  readonly passkeys: number
}

export function findFactors(db: D1Database, who: Whose): Query<Factors> {
  const user = whose(who)
  return {
    statement: db
      .prepare(
        `SELECT u.password_hash <> '' AS has_password,
           EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = u.id) AS has_authenticator,
           (SELECT count(*) FROM passkeys f WHERE f.user_id = u.id) AS passkeys
         FROM users u WHERE u.id = ${user.text}`,
      )
      .bind(...user.values),
    read: ([row]) => ({
      hasPassword: row !== undefined && integer(row, 'has_password') === 1,
      hasAuthenticator: row !== undefined && integer(row, 'has_authenticator') === 1,
      passkeys: row === undefined ? 0 : integer(row, 'passkeys'),
    }),
  }
}

/** Before its event. Nobody resets their own: for that they would have to show them. */
export function resetFactors(db: D1Database, act: Act, userId: string): readonly Write[] {
  return ['recovery_codes', 'authenticators', 'passkeys', 'factor_removals'].map((table) =>
    db
      .prepare(`DELETE FROM ${table} WHERE user_id = ?1 AND ?1 <> ?2 AND ${mayAdminister}`)
      .bind(userId, act.actorId, act.attemptId),
  )
}

/** For that event: the user ?1 is there, and somebody else. */
export const isSomebodyElse: Sql = {
  text: '?1 <> ?2 AND EXISTS (SELECT 1 FROM users t WHERE t.id = ?1)',
  values: [],
}
