import { type Refusal, statusOf } from '../protocol/refusal.ts'
import type { Context } from './context.ts'
import { log } from './log.ts'

/** Failure form 1 of 3: JSON for machine endpoints, RFC 6749 §5.2. Never cached. */
export function refuseMachine(
  c: Context,
  refusal: Refusal,
  status: number = statusOf[refusal.refused],
): Response {
  log(c, 'refused', { error: refusal.refused, reason: refusal.reason })
  const headers = new Headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
  if (status === 503) headers.set('Retry-After', '1')
  // RFC 6749 §5.2: a challenge when the client tried the header; it harms nobody else.
  if (status === 401) headers.set('WWW-Authenticate', `Basic realm="${c.var.issuer}", charset="UTF-8"`)
  const body = { error: refusal.refused, error_description: refusal.description, reference: c.var.reference }
  return Response.json(body, { status, headers })
}

export function answerMachine(body: Readonly<Record<string, unknown>>): Response {
  return Response.json(body, { headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' } })
}
