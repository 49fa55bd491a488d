import type { Scheme } from './credentials.ts'
import type { Needs } from './options.ts'
import { type Problem, statusFor } from './problem.ts'
import { pause } from './remote.ts'
import type { Settings } from './settings.ts'

/** An answer of the guard itself, for any kind of server to send. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body === '' ? null : body, { status, headers })
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>>): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

interface Where {
  /** The scheme of the request. */
  readonly scheme: Scheme
  readonly settings: Settings
  readonly metadataUrl: string | undefined
}

/** RFC 6750 §3, with `resource_metadata` of RFC 9728 §5.1 and the parameters of RFC 9470 §3. */
export function refusal(problem: Problem, needs: Needs, where: Where): Answer {
  const { error, description: error_description } = problem
  const body = error === undefined ? { error_description } : { error, error_description }
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (error === 'temporarily_unavailable') headers['retry-after'] = String(pause)
  else headers['www-authenticate'] = challenge(problem, needs, where)
  if (problem.nonce !== undefined) headers['dpop-nonce'] = problem.nonce
  return json(statusFor(problem), body, headers)
}

function challenge(
  { error, description }: Problem,
  { scopes = [], acrValues, maxAge }: Needs,
  { scheme, settings, metadataUrl: resource_metadata }: Where,
): string {
  const stepUp = error === 'insufficient_user_authentication'
  const parameters = {
    realm: settings.audience,
    error,
    error_description: error && description,
    scope: scopes.length === 0 ? undefined : scopes.join(' '),
    acr_values: stepUp ? acrValues?.join(' ') : undefined,
    max_age: stepUp ? maxAge : undefined,
    resource_metadata,
  }
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${quotable(String(value))}"`],
  )
  // RFC 9449 §7.1, §7.2: the algorithms of proofs; both schemes where both work, and the failed one alone for a proof.
  const { proofAlgorithms, requireBound, checksCertificates } = settings
  if (proofAlgorithms.length === 0) return `Bearer ${written.join(', ')}`
  const algs = `algs="${proofAlgorithms.join(' ')}"`
  const isDpop = scheme === 'DPoP' || (requireBound && !checksCertificates)
  return isDpop ? `DPoP ${[...written, algs].join(', ')}` : `Bearer ${written.join(', ')}, DPoP ${algs}`
}

/** RFC 6750 §3 allows only ASCII without quotes and backslashes in a value. */
function quotable(text: string): string {
  return text.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, ' ')
}
