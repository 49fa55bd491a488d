import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { callProblem, frameProblem } from '../../rules/callable-url.ts'
import { parseJwks } from '../../rules/clients/jwks.ts'
import type { Connection } from '../../rules/sign-in/connection.ts'
import {
  discoveryUrl,
  type ProviderMetadata,
  parseProviderMetadata,
} from '../../rules/sign-in/provider-metadata.ts'
import { Documents, type Reading } from '../documents.ts'
import type { CallFailure } from '../outgoing.ts'

/** The facts about this server that calls to a provider need. */
export type Calling = Omit<Reading, 'url' | 'client'>

/** `issuer`: its metadata is of another issuer, or names an address that can't be used. */
export type MetadataFailure = CallFailure | 'issuer'

/** For all connections, in this isolate. */
const metadata = new Documents<ProviderMetadata>('provider_metadata', parseProviderMetadata, {
  jsonOnly: true,
})
const keySets = new Documents<JWTVerifyGetKey>('provider_keys', (value) =>
  createLocalJWKSet(parseJwks(value)),
)

/** OpenID Connect Discovery §4.3: the document must be of exactly this issuer. `connectionId` is for the log. */
export async function readProviderMetadata(
  calling: Calling,
  issuer: string,
  connectionId: string,
): Promise<ProviderMetadata | MetadataFailure> {
  const url = discoveryUrl(issuer)
  const found = await metadata.read({ ...calling, url, client: connectionId })
  if (typeof found === 'string') return found
  const isUsable = found.issuer === issuer && hasUsableAddresses(found, calling.issuer)
  if (!isUsable) metadata.distrust(url)
  return isUsable ? found : 'issuer'
}

/** Whether we may call its endpoints, and the browser may visit it. `ownIssuer`: this server. */
export function hasUsableAddresses(provider: ProviderMetadata, ownIssuer: string): boolean {
  const { authorizationEndpoint, tokenEndpoint, jwksUri, userinfoEndpoint = tokenEndpoint } = provider
  return (
    frameProblem(authorizationEndpoint, ownIssuer) === undefined &&
    [tokenEndpoint, jwksUri, userinfoEndpoint].every((url) => callProblem(url, ownIssuer) === undefined)
  )
}

/** The keys of a provider, fetched again for an unknown one: it may have rotated them. Throws when there are none. */
export function providerKeys(calling: Calling, jwksUri: string, { id }: Connection): JWTVerifyGetKey {
  const reading = { ...calling, url: jwksUri, client: id }
  return async (header, token) => {
    const find = found(await keySets.read(reading))
    try {
      return await find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      return found(await keySets.reread(reading))(header, token)
    }
  }
}

function found(keys: JWTVerifyGetKey | CallFailure): JWTVerifyGetKey {
  if (typeof keys === 'string') throw new Error(`The keys of the provider: ${keys}`)
  return keys
}
