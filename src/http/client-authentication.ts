import type { Client } from '../protocol/client.ts'
import type { ClientCredentials } from '../protocol/client-credentials.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import { hashSecret, readSecret } from '../secrets/secret.ts'
import { type ClientSecret, listClientSecrets } from '../store/client-secrets.ts'
import { findClient } from '../store/clients.ts'

/** A client that proved who it is, as far as its type can. Only `authenticateClient` makes one. */
export interface AuthenticatedClient {
  readonly client: Client
  readonly [authenticated]: true
}
const authenticated = Symbol('authenticated')

/** What has to be read to authenticate; it travels in the same batch as what the grant needs. */
export function clientQueries(db: D1Database, clientId: string) {
  return { client: findClient(db, clientId), secrets: listClientSecrets(db, clientId) }
}

/** RFC 6749 §2.3, §3.2.1. One answer for an unknown client and a wrong secret. */
export function authenticateClient(
  credentials: ClientCredentials,
  known: { readonly client: Client | undefined; readonly secrets: readonly ClientSecret[] },
): AuthenticatedClient | Refusal {
  const { client } = known
  if (client === undefined) return failed('There is no such client')
  const proof: AuthenticatedClient = { client, [authenticated]: true }
  if (credentials.method === 'none') {
    // A client that can keep a secret has to show it.
    return client.type === 'public' ? proof : failed('A confidential client sent no secret')
  }
  if (client.type === 'public') return failed('A public client sent a secret')
  const secret = readSecret('client', credentials.secret)
  if (secret === undefined) return failed('The client secret has not the form of one')
  const { sha256 } = hashSecret(secret)
  return known.secrets.some(({ hash }) => hash.sha256 === sha256)
    ? proof
    : failed('The client secret is wrong')
}

function failed(reason: string): Refusal {
  return refuse('invalid_client', 'Client authentication failed', reason)
}
