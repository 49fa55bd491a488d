import { hasAuditEvent } from '../../store/audit-events.ts'
import { findManagedClient } from '../../store/clients/clients.ts'
import {
  deleteSecret,
  hasSecret,
  hasSecretCalled,
  insertSecret,
  listLiveSecrets,
  type SecretChoices,
  secretId,
} from '../../store/clients/secrets.ts'
import { write } from '../../store/database.ts'
import type { KeptSecret } from '../../values/secret.ts'
import { type Doing, end, noteOf } from '../act.ts'

/**
 * Adds a secret: earlier ones keep working, so that a rotation overlaps. `owned` undefined: the actor may not. Not `made`: the
 * application has the maximum.
 */
export async function addSecret(
  doing: Doing,
  clientId: string,
  hash: KeptSecret<'client'>,
  choices: SecretChoices,
) {
  const { db, act, now } = doing
  const event = {
    type: 'client_secret_made',
    clientId,
    detail: secretId(hash),
    only: hasSecret(clientId, hash),
  } as const
  return write(db, [insertSecret(db, act, clientId, hash, choices, now), noteOf(doing, event)], {
    owned: findManagedClient(db, clientId, act.actorId),
    secrets: listLiveSecrets(db, clientId, now),
    made: hasAuditEvent(db, act.attemptId),
  })
}

/** Deletes only that secret. `id` is its name, as from `secretId`. */
export function removeSecret(doing: Doing, clientId: string, id: string): Promise<boolean> {
  const { db, act } = doing
  const event = {
    type: 'client_secret_deleted',
    clientId,
    detail: id,
    only: hasSecretCalled(clientId, id),
  } as const
  return end(doing, event, deleteSecret(db, act.actorId, clientId, id))
}
