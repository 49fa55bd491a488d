import { integer, type Query, type Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'

/** The ways in which a person can prove who they are. */
export interface Factors {
  readonly hasPassword: boolean
  readonly hasAuthenticator: boolean
  readonly passkeys: number
}

export function findFactors(db: D1Database, who: Whose): Query<Factors> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT u.password_hash <> '' AS has_password,
          EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = u.id) AS has_authenticator,
          (SELECT count(*) FROM passkeys f WHERE f.user_id = u.id) AS passkeys
        FROM users u WHERE u.id = ${user}`,
    ),
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
    statement(
      db,
      sql`DELETE FROM ${raw(table)} WHERE user_id = ${userId} AND ${userId} <> ${act.actorId}
        AND ${mayAdminister(act)}`,
    ),
  )
}

/** For that event: the user exists, and is not the actor. */
export function isSomebodyElse({ actorId }: Pick<Act, 'actorId'>, userId: string): Sql {
  return sql`${userId} <> ${actorId} AND EXISTS (SELECT 1 FROM users t WHERE t.id = ${userId})`
}
