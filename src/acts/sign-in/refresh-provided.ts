import { confirmedEmail, mappedGroups, mappedRole } from '../../rules/openid/provider-mapping.ts'
import type { Connection } from '../../rules/sign-in/connection.ts'
import { labelOf, type Provided } from '../../rules/sign-in/provider-claims.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import type { Write } from '../../store/database.ts'
import {
  changesRole,
  confirmProvidedEmail,
  confirmsEmail,
  putMappedGroups,
  putMappedRole,
} from '../../store/people/provided-claims.ts'
import { noteIdentityUse, signsIn } from '../../store/sign-in/identities.ts'
import { always, and, type Sql } from '../../store/sql.ts'
import type { Formless } from '../act.ts'

/**
 * Takes over the words of the provider, for the batch of the sign-in: the name of the identity, the address where it is believed, groups
 * and role where they are mapped. Nothing that the person confirmed here is replaced. Nothing is taken over for a person whom the
 * identity does not sign in any more, or unless `only`.
 */
export function refreshProvided(
  { db, reference, now }: Formless,
  { id: connectionId, settings }: Connection,
  provided: Provided,
  userId: string,
  attemptId: string,
  only: Sql = always,
): readonly Write[] {
  const email = confirmedEmail(provided, settings)
  const groups = mappedGroups(provided, settings)
  const role = mappedRole(provided, settings)
  const event = { reference, userId } as const
  const identity = { connectionId, subject: provided.subject }
  const counts = and(signsIn(identity, userId), only)
  return [
    noteIdentityUse(db, identity, labelOf(provided), now),
    ...(email === undefined
      ? []
      : [
          insertAuditEvent(
            db,
            { ...event, id: `${attemptId}.email`, type: 'email_verified', detail: `with ${connectionId}` },
            now,
            and(confirmsEmail({ userId, email, connectionId }), counts),
          ),
          ...confirmProvidedEmail(db, { userId, email, connectionId }, now, counts),
        ]),
    ...(groups === undefined ? [] : [putMappedGroups(db, userId, groups, now, counts)]),
    ...(role === undefined
      ? []
      : [
          insertAuditEvent(
            db,
            // Not their own act: an administrator mapped the role.
            {
              reference,
              subjectId: userId,
              id: `${attemptId}.role`,
              type: 'role_changed',
              detail: `${userId} ${role.role} (with ${connectionId})`,
            },
            now,
            and(changesRole(userId, role), counts),
          ),
          putMappedRole(db, userId, role, counts),
        ]),
  ]
}
