import { hash } from 'node:crypto'
import {
  type Demands,
  demandsOf,
  freshSignIn,
  providerRequestUrl,
} from '../../rules/openid/provider-request.ts'
import type { Connection } from '../../rules/sign-in/connection.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import type { Purpose } from '../../rules/sign-in/provider-attempt.ts'
import { makeAttemptAt } from '../../secrets/sign-in/provider-attempt.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'
import { readAuthorizationRequest } from '../requests/asked.ts'
import { keepAttempt } from './provider-attempts.ts'
import { findProvider, redirectUriOf } from './provider-calling.ts'
import { showFailed } from './provider-failed.ts'
import { rulesOf } from './purposes.ts'

export interface Wish {
  readonly next: string
  readonly purpose: Purpose
  /** Our own page requires a new sign-in there. */
  readonly again: boolean
  /** An address that the person typed here: for their name there. */
  readonly hint: string | undefined
}

/**
 * Redirects to the provider. `isSilent`: it shows no page to a person who is signed in there; for everybody else the visit is
 * repeated visibly. Ignored for plain OAuth 2, and where the application demands an act of the person there.
 */
export async function visitProvider(
  c: Context,
  connection: Connection,
  session: Session | undefined,
  { next, purpose, again, hint }: Wish,
  silently: boolean,
): Promise<Response> {
  const failed = { connection, purpose, next, again, session }
  const provider = await findProvider(c, connection)
  if (typeof provider === 'string') return showFailed(c, provider, failed)
  const demands = await demandsFor(c, next)
  const isFresh = again || rulesOf[purpose].isFresh
  const loginHint = hint?.slice(0, 256) ?? demands.loginHint
  const { metadata } = provider
  const isFree = !isFresh && demands.prompt === undefined && demands.maxAge === undefined
  const isSilent = silently && isFree && metadata !== undefined && connection.kind !== 'apple'
  const wanted: Demands = {
    ...demands,
    acrValues: connection.settings.believesAcr ? demands.acrValues : undefined,
    loginHint,
    ...(isFresh ? freshSignIn : isSilent ? { prompt: 'none' } : {}),
  }
  const attempt = makeAttemptAt(
    {
      connectionId: connection.id,
      purpose,
      next: parseNextPath(next) ?? '',
      maxAge: metadata === undefined ? undefined : wanted.maxAge,
      userId: session?.user.id,
      isSilent,
      arrived: undefined,
    },
    c.var.now,
  )
  if (!(await keepAttempt(c, attempt))) return showFailed(c, 'long', { ...failed, next: '' })
  const url = providerRequestUrl({
    ...wanted,
    endpoint: metadata?.authorizationEndpoint ?? connection.settings.endpoints?.authorization ?? '',
    clientId: connection.clientId,
    redirectUri: redirectUriOf(c, connection),
    scope: connection.settings.scope,
    state: attempt.id,
    codeChallenge: hash('sha256', attempt.verifier, 'base64url'),
    nonce: metadata === undefined ? undefined : attempt.nonce,
    responseMode: connection.kind === 'apple' ? 'form_post' : undefined,
  })
  return c.redirect(url, 303)
}

/** The demands of the application that waits behind `next`, if one does. */
async function demandsFor(c: Context, next: string): Promise<Demands> {
  const [path, query] = (parseNextPath(next) ?? '').split('?')
  const isPending = path === c.var.paths.authorize && query !== undefined
  const request = isPending ? await readAuthorizationRequest(c, query) : undefined
  return demandsOf(request?.asked.parameters ?? new Map())
}
