import type { Scope } from '../requests/scope.ts'
import type { Client } from './client.ts'
import { type Metadata, type MetadataProblem, parseMetadata } from './metadata.ts'

/** In bytes: draft-ietf-oauth-client-id-metadata-document-03 §8.7 recommends five kilobytes. */
export const longestMetadataDocument = 5 * 1024

/**
 * Whether a `client_id` is the URL of a metadata document (draft-ietf-oauth-client-id-metadata-document-03 §3): with a path,
 * and without credentials, fragment or dot segments. It is examined as text, since it is compared exactly and never normalised.
 * http is for loopback only; rules/callable-url.ts decides whether a URL may be called.
 */
export function isDocumentUrl(clientId: string): boolean {
  if (clientId.length > 500 || !/^https?:\/\/[^/?#@\\\s]+\/[^#\\\s]+$/.test(clientId)) return false
  if (!URL.canParse(clientId)) return false
  const [path = ''] = clientId.replace(/^https?:\/\/[^/]+/, '').split('?')
  return path.length > 1 && !path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))
}

/** The part of it that people are shown. */
export function documentHost(clientId: string): string {
  return new URL(clientId).host
}

/** Hosts that may publish clients, by the settings: an empty `allowed` means every host. A host includes its subdomains. */
export interface DocumentHosts {
  readonly allowed: readonly string[]
  readonly denied: readonly string[]
}

export function isAllowedHost(clientId: string, { allowed, denied }: DocumentHosts): boolean {
  const { hostname } = new URL(clientId)
  const isOf = (host: string) => hostname === host || hostname.endsWith(`.${host}`)
  return !denied.some(isOf) && (allowed.length === 0 || allowed.some(isOf))
}

/**
 * The client that a document describes (§4): its `client_id` is exactly the URL it was fetched from. It has no shared secret,
 * so it authenticates with its own key, or not at all (§4.1).
 */
export function parseMetadataDocument(
  document: unknown,
  template: Client,
  allowed: Scope,
  issuer: string,
): Metadata | { readonly problems: readonly MetadataProblem[] } {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return refused('client_id', 'is missing: the document is not a JSON object')
  const said: Readonly<Record<string, unknown>> = { token_endpoint_auth_method: 'none', ...document }
  if (said.client_id !== template.id) return refused('client_id', 'is not the URL of the document')
  if ('client_secret' in said || 'client_secret_expires_at' in said)
    return refused('client_secret', 'does not belong in a public document')
  // The profile of the server is checked at each request: the document is for all servers.
  const server = { issuer, mtlsHost: undefined, least: 'openid-older' } as const
  const parsed = parseMetadata(said, template, allowed, server)
  if ('problems' in parsed) return parsed
  return parsed.authMethod === 'none' || parsed.authMethod === 'private_key_jwt'
    ? parsed
    : refused('token_endpoint_auth_method', 'must be none or private_key_jwt')
}

function refused(field: string, description: string) {
  return { problems: [{ field, description }] }
}
