import type { Client } from '../../rules/clients/client.ts'
import { insertClient, updateClient } from '../../store/clients/changes.ts'
import { findManagedClient } from '../../store/clients/clients.ts'
import { deleteUselessSecrets, insertFirstSecret, listLiveSecrets } from '../../store/clients/secrets.ts'
import { write } from '../../store/database.ts'
import type { KeptSecret } from '../../values/secret.ts'
import { type Doing, noteOf } from '../act.ts'

/** The permission to register, and the limit of owned clients: both checked in the statement that inserts. */
export interface RegistrationRule {
  readonly developersOnly: boolean
  readonly most: number
}

/**
 * A new application of the actor, with its first secret if it needs one. `owned` undefined: the actor may not, or owns too
 * many.
 */
export async function registerClient(
  doing: Doing,
  client: Client,
  secret: KeptSecret<'client'>,
  { developersOnly, most }: RegistrationRule,
) {
  const { db, act, now } = doing
  return write(
    db,
    [
      ...insertClient(db, client, act, developersOnly, most),
      insertFirstSecret(db, act, client.id, secret, now),
      noteOf(doing, { type: 'client_registered', clientId: client.id }),
    ],
    { owned: findManagedClient(db, client.id, act.actorId), secrets: listLiveSecrets(db, client.id, now) },
  )
}

/**
 * An application that becomes confidential gets its first secret; one that becomes public loses all. `owned` undefined: the
 * actor may not.
 */
export async function saveRegistration(
  doing: Doing,
  before: Client,
  after: Client,
  secret: KeptSecret<'client'>,
) {
  const { db, act, now } = doing
  const { id } = after
  return write(
    db,
    [
      ...updateClient(db, act, before, after),
      deleteUselessSecrets(db, act, id),
      insertFirstSecret(db, act, id, secret, now),
      noteOf(doing, { type: 'client_updated', clientId: id }),
    ],
    { owned: findManagedClient(db, id, act.actorId), secrets: listLiveSecrets(db, id, now) },
  )
}
