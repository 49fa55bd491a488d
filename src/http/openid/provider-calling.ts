import type { Provider } from '../../acts/sign-in/provider-answer.ts'
import { type Calling, readProviderMetadata } from '../../acts/sign-in/provider-documents.ts'
import type { Connection } from '../../rules/sign-in/connection.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'

export function callingOf(c: Context): Calling {
  const { issuer, now } = c.var
  return { issuer, now, keepAlive: (call) => inBackground(c, 'fetch_provider', call) }
}

/** The address that a provider sends people back to: a different one for each, so that no answer of one counts as another's. */
export function redirectUriOf(c: Context, { id }: Pick<Connection, 'id'>): string {
  return c.var.issuer + c.var.paths.loginWithCallback(id)
}

/** Its endpoints, from its metadata or its settings; otherwise why there are none. */
export async function findProvider(
  c: Context,
  { id, issuer, settings }: Connection,
): Promise<Provider | 'unreachable' | 'invalid'> {
  if (issuer === undefined)
    return settings.endpoints === undefined
      ? 'invalid'
      : { metadata: undefined, endpoints: settings.endpoints }
  const metadata = await readProviderMetadata(callingOf(c), issuer, id)
  if (typeof metadata !== 'string') return { metadata }
  return metadata === 'unreachable' || metadata === 'timeout' ? 'unreachable' : 'invalid'
}
