import type { Context } from '../../http/context.ts'
import { note } from '../../http/log.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import type { Client, ClientApproval } from '../../rules/clients/client.ts'
import { may } from '../../rules/people/role.ts'
import type { Refusal } from '../../rules/refusal.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { redirectHost } from '../../rules/requests/redirect-uri.ts'
import { answerLocation } from '../../rules/requests/response-mode.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { ApprovalPage } from './approval-page.tsx'
import { FormPostPage } from './form-post-page.tsx'
import { RefusedPage, type WayBack } from './refused-page.tsx'

/**
 * The answer to the client, with `state` as sent and `iss` (RFC 9207 §2). 303 after a POST, so that no browser posts the
 * password or the decision to the client (RFC 9700 §4.12).
 */
export function redirectToClient(
  c: Context,
  destination: Destination,
  answer: Record<string, string>,
): Response | Promise<Response> {
  const way = wayBack(c, destination, answer)
  if ('fields' in way) return showPage(c, <FormPostPage site={siteFor(c, undefined)} {...way} />)
  return new Response(null, {
    status: 303,
    headers: { Location: way.location, 'Cache-Control': 'no-store' },
  })
}

function wayBack(
  c: Context,
  { redirectUri, mode, state }: Destination,
  answer: Record<string, string>,
): WayBack {
  const parameters = new URLSearchParams(answer)
  if (state !== undefined) parameters.set('state', state)
  parameters.set('iss', c.var.issuer)
  const { uri } = redirectUri
  return mode === 'form_post'
    ? { action: uri, fields: new Map(parameters) }
    : { location: answerLocation(uri, mode, parameters) }
}

/** Failure form 3 of 3: an error by redirect, RFC 6749 §4.1.2.1. */
export function refuseToClient(c: Context, destination: Destination, refusal: Refusal) {
  note(c, { error: refusal.refused, reason: refusal.reason })
  return redirectToClient(c, destination, errorOf(refusal))
}

/**
 * The same error as a page, for a visitor without a session and an unverified application: a redirect would make this server an
 * open redirector for anybody who registers one (RFC 9700 §4.11.2). The person decides whether to go back.
 */
export function showRefusal(c: Context, client: Client, destination: Destination, refusal: Refusal) {
  note(c, { error: refusal.refused, reason: refusal.reason })
  return showPage(
    c,
    <RefusedPage
      site={siteFor(c, undefined)}
      applicationName={client.name}
      host={redirectHost(destination.redirectUri.uri)}
      error={refusal.refused}
      description={refusal.description}
      back={wayBack(c, destination, errorOf(refusal))}
    />,
    400,
  )
}

/** An administrator must approve the application, or has refused to: every visitor is told. */
export function showApproval(
  c: Context,
  session: Session | undefined,
  { id, name }: Pick<Client, 'id' | 'name'>,
  approval: ClientApproval,
  destination: Destination,
  refusal: Refusal,
) {
  note(c, { error: refusal.refused, reason: refusal.reason })
  const { pathname, search } = new URL(c.req.url)
  const isAdministrator = session !== undefined && may(session.user.role, 'administer')
  return showPage(
    c,
    <ApprovalPage
      site={siteFor(c, session)}
      approval={approval}
      applicationName={name}
      host={redirectHost(destination.redirectUri.uri)}
      back={wayBack(c, destination, errorOf(refusal))}
      again={pathname + search}
      review={isAdministrator ? c.var.paths.approveApplication(id) : undefined}
    />,
    403,
  )
}

function errorOf({ refused, description }: Refusal) {
  return { error: refused, error_description: description }
}
