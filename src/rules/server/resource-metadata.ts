import type { Paths } from '../../paths.ts'
import { scopeOfUserinfo } from '../requests/scope.ts'

/** The metadata of an API, RFC 9728 §2. */
export interface ResourceMetadata {
  /** Clients compare it exactly (§3.3). */
  readonly resource: string
  readonly resource_name?: string
  readonly authorization_servers: readonly [string]
  readonly scopes_supported?: readonly string[]
  readonly bearer_methods_supported: readonly ('header' | 'body')[]
}

/** The metadata of our own userinfo endpoint. `offline_access` is for the authorization server, not for an API. */
export function userinfoMetadata(issuer: string, paths: Pick<Paths, 'userinfo'>): ResourceMetadata {
  return {
    resource: issuer + paths.userinfo,
    authorization_servers: [issuer],
    scopes_supported: scopeOfUserinfo,
    bearer_methods_supported: ['header', 'body'],
  }
}

export interface PublishedMetadata {
  readonly url: string
  readonly document: ResourceMetadata
}

/**
 * The metadata of a registered API, to be served at its own origin, and the URL where clients look for it (§3.1). Undefined for
 * an API whose identifier is not a URL. An empty list is left out (§3.2).
 */
export function apiMetadata(
  issuer: string,
  { identifier, name }: { readonly identifier: string; readonly name: string },
  scopes: readonly string[],
): PublishedMetadata | undefined {
  if (!/^https?:\/\//i.test(identifier)) return undefined
  const { origin, pathname, search } = new URL(identifier)
  const path = pathname === '/' ? '' : pathname
  return {
    url: `${origin}/.well-known/oauth-protected-resource${path}${search}`,
    document: {
      resource: identifier,
      resource_name: name,
      authorization_servers: [issuer],
      ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
      bearer_methods_supported: ['header'],
    },
  }
}
