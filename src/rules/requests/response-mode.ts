import type { Parameters } from '../parameters.ts'

/**
 * How an answer reaches the client: in the query, in the fragment (OAuth 2.0 Multiple Response Types §2.1), or posted by a form
 * (OAuth 2.0 Form Post Response Mode §2).
 */
const ways = ['query', 'fragment', 'form_post'] as const
type Way = (typeof ways)[number]

/** Each plain, or as one signed parameter (JARM §2.3). `jwt` is the default way for a code: `query.jwt`. */
export const responseModes = [...ways, 'jwt', ...ways.map((way) => `${way}.jwt` as const)] as const

export interface ResponseMode {
  readonly way: Way
  readonly isSigned: boolean
}

/** The requested mode; `query`, the default for a code, when it is missing or unknown. */
export function responseModeOf(parameters: Parameters): ResponseMode {
  const asked = parameters.get('response_mode') ?? 'query'
  const way = ways.find((known) => asked === known || asked === `${known}.jwt`) ?? 'query'
  return { way, isSigned: asked === 'jwt' || asked === `${way}.jwt` }
}

/** The URL that carries the answer. A query in the registered URI is kept (RFC 6749 §3.1.2). */
export function answerLocation(uri: string, way: 'query' | 'fragment', answer: URLSearchParams): string {
  if (way === 'fragment') return `${uri}#${answer}`
  return `${uri}${uri.includes('?') ? '&' : '?'}${answer}`
}
