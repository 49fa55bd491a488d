import { saltFor } from '../../acts/server/kept-keys.ts'
import type { Context } from '../../http/context.ts'
import { readPageForm, sendOn } from '../../http/form-body.ts'
import { isOwnForm, whyNotOwn } from '../../http/form-token.ts'
import { type IdTokenHint, readIdTokenHint } from '../../http/openid/id-token-hint.ts'
import { signedOutPath } from '../../http/openid/provider-way-out.ts'
import { refusePage, showPage, siteFor } from '../../http/pages.tsx'
import { sayParameter } from '../../http/problems.ts'
import { presentedSession, sessionQuery } from '../../http/sign-in/session.ts'
import { signOut } from '../../http/sign-in/sign-out.tsx'
import type { Client } from '../../rules/clients/client.ts'
import { sectorFor, sessionIdIn } from '../../rules/openid/subject.ts'
import { type Parameters, parseParameters } from '../../rules/parameters.ts'
import {
  matchPostLogoutRedirectUri,
  type RegisteredRedirectUri,
  redirectHost,
} from '../../rules/requests/redirect-uri.ts'
import { hashSecret } from '../../secrets/secret.ts'
import { findClient } from '../../store/clients/clients.ts'
import { none, read } from '../../store/database.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { EndSessionPage, SignedOutPage } from './page.tsx'

/** The answer to our question. A form that is not ours, or not of this session any more, counts for nothing. */
type Confirmation = 'yes' | 'not ours' | undefined

/** GET /o/logout, OIDC RP-Initiated Logout §2. */
export function get(c: Context): Promise<Response> {
  return endSession(c, undefined)
}

/** POST /o/logout: the answer to our question, or a request by POST, redirected to GET so that the session cookie is sent. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  if (!pairs.has('confirm')) return sendOn(c, c.var.paths.endSession, pairs)
  return endSession(c, isOwnForm(c, pairs) ? 'yes' : 'not ours')
}

async function endSession(c: Context, confirmation: Confirmation): Promise<Response> {
  const { failure } = c.var.messages
  const { parameters, problem } = parseParameters(new URL(c.req.url).searchParams)
  if (problem !== undefined) {
    return refusePage(c, undefined, 400, failure.unreadable, sayParameter(c, problem), {
      explained: 'unreadable',
    })
  }
  const hintText = parameters.get('id_token_hint')
  const hint = hintText === undefined ? undefined : await readIdTokenHint(c, hintText)
  const clientId = parameters.get('client_id')
  // An invalid hint makes the request suspicious.
  const { client, session } = await readFacts(c, hintText === undefined ? clientId : hint?.clientId)
  if (session !== undefined && confirmation === 'not ours') {
    // Another tab signed in: the same question again, for the person who is signed in now.
    if (whyNotOwn(c) === 'outdated') return ask(c, session)
    return refusePage(c, session, 403, failure.stillSignedIn, failure.stillSignedInAdvice)
  }
  if (hint !== undefined && clientId !== undefined && clientId !== hint.clientId) {
    return refusePage(c, session, 400, failure.unreadable, failure.otherClientFact, {
      explained: 'unreadable',
      onward: byHand(c, session),
    })
  }
  const destination = parseDestination(parameters, client)
  if (destination === 'unregistered') {
    return refusePage(c, session, 400, failure.unregistered, failure.unregisteredLogoutFact, {
      explained: 'unregistered',
      onward: byHand(c, session),
    })
  }
  // Anybody can write a client_id: it redirects only after the person confirms.
  if (session === undefined && hint === undefined && destination !== undefined)
    return showWayBack(c, destination, parameters)
  const agreed =
    session === undefined || confirmation === 'yes' || (await isOfSession(c, hint, client, session))
  return agreed ? signOut(c, session, destinationUrl(c, destination, parameters, session)) : ask(c, session)
}

/** A person who wants to sign out still can, without the application. */
function byHand(c: Context, session: Session | undefined) {
  return session && { href: c.var.paths.logout, text: c.var.messages.signOut.submit }
}

/** In one round trip. */
function readFacts(c: Context, clientId: string | undefined) {
  const { DB } = c.env
  const presented = presentedSession(c)
  return read(DB, {
    client: clientId === undefined ? none : findClient(DB, clientId),
    session: presented === undefined ? none : sessionQuery(c, hashSecret(presented)),
  })
}

/** Without a valid hint and without a client_id the requester is unknown, so nobody is redirected (RP-Initiated Logout §3). */
function parseDestination(
  parameters: Parameters,
  client: Client | undefined,
): RegisteredRedirectUri | 'unregistered' | undefined {
  const asked = parameters.get('post_logout_redirect_uri')
  if (asked === undefined || client === undefined) return undefined
  return matchPostLogoutRedirectUri(client, asked) ?? 'unregistered'
}

function destinationUrl(
  c: Context,
  destination: RegisteredRedirectUri | undefined,
  parameters: Parameters,
  session: Session | undefined,
): string {
  if (destination === undefined) return signedOutPath(c, session)
  const { uri } = destination
  const state = parameters.get('state')
  if (state === undefined) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}

/**
 * Whether the token was issued in this very session: then the application asks for the person signed in here, and needs no
 * confirmation. One of another session is suspicious, for any user (OIDC RP-Initiated Logout §2).
 */
async function isOfSession(
  c: Context,
  hint: IdTokenHint | undefined,
  client: Client | undefined,
  session: Session,
): Promise<boolean> {
  if (hint === undefined || client === undefined) return false
  const sector = sectorFor(client)
  const salt = await saltFor(c.env.DB, c.var.config.keyRing, sector)
  return hint.sid === sessionIdIn(sector, session.sid, salt)
}

function showWayBack(c: Context, destination: RegisteredRedirectUri, parameters: Parameters) {
  const href = destinationUrl(c, destination, parameters, undefined)
  const site = siteFor(c, undefined)
  return showPage(c, <SignedOutPage site={site} href={href} host={redirectHost(destination.uri)} />)
}

function ask(c: Context, session: Session) {
  const { search } = new URL(c.req.url)
  const action = `${c.var.paths.endSession}${search}`
  return showPage(c, <EndSessionPage site={siteFor(c, session)} action={action} stay={c.var.paths.home} />)
}
