import { holds, write } from '../../store/database.ts'
import { isNoted } from '../../store/guards.ts'
import { isNotLastWay, isSomebodyElse } from '../../store/sign-in/factors.ts'
import { deleteIdentity, hasIdentity, type Subject } from '../../store/sign-in/identities.ts'
import { endSessions } from '../../store/sign-in/sessions.ts'
import { and, type Sql, sql } from '../../store/sql.ts'
import type { SecretHash } from '../../values/secret.ts'
import { type Doing, end, noteOwn } from '../act.ts'

interface UnlinkedIdentity extends Subject {
  /** The name of its provider, for the event. */
  readonly connectionName: string
}

/**
 * Removes the identity, and ends the other sessions of the person that began by its provider. False: it is the last way to sign
 * in, and stays.
 */
export async function unlinkOwnIdentity(
  doing: Doing,
  identity: UnlinkedIdentity,
  current: SecretHash<'session'>,
  issuer: string,
): Promise<boolean> {
  const { db, act, now } = doing
  const { actorId: userId } = act
  const only = and(hasIdentity(userId, identity), isNotLastWay(userId, identity))
  const condition = and(beganBy(userId, identity), sql`s.id_hash <> ${current.sha256}`, isNoted(act, now))
  const { isStill } = await write(
    db,
    [
      noteOwn(doing, { type: 'identity_unlinked', detail: identity.connectionName, only }),
      ...endSessions(db, { condition, issuer, now }),
      deleteIdentity(db, userId, identity, isNoted(act, now)),
    ],
    { isStill: holds(db, hasIdentity(userId, identity)) },
  )
  return !isStill
}

/** By an administrator, from the account of somebody else: even if it is their last way to sign in. */
export function unlinkIdentityOf(
  doing: Doing,
  userId: string,
  identity: Subject,
  issuer: string,
): Promise<boolean> {
  const { db, act, now } = doing
  const only = and(hasIdentity(userId, identity), isSomebodyElse(act, userId))
  const condition = and(beganBy(userId, identity), isNoted(act, now))
  return end(
    doing,
    { type: 'user_identity_removed', target: userId, only },
    ...endSessions(db, { condition, issuer, now }),
    deleteIdentity(db, userId, identity, isNoted(act, now)),
  )
}

/** Condition on `s`. */
function beganBy(userId: string, { connectionId }: Subject): Sql {
  return sql`s.user_id = ${userId} AND s.connection_id = ${connectionId}`
}
