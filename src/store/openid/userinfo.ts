import type { AccessToken } from '../../rules/tokens/access-token.ts'
import { findClient } from '../clients/clients.ts'
import { findClaimsSubjectOfAuthorization } from '../people/profiles.ts'
import { findOpenidGrant } from '../tokens/authorizations.ts'

/** What userinfo says of the user of a token, beside whether it lives. Without a token, of nobody. */
export function findUserinfo(db: D1Database, token: AccessToken | undefined) {
  const authorizationId = token?.authorizationId ?? ''
  return {
    client: findClient(db, token?.clientId ?? ''),
    subject: findClaimsSubjectOfAuthorization(db, authorizationId),
    openid: findOpenidGrant(db, authorizationId),
  }
}
