import type { AccessToken } from '../../rules/tokens/access-token.ts'
import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { endAuthorization } from '../../store/tokens/authorizations.ts'
import { revokeAccessToken } from '../../store/tokens/revoked-access-tokens.ts'
import type { Formless } from '../act.ts'

/** RFC 7009 §2.1: revoking a refresh token revokes the access tokens of the same grant, too. */
export type Revocation = { readonly authorizationId: string } | { readonly accessToken: AccessToken }

/** A client revokes a token of its own. */
export async function revokeToken(
  { db, reference, now }: Formless,
  clientId: string,
  revocation: Revocation,
): Promise<void> {
  const { detail, end } =
    'accessToken' in revocation
      ? {
          detail: `access token ${revocation.accessToken.id}`,
          end: revokeAccessToken(db, revocation.accessToken),
        }
      : {
          detail: revocation.authorizationId,
          end: endAuthorization(db, revocation.authorizationId, 'revoked_by_client', now),
        }
  const event = { id: randomText(16), type: 'token_revoked', reference, clientId, detail } as const
  await write(db, [end, ...noteEvent(db, event, now)], {})
}
