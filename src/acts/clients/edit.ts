import type { Client, ClientOpenid, ClientPolicy } from '../../rules/clients/client.ts'
import { findManagedClient, type OwnedClient } from '../../store/clients/clients.ts'
import { type Logo, putLogo } from '../../store/clients/logos.ts'
import { updateClientPolicy } from '../../store/clients/policy.ts'
import { deleteUselessSecrets } from '../../store/clients/secrets.ts'
import { type Write, write } from '../../store/database.ts'
import { type ClientEvent, type Doing, noteOf } from '../act.ts'

interface Policy {
  readonly policy: ClientPolicy
  readonly openid: ClientOpenid
}

/** Sets the policy of an application's tokens. Returns the application as it is then; undefined: the actor may not. */
export function savePolicy(doing: Doing, before: Client, policy: Policy): Promise<OwnedClient | undefined> {
  const { db, act, now } = doing
  const event = { type: 'client_policy_updated', clientId: before.id } as const
  return edit(
    doing,
    event,
    updateClientPolicy(db, act, before, policy, now),
    deleteUselessSecrets(db, act, before.id),
  )
}

/** The picture that people see beside the name; undefined removes it. False: the actor may not. */
export async function saveLogo(
  doing: Doing,
  clientId: string,
  hash: string,
  logo: Logo | undefined,
): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'client_updated', clientId, detail: 'logo' } as const
  return (await edit(doing, event, ...putLogo(db, act, clientId, hash, logo, now))) !== undefined
}

/** A form sent again, after the application was deleted or transferred, finds nothing. */
async function edit(doing: Doing, event: ClientEvent, ...writes: readonly Write[]) {
  const { db, act } = doing
  const readBack = { owned: findManagedClient(db, event.clientId, act.actorId) }
  return (await write(db, [...writes, noteOf(doing, event)], readBack)).owned
}
