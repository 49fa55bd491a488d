import { type Refusal, refuse } from '../refusal.ts'
import type { Client } from './client.ts'

/**
 * The answer to a suspended client; undefined for an active one. Not `invalid_client` while it waits for approval: clients
 * would forget their registration and create another one.
 */
export function suspensionOf({
  suspendedAt,
  approval,
}: Pick<Client, 'suspendedAt' | 'approval'>): Refusal | undefined {
  if (approval === 'waiting')
    return refuse('unauthorized_client', 'The application is waiting for the approval of an administrator')
  if (approval === 'refused')
    return refuse('unauthorized_client', 'An administrator has not approved the application')
  return suspendedAt === undefined ? undefined : refuse('invalid_client', 'The application is suspended')
}
