import type { NamedProblem } from '../../values/problem.ts'
import type { Client } from './client.ts'

/** All addresses and keys of one client together. A row of it goes through a backup and back, however full it is. */
export const mostClientBytes = 65_536

/** What a person may own. */
export interface Quotas {
  readonly applications: number
  /** Of all applications of one person together, with their logos. */
  readonly applicationBytes: number
  readonly sessions: number
  readonly passkeys: number
  /** Of one person at one application. */
  readonly authorizations: number
  /** Of one person in a day, each of which is noted. */
  readonly changes: number
}

/** How large what a developer decides about a client is, in UTF-8. */
export function clientBytes(client: Client): number {
  const { keys } = client.policy
  const texts = [
    client.name,
    ...client.redirectUris,
    ...client.postLogoutRedirectUris,
    ...client.allowedOrigins,
    ...client.policy.scope,
    keys === undefined ? '' : 'jwks' in keys ? keys.jwks : keys.jwksUri,
    client.openid.sectorIdentifier ?? '',
    client.openid.sectorIdentifierUri ?? '',
    client.openid.backchannelLogoutUri ?? '',
    client.openid.frontchannelLogoutUri ?? '',
    client.openid.initiateLoginUri ?? '',
  ]
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}

/** Whether one client alone is too large. */
export function clientSizeProblem(client: Client): NamedProblem | undefined {
  const bytes = clientBytes(client)
  if (bytes <= mostClientBytes) return undefined
  return { code: 'clientLarge', size: Math.ceil(bytes / 1024), most: mostClientBytes / 1024 }
}
