import type { Parameters } from '../parameters.ts'

/**
 * How an answer reaches the client: in the query, in the fragment (OAuth 2.0 Multiple Response Types §2.1), or posted by a form
 * (OAuth 2.0 Form Post Response Mode §2).
 */
export const responseModes = ['query', 'fragment', 'form_post'] as const
export type ResponseMode = (typeof responseModes)[number]

/** The requested mode; `query`, the default for a code, when it is missing or unknown. */
export function responseModeOf(parameters: Parameters): ResponseMode {
  const asked = parameters.get('response_mode')
  return responseModes.find((mode) => mode === asked) ?? 'query'
}

/** The URL that carries the answer. A query in the registered URI is kept (RFC 6749 §3.1.2). */
export function answerLocation(uri: string, mode: 'query' | 'fragment', answer: URLSearchParams): string {
  if (mode === 'fragment') return `${uri}#${answer}`
  return `${uri}${uri.includes('?') ? '&' : '?'}${answer}`
}
