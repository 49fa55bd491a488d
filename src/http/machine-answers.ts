import { type ErrorCode, errorUri, type Refusal, statusOf } from '../rules/refusal.ts'
import { proofAlgorithms } from '../rules/tokens/dpop.ts'
import type { Context } from './context.ts'
import { note } from './log.ts'
import { makeNonce } from './tokens/dpop.ts'

const proofErrors: ReadonlySet<ErrorCode> = new Set(['invalid_dpop_proof', 'use_dpop_nonce'])

/** Failure form 1 of 3: JSON for machine endpoints, RFC 6749 §5.2. Never cached. */
export function refuseMachine(
  c: Context,
  refusal: Refusal,
  status: number = statusOf[refusal.refused],
): Response {
  note(c, { error: refusal.refused, reason: refusal.reason })
  const headers = new Headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
  if (status === 503) headers.set('Retry-After', '1')
  const challenge = challengeOf(c, refusal, status)
  if (challenge !== undefined) headers.set('WWW-Authenticate', challenge)
  if (refusal.refused === 'use_dpop_nonce') headers.set('DPoP-Nonce', makeNonce(c))
  const body = {
    error: refusal.refused,
    error_description: refusal.description,
    error_uri: errorUri(refusal.refused),
    reference: c.var.reference,
  }
  return Response.json(body, { status, headers })
}

/** At a resource an invalid proof is a 401, like an invalid token (RFC 9449 §7.1, §9). */
export function refuseBearer(c: Context, refusal: Refusal): Response {
  return refuseMachine(c, refusal, proofErrors.has(refusal.refused) ? 401 : statusOf[refusal.refused])
}

export function answerMachine(body: Readonly<Record<string, unknown>>, status: 200 | 201 = 200): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' } })
}

/** RFC 6749 §5.2 for clients, RFC 6750 §3 for bearer tokens, RFC 9449 §7.1 for bound ones. */
function challengeOf(
  c: Context,
  { refused, description, scope }: Refusal,
  status: number,
): string | undefined {
  const realm = `realm="${c.var.issuer}"`
  if (refused === 'invalid_client') return `Basic ${realm}, charset="UTF-8"`
  const isAboutToken = refused === 'invalid_token' || refused === 'insufficient_scope'
  // The same refusals have the status 400 at the token endpoint.
  const isAboutProof = proofErrors.has(refused) && status === 401
  if (!isAboutToken && !isAboutProof) return undefined
  const needed = scope === undefined ? '' : `, scope="${scope}"`
  const said = `${realm}, error="${refused}", error_description="${description}"${needed}`
  const isDpop = isAboutProof || /^dpop /i.test(c.req.header('authorization') ?? '')
  return isDpop ? `DPoP ${said}, algs="${proofAlgorithms.join(' ')}"` : `Bearer ${said}`
}
