import type { Client } from '../clients/client.ts'
import type { AccessToken } from './access-token.ts'

/** An application that introspects a token, and whether an API in the token's audience has named it. */
export interface Introspector {
  readonly client: Pick<Client, 'id' | 'policy'>
  readonly isNamed: boolean
}

/**
 * Whether an application may see the content of an access token (RFC 7662 §4: a server must not tell everybody): its own
 * tokens, and those for an API that has named it. With the scope `introspection` it may see all.
 */
export function mayIntrospect(
  { client, isNamed }: Introspector,
  token: Pick<AccessToken, 'clientId'>,
): boolean {
  const { scope, introspectsAll } = client.policy
  return token.clientId === client.id || isNamed || introspectsAll || scope.includes('introspection')
}
