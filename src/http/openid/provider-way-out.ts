import { readProviderMetadata } from '../../acts/sign-in/provider-documents.ts'
import { frameProblem } from '../../rules/callable-url.ts'
import { openKeptIdToken } from '../../secrets/sign-in/kept-id-token.ts'
import { read } from '../../store/database.ts'
import { findConnection } from '../../store/sign-in/connections.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { type Context, pathWith } from '../context.ts'
import { keepCookie, readCookie } from '../sign-in/cookies.ts'
import { callingOf } from './provider-calling.ts'

/** The page after signing out. It offers to sign out of the provider, too, if the person had signed in with one. */
export function signedOutPath(c: Context, session: Session | undefined): string {
  return pathWith(c.var.paths.logout, { with: session?.connectionId })
}

/**
 * When a session ends, the provider's ID token stays in this browser alone, encrypted, for ten minutes: the person may sign out
 * there, too. Without one, the token of an earlier session is removed.
 */
export function carryIdToken(c: Context, sealed = ''): void {
  keepCookie(c, 'way-out', sealed, sealed === '' ? 0 : 600)
}

/**
 * The address at which a person signs out of the provider too, and comes back (OIDC RP-Initiated Logout §2), with the ID token of
 * the session that ended in this browser: without it, the provider may ask them, or refuse. At most some 6,000 characters, since
 * each part is bounded. Undefined when it offers none, or can't be reached.
 */
export async function findWayOut(
  c: Context,
  connectionId: string,
): Promise<{ readonly id: string; readonly name: string; readonly url: string } | undefined> {
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
  const idToken = await openKeptIdToken(c.var.config.keyRing, connection, readCookie(c, 'way-out') ?? '')
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
  return { id: connection.id, name: connection.name, url: url.href }
}

/** Redirects there. The ID token counts once. */
export async function leaveProvider(c: Context, connectionId: string): Promise<Response> {
  const there = await findWayOut(c, connectionId)
  carryIdToken(c)
  return c.redirect(there?.url ?? c.var.paths.logout, 303)
}
