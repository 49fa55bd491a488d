import { hasAuditEvent, insertAuditEvent } from '../../store/audit-events.ts'
import { holds, type Write, write } from '../../store/database.ts'
import { isFirstTime } from '../../store/guards.ts'
import { isConnected } from '../../store/sign-in/connections.ts'
import {
  findIdentity,
  hasRoomForIdentity,
  insertIdentity,
  isLinkedBy,
  type Subject,
} from '../../store/sign-in/identities.ts'
import { and } from '../../store/sql.ts'
import { type Doing, type Formless, noteOwn } from '../act.ts'

interface LinkedIdentity extends Subject {
  readonly label: string
  /** The name of its provider, for the event. */
  readonly connectionName: string
}

/**
 * A signed-in person adds an identity to their account. `taken`: somebody else has it; `full`: the person has as many as one can
 * have; `off`: the provider was suspended or deleted; `used`: this attempt added it before, and it was removed since. Of two people
 * at once, the first gets it.
 */
export async function linkIdentity(
  doing: Doing,
  { connectionId, subject, label, connectionName }: LinkedIdentity,
): Promise<'linked' | 'taken' | 'full' | 'off' | 'used'> {
  const { db, act, now } = doing
  const { actorId: userId, attemptId } = act
  const identity = { connectionId, subject, userId, label, linkedBy: attemptId }
  const only = and(isFirstTime(act), hasRoomForIdentity(userId))
  const { found, isOn, isUsed } = await write(
    db,
    [
      insertIdentity(db, identity, now, only),
      noteOwn(doing, {
        type: 'identity_linked',
        detail: connectionName,
        only: isLinkedBy(identity, attemptId),
      }),
    ],
    {
      found: findIdentity(db, identity),
      isOn: holds(db, isConnected(connectionId)),
      isUsed: hasAuditEvent(db, attemptId),
    },
  )
  if (found === undefined) return isUsed ? 'used' : isOn ? 'full' : 'off'
  return found.userId === userId ? 'linked' : 'taken'
}

/** The same in the batch of a sign-in by two proofs: the person's own, and that of the provider. `id`: of the attempt. */
export function linkAtSignIn(
  { db, reference, now }: Formless,
  userId: string,
  { connectionId, subject, label, connectionName }: LinkedIdentity,
  id: string,
): readonly Write[] {
  const identity = { connectionId, subject, userId, label, linkedBy: id }
  const event = { id, type: 'identity_linked', reference, userId, detail: connectionName } as const
  return [
    insertIdentity(db, identity, now, and(isFirstTime({ attemptId: id }), hasRoomForIdentity(userId))),
    insertAuditEvent(db, event, now, isLinkedBy(identity, id)),
  ]
}
