import { type Refusal, refuse } from '../refusal.ts'
import type { Client } from './client.ts'

/**
 * What a suspended client is told; undefined for one that works. Not `invalid_client` where an administrator has to approve it:
 * clients take that for a reason to forget their registration and to make another one.
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
