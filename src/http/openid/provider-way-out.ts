import { readProviderMetadata } from '../../acts/sign-in/provider-documents.ts'
import { frameProblem } from '../../rules/callable-url.ts'
import { read } from '../../store/database.ts'
import { findConnection } from '../../store/sign-in/connections.ts'
import type { Context } from '../context.ts'
import { callingOf } from './provider-calling.ts'

/**
 * The address at which a person signs out of the provider too, and comes back (OIDC RP-Initiated Logout §2). No ID token is kept
 * here, so the provider may ask them. Undefined when it offers none, or can't be reached.
 */
export async function findWayOut(
  c: Context,
  connectionId: string,
): Promise<{ readonly name: string; readonly url: string } | undefined> {
  if (connectionId === '') return undefined
  const { connection } = await read(c.env.DB, { connection: findConnection(c.env.DB, connectionId) })
  if (connection?.issuer === undefined || connection.suspendedAt !== undefined) return undefined
  const metadata = await readProviderMetadata(callingOf(c), connection.issuer, connection.id)
  if (typeof metadata === 'string' || metadata.endSessionEndpoint === undefined) return undefined
  const { endSessionEndpoint } = metadata
  if (frameProblem(endSessionEndpoint, c.var.issuer) !== undefined) return undefined
  const url = new URL(endSessionEndpoint)
  url.searchParams.set('client_id', connection.clientId)
  url.searchParams.set('post_logout_redirect_uri', c.var.issuer + c.var.paths.logout)
  return { name: connection.name, url: url.href }
}
