import type { Context } from '../../http/context.ts'
import { readFormBody } from '../../http/form-body.ts'
import { isOwnForm } from '../../http/form-token.ts'
import { refusePage, showPage, siteFor } from '../../http/pages.tsx'
import { noteReceived, readPendingQuery } from '../../http/received.ts'
import { noteUse } from '../../http/session.ts'
import {
  type Destination,
  parseAuthorizationRequest,
  parseDestination,
} from '../../protocol/authorization-request.ts'
import type { Client } from '../../protocol/client.ts'
import { type Decision, nextStep } from '../../protocol/next-step.ts'
import { parseParameters } from '../../protocol/parameters.ts'
import { redirectHost } from '../../protocol/redirect-uri.ts'
import { isRefusal, type Refusal, refuse } from '../../protocol/refusal.ts'
import { parseResources, resolveResources } from '../../protocol/resource.ts'
import { checkScope, type ScopeDefinition, scopeOf } from '../../protocol/scope.ts'
import type { OwnedClient } from '../../store/clients.ts'
import type { Session } from '../../store/sessions.ts'
import { ConsentPage } from './consent-page.tsx'
import { readFacts } from './facts.ts'
import { issueCode } from './issue-code.ts'
import { redirectToClient, refuseToClient } from './redirect-to-client.ts'

/** GET /o/authorize: the one dispatcher. Everything else comes back here. */
export function getAuthorize(c: Context): Promise<Response> {
  return dispatch(c, undefined)
}

/**
 * POST /o/authorize. With a `decision` it is our consent form; the request itself is in the URL. Otherwise it is an
 * authorization request by POST (OIDC Core §3.1.2.1), sent on as GET: only then does the browser send the Lax session cookie.
 */
export async function postAuthorize(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) return refusePage(c, undefined, body.status, 'This request can’t be read', body.description)
  const { pairs } = body
  const decision = pairs.get('decision')
  if (decision === null) return c.redirect(`${c.var.paths.authorize}?${pairs}`, 303)
  if (!isOwnForm(c, pairs)) {
    return refusePage(
      c,
      undefined,
      403,
      'This form is not valid any more',
      'Go back to the application and start again.',
    )
  }
  return dispatch(c, decision === 'authorize' ? 'authorize' : 'cancel')
}

async function dispatch(c: Context, decision: Decision | undefined): Promise<Response> {
  const { query, receivedAt } = readPendingQuery(c)
  const pairs = new URLSearchParams(query)
  const { parameters, problem } = parseParameters([...pairs].filter(([name]) => name !== 'resource'))
  const resources = parseResources(pairs)
  const facts = await readFacts(c, parameters, isRefusal(resources) ? [] : resources)
  const { owned, session, consent } = facts
  noteUse(c, session)

  if (problem?.name === 'client_id' || problem?.name === 'redirect_uri') {
    return untrusted(c, session, 'This request can’t be read', `${problem.refusal.description}.`)
  }
  if (owned === undefined)
    return untrusted(c, session, 'Unknown application', 'No application has this client_id.')
  const { client } = owned
  const destination = parseDestination(parameters, client)
  if (destination === undefined) {
    return untrusted(
      c,
      session,
      'This address is not registered',
      'The redirect_uri is not one of the application’s.',
    )
  }

  if (problem !== undefined) return refuseToClient(c, destination, problem.refusal)
  if (isRefusal(resources)) return refuseToClient(c, destination, resources)
  const refusal = checkClient(client)
  if (refusal !== undefined) return refuseToClient(c, destination, refusal)
  const request = parseAuthorizationRequest(parameters)
  if (isRefusal(request)) return refuseToClient(c, destination, request)
  const granted = checkScope(request.scope, facts.scopes, client.policy.scope)
  if (isRefusal(granted)) return refuseToClient(c, destination, granted)
  const authorized = resolveResources(resources, facts.resources, granted, c.var.issuer)
  if (isRefusal(authorized)) return refuseToClient(c, destination, authorized)

  const redirectUri = destination.redirectUri.uri
  const scope = scopeOf(granted)
  const known = session && { userId: session.user.id, authenticatedAt: session.authenticatedAt }
  const step = nextStep(
    { request, scope, client, redirectUri, session: known, consent, decision, receivedAt },
    c.var.now,
  )
  switch (step.step) {
    case 'login': {
      const next = `${c.var.paths.authorize}?${noteReceived(c, query, step.receivedAt)}`
      return c.redirect(`${c.var.paths.login}?next=${encodeURIComponent(next)}`, 303)
    }
    case 'consent':
      return askConsent(c, session, owned, destination, granted)
    case 'refuse':
      return refuseToClient(c, destination, step.refusal)
    case 'issue': {
      const { userId, authTime } = step
      const agreed = decision === 'authorize'
      const code = await issueCode(c, {
        client,
        destination,
        request,
        scope,
        resources: authorized,
        consent,
        agreed,
        userId,
        authTime,
      })
      return code === undefined
        ? untrusted(c, session, 'This can’t go on', 'The application or your permission was just removed.')
        : redirectToClient(c, destination, { code: code.plain })
    }
  }
}

/** RFC 6749 §4.1.2.1 unauthorized_client. */
function checkClient(client: Client): Refusal | undefined {
  if (client.suspendedAt !== undefined) return refuse('unauthorized_client', 'The application is suspended')
  if (client.grantType === 'authorization-code') return undefined
  return refuse('unauthorized_client', 'The application is not registered for this grant type')
}

function askConsent(
  c: Context,
  session: Session | undefined,
  { client, ownerName }: OwnedClient,
  destination: Destination,
  granted: readonly ScopeDefinition[],
): Response | Promise<Response> {
  const { pathname, search } = new URL(c.req.url)
  return showPage(
    c,
    <ConsentPage
      site={siteFor(c, session)}
      action={pathname + search}
      applicationName={client.name}
      ownerName={ownerName}
      redirectHost={redirectHost(destination.redirectUri.uri)}
      granted={granted}
    />,
  )
}

/** RFC 6749 §4.1.2.1: neither the client nor the address can be trusted, so the person is told, and nothing is redirected. */
function untrusted(c: Context, session: Session | undefined, title: string, fact: string) {
  const advice = `${fact} Nothing was shared. Go back to the application and tell the people who run it.`
  return refusePage(c, session, 400, title, advice, fact)
}
