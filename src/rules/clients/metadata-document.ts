import type { Scope } from '../requests/scope.ts'
import type { Client } from './client.ts'
import { type Metadata, type MetadataProblem, parseMetadata } from './metadata.ts'

/** In bytes: draft-ietf-oauth-client-id-metadata-document-03 recommends five kilobytes. */
export const longestMetadataDocument = 5 * 1024

/**
 * Whether a `client_id` is the URL of a metadata document (draft-ietf-oauth-client-id-metadata-document-03 §3): with a path, and
 * without credentials, fragment or dot segments. Looked at as text, since it is compared to the letter and never normalised. http
 * is for loopback alone; whether a URL may be called is for rules/callable-url.ts to say.
 */
export function isDocumentUrl(clientId: string): boolean {
  if (clientId.length > 500 || !/^https?:\/\/[^/?#@\\\s]+\/[^#\\\s]+$/.test(clientId)) return false
  if (!URL.canParse(clientId)) return false
  const [path = ''] = clientId.replace(/^https?:\/\/[^/]+/, '').split('?')
  return path.length > 1 && !path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))
}

/** What people are shown of it. */
export function documentHost(clientId: string): string {
  return new URL(clientId).host
}

/** Which hosts may publish clients, as settings say: `allowed` empty is every host. A host stands for its subdomains, too. */
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
 * The client that a document describes (§4): its `client_id` is the URL it was fetched from, to the letter. It has no secret that
 * both sides know, so it authenticates by a key of its own, or not at all (§4.1).
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
  const parsed = parseMetadata(said, template, allowed, issuer)
  if ('problems' in parsed) return parsed
  return parsed.authMethod === 'none' || parsed.authMethod === 'private_key_jwt'
    ? parsed
    : refused('token_endpoint_auth_method', 'must be none or private_key_jwt')
}

function refused(field: string, description: string) {
  return { problems: [{ field, description }] }
}
