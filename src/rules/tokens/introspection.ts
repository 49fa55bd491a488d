import type { Client } from '../clients/client.ts'
import type { AccessToken } from './access-token.ts'

/** An application that asks about a token, and whether an API that the token is for has named it. */
export interface Introspector {
  readonly client: Pick<Client, 'id' | 'policy'>
  readonly isNamed: boolean
}

/**
 * Whether an application may know what an access token says (RFC 7662 §4: a server must not tell everybody): its own tokens, and
 * those for an API that has named it. With the scope `introspection` it may know all.
 */
export function mayIntrospect(
  { client, isNamed }: Introspector,
  token: Pick<AccessToken, 'clientId'>,
): boolean {
  const { scope, introspectsAll } = client.policy
  return token.clientId === client.id || isNamed || introspectsAll || scope.includes('introspection')
}
