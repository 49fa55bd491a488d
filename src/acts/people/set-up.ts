import { insertAuditEvent } from '../../store/audit-events.ts'
import { insertPlaygroundClient } from '../../store/clients/playground-client.ts'
import type { Write } from '../../store/database.ts'
import { deleteSetupTokens } from '../../store/people/setup-tokens.ts'
import { insertFirstAdministrator, isThere, type NewUser } from '../../store/people/users.ts'
import type { Seconds } from '../../values/time.ts'

/**
 * The first administrator, with the playground as their application; afterwards setup is closed. Part of the batch that signs
 * them in, so that it is recorded even when the answer is lost. Of many people at once, one becomes it.
 */
export function firstAdministrator(
  db: D1Database,
  user: NewUser,
  { issuer, reference }: { readonly issuer: string; readonly reference: string },
  now: Seconds,
): readonly Write[] {
  const { id } = user
  const event = { id, type: 'administrator_created', reference, userId: id } as const
  return [
    ...insertFirstAdministrator(db, user),
    insertAuditEvent(db, event, now, isThere(id)),
    ...insertPlaygroundClient(db, issuer, id, now),
    deleteSetupTokens(db),
  ]
}
