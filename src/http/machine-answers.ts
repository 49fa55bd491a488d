import { errorUri, type Refusal, statusOf } from '../rules/refusal.ts'
import type { Context } from './context.ts'
import { note } from './log.ts'

/** Failure form 1 of 3: JSON for machine endpoints, RFC 6749 §5.2. Never cached. */
export function refuseMachine(
  c: Context,
  refusal: Refusal,
  status: number = statusOf[refusal.refused],
): Response {
  note(c, { error: refusal.refused, reason: refusal.reason })
  const headers = new Headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
  if (status === 503) headers.set('Retry-After', '1')
  const challenge = challengeOf(c, refusal)
  if (challenge !== undefined) headers.set('WWW-Authenticate', challenge)
  const body = {
    error: refusal.refused,
    error_description: refusal.description,
    error_uri: errorUri(refusal.refused),
    reference: c.var.reference,
  }
  return Response.json(body, { status, headers })
}

export function answerMachine(body: Readonly<Record<string, unknown>>, status: 200 | 201 = 200): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' } })
}

/** RFC 6749 §5.2 for clients, RFC 6750 §3 for bearer tokens. */
function challengeOf(c: Context, { refused, description, scope }: Refusal): string | undefined {
  const realm = `realm="${c.var.issuer}"`
  if (refused === 'invalid_client') return `Basic ${realm}, charset="UTF-8"`
  if (refused !== 'invalid_token' && refused !== 'insufficient_scope') return undefined
  const needed = scope === undefined ? '' : `, scope="${scope}"`
  return `Bearer ${realm}, error="${refused}", error_description="${description}"${needed}`
}
