import { type CertificateAuthentication, checkCertificateSubject } from '../../rules/clients/certificate.ts'
import { type Client, usesSecret } from '../../rules/clients/client.ts'
import type { ClientCredentials } from '../../rules/clients/credentials.ts'
import { suspensionOf } from '../../rules/clients/suspension.ts'
import { type AuthenticationMethod, algorithmsOf, type ProfileRules, rulesFor } from '../../rules/profile.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { certificatesOf } from '../../secrets/clients/certificates.ts'
import { readClientAssertion } from '../../secrets/clients/client-assertion.ts'
import { hashSecret, randomText, readSecret } from '../../secrets/secret.ts'
import { findPresentedClient, noteSecretUse, type PresentedClient } from '../../store/clients/secrets.ts'
import { hasChanged, type Query, read, write } from '../../store/database.ts'
import { claimAssertion } from '../../store/tokens/used-assertions.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'
import { presentedCertificate } from './certificate.ts'
import { clientKeySet, findInKeys } from './keys.ts'
import { findCurrent, isPublished } from './metadata-document.ts'

/** A client that authenticated, as far as its type can. Only `authenticateClient` creates one. */
export interface AuthenticatedClient {
  readonly client: Client
  readonly [authenticated]: true
}
const authenticated = Symbol('authenticated')

/**
 * The reads needed to authenticate; they travel in the same batch as those of the endpoint. `asksVersion`: of the scopes, in the
 * same statement.
 */
export function presentedClient(
  c: Context,
  credentials: ClientCredentials,
  asksVersion = false,
): Query<PresentedClient | undefined> {
  const secret = 'secret' in credentials ? readSecret('client', credentials.secret) : undefined
  const hash = secret && hashSecret(secret)
  return findPresentedClient(c.env.DB, credentials.clientId, hash, c.var.now, asksVersion)
}

/** RFC 6749 §2.3, §3.2.1. One answer for an unknown client and a wrong secret. */
export async function authenticateClient(
  c: Context,
  credentials: ClientCredentials,
  presented: PresentedClient | undefined,
): Promise<AuthenticatedClient | Refusal> {
  if (presented === undefined) return failed('Unknown client')
  const { client } = presented
  if (client.registeredBy === 'document' && !isPublished(c, client.id))
    return failed('The host of the metadata document is not allowed')
  const rules = rulesFor(client, c.var.config.leastProfile)
  const refusal = await checkCredentials(c, credentials, presented, rules)
  if (refusal !== undefined) return refusal
  // Only an authenticated client is told this.
  const method = client.openid.certificate?.method ?? credentials.method
  return suspensionOf(client) ?? checkMethod(method, rules) ?? { client, [authenticated]: true }
}

function checkMethod(method: AuthenticationMethod, { authentication }: ProfileRules) {
  return authentication.includes(method)
    ? undefined
    : refuse('invalid_client', `The profile of this application does not allow ${method}`)
}

async function checkCredentials(
  c: Context,
  credentials: ClientCredentials,
  { client, secret }: PresentedClient,
  rules: ProfileRules,
): Promise<Refusal | undefined> {
  const { certificate } = client.openid
  if (certificate !== undefined) {
    return credentials.method === 'none'
      ? checkCertificate(c, client, certificate)
      : failed('This client must authenticate with its certificate')
  }
  if (credentials.method === 'none') {
    // A client that can keep a secret must use it.
    if (client.type === 'public') return undefined
    return credentials.emptySecret
      ? refuse('invalid_client', 'The client secret is empty')
      : failed('A confidential client did not authenticate')
  }
  if (client.type === 'public') return failed('A public client sent credentials')
  if (credentials.method === 'private_key_jwt' && client.openid.keepsSecret)
    return failed('This client must authenticate with its secret')
  if (credentials.method === 'private_key_jwt') return checkAssertion(c, credentials.assertion, client, rules)
  if (!usesSecret(client)) return failed('This client must authenticate with private_key_jwt')
  return checkSecret(c, credentials.secret, client, secret)
}

/** RFC 8705 §2. The edge has verified that the client possesses the key of the certificate. */
async function checkCertificate(
  c: Context,
  { id, policy: { keys } }: Client,
  registered: CertificateAuthentication,
): Promise<Refusal | undefined> {
  const presented = presentedCertificate(c)
  if (presented === undefined) return failed('No client certificate was presented')
  if (registered.method === 'tls_client_auth') return checkCertificateSubject(registered, presented)
  if (keys === undefined) return failed('The client has no registered keys')
  try {
    const isRegistered = await findInKeys(c, id, keys, (set) =>
      certificatesOf(set).find((thumbprint) => thumbprint === presented.thumbprint),
    )
    return isRegistered !== undefined
      ? undefined
      : failed('The certificate is not among the keys of the client')
  } catch (error) {
    return failed(error instanceof Error ? error.message : 'The keys of the client could not be read')
  }
}

function checkSecret(
  c: Context,
  presented: string,
  client: Client,
  known: PresentedClient['secret'],
): Refusal | undefined {
  if (readSecret('client', presented) === undefined) return failed('Malformed client secret')
  if (known === undefined) return failed('The client secret is wrong')
  // To the hour, in the background.
  if (c.var.now - (known.lastUsedAt ?? 0) >= 3600) {
    const noted = write(c.env.DB, [noteSecretUse(c.env.DB, client.id, known.hash, c.var.now)], {})
    inBackground(c, 'note_secret_use', noted)
  }
  return undefined
}

/** RFC 7523 §3: signed by the client for this server, not expired, and never seen before. */
async function checkAssertion(
  c: Context,
  assertion: string,
  client: Client,
  rules: ProfileRules,
): Promise<Refusal | undefined> {
  const current = await findCurrent(c, client)
  if (typeof current === 'string')
    return refuse('temporarily_unavailable', 'The metadata document could not be read', current)
  const { keys } = current.policy
  if (keys === undefined) return failed('The client has no registered keys')
  const { issuer, paths, now } = c.var
  const accepted = {
    audiences: rules.issuerAudience ? [issuer] : [issuer, issuer + paths.token],
    mayBeList: client.openid.assertionAudienceList && !rules.issuerAudience,
    algorithms: algorithmsOf(rules, current.openid.assertionAlg),
  }
  const keySet = clientKeySet(c, client.id, keys)
  const once = await readClientAssertion(assertion, keySet, client.id, accepted, now)
  if (isRefusal(once)) return once
  const claim = claimAssertion(c.env.DB, client, once, randomText(16))
  const { mine } = await read(c.env.DB, { mine: hasChanged(claim) })
  return mine ? undefined : failed('The client assertion was already used')
}

function failed(reason: string): Refusal {
  return refuse('invalid_client', 'Client authentication failed', reason)
}
