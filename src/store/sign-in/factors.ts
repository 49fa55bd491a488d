import { integer, type Query, type Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'
import type { Subject } from './identities.ts'
import { mayEnterBy } from './realms.ts'

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

/** A way to sign in that is about to go. */
export type WayIn = { readonly passkeyId: string } | Subject

/**
 * Whether they could still sign in without it: by a password, another passkey, or an identity at a provider that is not
 * suspended. In an enforced domain only the identities there count. Of two removals at once, the second fails if it is the last
 * way in.
 */
export function isNotLastWay(userId: string, without: WayIn): Sql {
  const passkeyId = 'passkeyId' in without ? without.passkeyId : ''
  const { connectionId, subject } = 'subject' in without ? without : { connectionId: '', subject: '' }
  const otherIdentity = sql`EXISTS (SELECT 1 FROM identities i
    JOIN connections m ON m.id = i.connection_id AND m.suspended_at IS NULL
    WHERE i.user_id = u.id AND NOT (i.connection_id = ${connectionId} AND i.subject = ${subject})
      AND ${mayEnterBy(sql`i.connection_id`)})`
  return sql`EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId} AND (${otherIdentity} OR (${mayEnterBy(sql`''`)}
    AND (u.password_hash <> '' OR EXISTS (SELECT 1 FROM passkeys o WHERE o.user_id = u.id AND o.id <> ${passkeyId})))))`
}
