import { approveDevice, denyDevice } from '../../acts/requests/answer-device.ts'
import { ownerShownTo } from '../../rules/clients/owner.ts'
import { isRefusal } from '../../rules/refusal.ts'
import { type ExplainedDetail, explainWaiting } from '../../rules/requests/authorization-details.ts'
import type { DetailType } from '../../rules/requests/detail-type.ts'
import { checkScope, type ScopeDefinition, scopeOf } from '../../rules/requests/scope.ts'
import { hasFactor, hasTwoFactors } from '../../rules/sign-in/step-up.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import { makeAuthorizationId } from '../../secrets/secret.ts'
import { type Shown, shownMark } from '../../secrets/shown.ts'
import type { OwnedClient } from '../../store/clients/clients.ts'
import { read } from '../../store/database.ts'
import type { WaitingDevice } from '../../store/requests/device-requests.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { findLookalike } from '../clients/lookalike.ts'
import { type Context, pathWith } from '../context.ts'

/** A request that waits for a person's answer: of a device, or of an application that asks them. */
export interface Waiting<Request extends WaitingDevice = WaitingDevice> {
  readonly waiting: Request
  readonly owned: OwnedClient
  readonly scopes: readonly ScopeDefinition[]
  readonly items: readonly ExplainedDetail[]
}

/** Undefined: the application is suspended, or has lost a scope or a type of authorization details since its request. */
export function stillWaiting<Request extends WaitingDevice>(
  c: Context,
  waiting: Request,
  owned: OwnedClient | undefined,
  known: { readonly scopes: readonly ScopeDefinition[]; readonly types: readonly DetailType[] },
): Waiting<Request> | undefined {
  if (owned === undefined || owned.client.suspendedAt !== undefined) return undefined
  const { scope, details } = waiting.request
  const scopes = checkScope(scope, known.scopes, owned.client, c.var)
  const items = explainWaiting(details, known.types, owned.client.openid.detailTypes)
  return isRefusal(scopes) || isRefusal(items) ? undefined : { waiting, owned, scopes, items }
}

/** An application that requires two factors requires them here, too. `next`: the page to come back to. */
export function needFactor(
  c: Context,
  session: Session,
  { owned: { client } }: Waiting,
  next: string,
): Response | undefined {
  if (!client.openid.needsTwoFactors || hasTwoFactors(session.amr)) return undefined
  const { paths } = c.var
  return hasFactor(session)
    ? c.redirect(pathWith(paths.login, { next, again: 'factor' }), 303)
    : c.redirect(pathWith(paths.secondFactor, { next }), 303)
}

/** Everything that the page shows: the answer applies to exactly this. */
export function shownWaiting(session: Session, { waiting, owned, scopes, items }: Waiting): Shown {
  const { client, logo } = owned
  const owner = ownerShownTo(session.user.id, owned)
  return {
    client,
    logo,
    owner,
    userId: session.user.id,
    destination: waiting.hash.sha256,
    scopes,
    items,
  }
}

/** The same as props of the page. */
export async function asProps(c: Context, session: Session, found: Waiting) {
  const { waiting, owned, scopes, items } = found
  const { client, logo } = owned
  const { lookalike } = await read(c.env.DB, { lookalike: findLookalike(c, client) })
  return {
    client: {
      id: client.id,
      name: client.name,
      trust: client.trust,
      logo,
      owner: ownerShownTo(session.user.id, owned),
    },
    lookalike,
    place: waiting.place,
    granted: scopes,
    items,
    shown: shownMark(c.var.config.keyEncryptionSecret, shownWaiting(session, found)),
  }
}

/** Carries out the answer. False: somebody answered before. */
export function answerWaiting(
  c: Context,
  session: Session,
  { waiting, owned, scopes }: Waiting,
  attempt: Attempt,
  isYes: boolean,
): Promise<boolean> {
  const { now, reference } = c.var
  const answer = {
    device: waiting,
    client: owned.client,
    session,
    scope: scopeOf(scopes),
    attemptId: attempt.id,
    // Derived from the request and the form, so that it is the same when the form is sent twice.
    authorizationId: makeAuthorizationId(waiting.request.createdAt, attempt.newClientId),
    reference,
  }
  return (isYes ? approveDevice : denyDevice)(c.env.DB, answer, now)
}
