import type { NamedProblem } from '../../values/problem.ts'
import type { Client } from './client.ts'

/** Limit of all addresses and keys of one client together. Even a full row survives a backup and restore. */
const mostClientBytes = 65_536

/** Limits per person. */
export interface Quotas {
  readonly applications: number
  /** For all applications of one person together, with their logos. */
  readonly applicationBytes: number
  readonly sessions: number
  readonly passkeys: number
  /** For one person at one application. */
  readonly authorizations: number
  /** Changes of one person per day, each of which is recorded. */
  readonly changes: number
}

/** Size of the settings that a developer decides, in UTF-8 bytes. */
export function clientBytes(client: Client): number {
  const { keys } = client.policy
  const texts = [
    client.name,
    ...client.redirectUris,
    ...client.postLogoutRedirectUris,
    ...client.allowedOrigins,
    ...client.policy.scope,
    keys === undefined ? '' : 'jwks' in keys ? keys.jwks : keys.jwksUri,
    client.openid.certificate?.method === 'tls_client_auth' ? client.openid.certificate.subjectDn : '',
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
