import { type Answer, json } from './answer.ts'
import type { Asked } from './credentials.ts'
import type { Settings } from './settings.ts'

/** The document that tells a client which server issues the tokens of this API, RFC 9728. */
export interface ResourceMetadata {
  readonly url: string
  /** The document, or a preflight for it; undefined when the request is for something else. */
  answer(asked: Pick<Asked, 'method' | 'url'>): Answer | undefined
}

const wellKnown = '/.well-known/oauth-protected-resource'

/** Undefined for an API without a URL as its name. */
export function resourceMetadata(
  settings: Settings,
  scopes: readonly string[],
): ResourceMetadata | undefined {
  const { resource, issuer, description, proofAlgorithms, checksCertificates, requireBound } = settings
  if (resource === undefined) return undefined
  const { origin, pathname, search } = new URL(resource)
  // §3.1: the well-known part goes between host and path.
  const path = wellKnown + (pathname === '/' ? '' : pathname)
  const supported = description.scopes_supported ?? scopes
  const document = JSON.stringify({
    ...description,
    // §3.3: a client compares it exactly.
    resource,
    authorization_servers: [issuer],
    // §3.2: members without a value are left out.
    scopes_supported: supported.length === 0 ? undefined : supported,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: proofAlgorithms.length === 0 ? undefined : proofAlgorithms,
    dpop_bound_access_tokens_required: (requireBound && !checksCertificates) || undefined,
    tls_client_certificate_bound_access_tokens: checksCertificates || undefined,
  })
  const open = { 'access-control-allow-origin': '*' }
  return {
    url: origin + path + search,
    answer({ method, url }) {
      if (!url.includes(wellKnown)) return undefined
      const [asked = '', query = ''] = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/)
      if (asked !== path || (search !== '' && `?${query}` !== search)) return undefined
      if (method === 'GET' || method === 'HEAD') {
        const body = method === 'GET' ? document : ''
        const headers = {
          ...open,
          'content-type': 'application/json',
          'cache-control': 'public, max-age=3600',
        }
        return { status: 200, headers, body }
      }
      if (method === 'OPTIONS') {
        const headers = {
          ...open,
          'access-control-allow-methods': 'GET',
          'access-control-allow-headers': '*',
        }
        return { status: 204, headers, body: '' }
      }
      return json(
        405,
        { error_description: 'Only GET is allowed here' },
        { ...open, allow: 'GET, HEAD, OPTIONS' },
      )
    },
  }
}
