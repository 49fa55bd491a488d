import type { Context } from '../../http/context.ts'
import { note } from '../../http/log.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import type { Refusal } from '../../rules/refusal.ts'
import type { Destination } from '../../rules/requests/request.ts'
import { FormPostPage } from './form-post-page.tsx'

/**
 * The answer to the client, with `state` as it came and `iss` (RFC 9207 §2). 303 after a POST, so that no browser posts the
 * password or the decision on to the client (RFC 9700 §4.12).
 */
export function redirectToClient(
  c: Context,
  destination: Destination,
  answer: Record<string, string>,
): Response | Promise<Response> {
  const parameters = new URLSearchParams(answer)
  if (destination.state !== undefined) parameters.set('state', destination.state)
  parameters.set('iss', c.var.issuer)
  const { uri } = destination.redirectUri
  if (destination.mode === 'form_post') {
    return showPage(
      c,
      <FormPostPage site={siteFor(c, undefined)} action={uri} fields={new Map(parameters)} />,
    )
  }
  // A query in the registered URI stays as it is (RFC 6749 §3.1.2).
  const location = `${uri}${uri.includes('?') ? '&' : '?'}${parameters}`
  return new Response(null, { status: 303, headers: { Location: location, 'Cache-Control': 'no-store' } })
}

/** Failure form 3 of 3: an error by redirect, RFC 6749 §4.1.2.1. */
export function refuseToClient(c: Context, destination: Destination, refusal: Refusal) {
  note(c, { error: refusal.refused, reason: refusal.reason })
  return redirectToClient(c, destination, {
    error: refusal.refused,
    error_description: refusal.description,
  })
}
