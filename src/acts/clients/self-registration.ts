import type { Client } from '../../rules/clients/client.ts'
import type { Plan } from '../../rules/server/plan.ts'
import { randomText } from '../../secrets/secret.ts'
import { insertAuditEvent, noteEvent } from '../../store/audit-events.ts'
import { findClient } from '../../store/clients/clients.ts'
import {
  type ChangedRegistration,
  deleteRegistration,
  insertRegistration,
  isRegistrationOf,
  isSelfRegistered,
  isUnchangedRegistration,
  type NewRegistration,
  updateRegistration,
} from '../../store/clients/registrations.ts'
import { write } from '../../store/database.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Formless } from '../act.ts'
import { forgetFirst } from '../tokens/forget-first.ts'

/** RFC 7591 §3. Undefined: `mostOfNetwork` registered from there since yesterday. */
export async function registerItself(
  { db, reference, now }: Formless,
  registered: NewRegistration,
  mostOfNetwork: number,
): Promise<Client | undefined> {
  const { id: clientId } = registered.client
  const event = { id: randomText(16), type: 'client_registered', reference, clientId } as const
  const { found } = await write(
    db,
    [
      ...insertRegistration(db, registered, mostOfNetwork, now),
      insertAuditEvent(db, event, now, isSelfRegistered(clientId)),
    ],
    { found: findClient(db, clientId) },
  )
  return found
}

/**
 * RFC 7592 §2.2: the new metadata replaces the old. Returns the client as it is then: unchanged if it was changed since it was
 * read. Undefined: it was deleted.
 */
export async function changeRegistration(
  { db, reference, now }: Formless,
  changed: ChangedRegistration,
): Promise<Client | undefined> {
  const { before, client, accessToken } = changed
  const event = { id: randomText(16), type: 'client_updated', reference, clientId: client.id } as const
  const { saved } = await write(
    db,
    [
      ...noteEvent(db, event, now, isUnchangedRegistration(before, accessToken)),
      ...updateRegistration(db, changed, now),
    ],
    { saved: findClient(db, client.id) },
  )
  return saved
}

/**
 * RFC 7592 §2.3: deletes the client, its authorizations and its tokens. `more`: there are so many that the next request
 * continues.
 */
export async function endRegistration(
  { db, reference, now }: Formless,
  clientId: string,
  accessToken: SecretHash<'registration'>,
  plan: Plan,
): Promise<'gone' | 'more'> {
  const first = { of: { clientId }, allowed: isRegistrationOf(clientId, accessToken), plan }
  if (!(await forgetFirst(db, first, now))) return 'more'
  const event = { id: randomText(16), type: 'client_deleted', reference, clientId } as const
  await write(
    db,
    [
      insertAuditEvent(db, event, now, isSelfRegistered(clientId)),
      deleteRegistration(db, clientId, accessToken),
    ],
    {},
  )
  return 'gone'
}
