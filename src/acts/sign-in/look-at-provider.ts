import {
  discoveryUrl,
  type ProviderMetadata,
  parseProviderMetadata,
} from '../../rules/sign-in/provider-metadata.ts'
import { callOut } from '../outgoing.ts'
import { hasUsableAddresses } from './provider-documents.ts'

/** In bytes. */
const longest = 65_536

/** The metadata of a provider as an administrator sees it: read now, without a cache. */
export type Looked =
  | { readonly metadata: ProviderMetadata }
  /** The name that it gives itself, if that is the problem: OIDC Discovery §4.3 requires the same one. */
  | { readonly metadata: undefined; readonly otherIssuer: string | undefined }

export async function lookAtProvider(provider: string, ownIssuer: string): Promise<Looked> {
  const called = await callOut({
    url: discoveryUrl(provider),
    issuer: ownIssuer,
    headers: { Accept: 'application/json' },
    longest,
    about: { call: 'provider_metadata' },
  })
  const nothing = { metadata: undefined, otherIssuer: undefined }
  if (!called.ok) return nothing
  try {
    const metadata = parseProviderMetadata(JSON.parse(new TextDecoder().decode(called.body)))
    if (metadata.issuer !== provider) return { ...nothing, otherIssuer: metadata.issuer }
    return hasUsableAddresses(metadata, ownIssuer) ? { metadata } : nothing
  } catch {
    return nothing
  }
}
