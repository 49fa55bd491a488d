import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { endAuthorization } from '../../store/tokens/authorizations.ts'
import type { Formless } from '../act.ts'

export interface MisusedAuthorization {
  readonly authorizationId: string
  readonly userId: string
  readonly clientId: string
}

/**
 * Ends an authorization whose code was redeemed twice (RFC 6749 §4.1.2), or whose refresh token came back after its successor was
 * used (RFC 9700 §4.14.2). Two parties have it, and nobody can tell which of them stole it.
 */
export async function endMisused(
  { db, reference, now }: Formless,
  { authorizationId, userId, clientId }: MisusedAuthorization,
  type: 'code_replayed' | 'refresh_token_reused',
): Promise<void> {
  const event = { id: randomText(16), type, reference, userId, clientId, detail: authorizationId } as const
  const end = endAuthorization(db, authorizationId, type, now)
  await write(db, [end, ...noteEvent(db, event, now)], {})
}
