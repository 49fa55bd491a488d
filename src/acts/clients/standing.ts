import type { ClientTrust } from '../../rules/clients/client.ts'
import { isClientSuspended, isTrusted, suspendClient, trustClient } from '../../store/clients/policy.ts'
import { change, type Doing } from '../act.ts'

/** A suspended application gets no code and no token, and none of its tokens is valid. Nothing is deleted. */
export function setSuspended(doing: Doing, clientId: string, suspended: boolean): Promise<boolean> {
  const { db, act, now } = doing
  const type = suspended ? 'client_suspended' : 'client_resumed'
  const event = { type, target: clientId, only: isClientSuspended(clientId, suspended) } as const
  return change(doing, event, suspendClient(db, act, clientId, suspended ? now : undefined))
}

/**
 * Sets how far an application is trusted. False, too, when it was changed after the version that the administrator saw
 * (`seenAt`).
 */
export function setTrust(
  doing: Doing,
  clientId: string,
  trust: ClientTrust,
  seenAt: number,
): Promise<boolean> {
  const { db, act } = doing
  const event = {
    type: 'client_trust_changed',
    target: clientId,
    detail: trust,
    only: isTrusted(clientId, trust, seenAt),
  } as const
  return change(doing, event, trustClient(db, act, clientId, trust, seenAt))
}
