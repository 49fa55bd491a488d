import type { Connection } from '../../rules/sign-in/connection.ts'
import type { ProviderAttempt } from '../../rules/sign-in/provider-attempt.ts'
import type { Claims } from '../../rules/sign-in/provider-claims.ts'
import type { ProviderMetadata } from '../../rules/sign-in/provider-metadata.ts'
import { openProviderToken } from '../../secrets/sign-in/provider-id-token.ts'
import { authenticateAt } from '../../secrets/sign-in/provider-secret.ts'
import type { SigningKey } from '../../secrets/signing-key.ts'
import { isObject, parseJson } from '../../values/json.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import { callOut } from '../outgoing.ts'
import { type Calling, providerKeys } from './provider-documents.ts'

/** The endpoints of a provider: by its metadata, or by the settings of a plain OAuth 2 connection. */
export type Provider =
  | { readonly metadata: ProviderMetadata }
  | { readonly metadata: undefined; readonly endpoints: NonNullable<Connection['settings']['endpoints']> }

/** The claims of a person from their provider. */
export interface ProviderAnswer {
  /** The claims of the ID token, and those of the user endpoint. */
  readonly claims: Claims
  /** Those of the ID token alone: facts about the sign-in. Empty for plain OAuth 2. */
  readonly signIn: Claims
  /** As it came, for signing out there. */
  readonly idToken: string | undefined
}

/** `unreachable`: it can't be reached, or does not answer in time. `refused`: it does not accept the code. */
export type AnswerFault = { readonly fault: 'unreachable' | 'refused' | 'invalid'; readonly reason: string }

export interface Asking {
  readonly calling: Calling
  readonly ring: KeyRing
  /** Our current signing key, for `private_key_jwt`. */
  readonly signer: () => Promise<SigningKey>
  readonly redirectUri: string
}

/** In bytes. */
const longestAnswer = 65_536

/** Redeems a code and verifies the answer. The access token is used for nothing else, and kept nowhere. */
export async function readProviderAnswer(
  asking: Asking,
  connection: Connection,
  provider: Provider,
  attempt: ProviderAttempt,
  code: string,
): Promise<ProviderAnswer | AnswerFault> {
  const redeemed = await redeem(asking, connection, provider, attempt, code)
  if ('fault' in redeemed) return redeemed
  const { tokens } = redeemed
  const { access_token: accessToken } = tokens
  const access = typeof accessToken === 'string' ? accessToken : undefined
  return provider.metadata === undefined
    ? readUser(asking, connection, provider.endpoints, access)
    : readOpenid(asking, connection, provider.metadata, attempt, { ...tokens, access })
}

type TokenAnswer = Readonly<Record<string, unknown>>

/** RFC 6749 §4.1.3, RFC 7636 §4.5. */
async function redeem(
  { calling, ring, signer, redirectUri }: Asking,
  connection: Connection,
  provider: Provider,
  { verifier }: ProviderAttempt,
  code: string,
): Promise<{ readonly tokens: TokenAnswer } | AnswerFault> {
  const url = provider.metadata?.tokenEndpoint ?? endpointsOf(provider).token
  const { headers, parameters } = await authenticateAt(ring, connection, url, signer, calling.now)
  const called = await callOut({
    url,
    issuer: calling.issuer,
    method: 'POST',
    headers: { Accept: 'application/json', ...headers },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...parameters,
    }),
    longest: longestAnswer,
    about: { call: 'provider_token', client: connection.id },
  })
  if (!called.ok) {
    const isRefused = called.status !== undefined && called.status >= 400 && called.status < 500
    return fault(isRefused ? 'refused' : 'unreachable', `token endpoint: ${called.failure}`)
  }
  const answer = jsonOf(called.body)
  if (!isObject(answer)) return fault('invalid', 'The token endpoint did not answer with a JSON object')
  // GitHub answers 200 to an invalid code.
  return 'error' in answer
    ? fault('refused', 'The token endpoint answered with an error')
    : { tokens: answer }
}

function endpointsOf(provider: Provider) {
  if (provider.metadata !== undefined) throw new Error('An OpenID provider has metadata')
  return provider.endpoints
}

async function readOpenid(
  asking: Asking,
  connection: Connection,
  metadata: ProviderMetadata,
  { nonce }: ProviderAttempt,
  { id_token: idToken, access }: TokenAnswer & { readonly access: string | undefined },
): Promise<ProviderAnswer | AnswerFault> {
  const { calling } = asking
  if (typeof idToken !== 'string') return fault('invalid', 'There is no ID token')
  const keys = providerKeys(calling, metadata.jwksUri, connection)
  const expected = { issuer: metadata.issuer, clientId: connection.clientId, nonce, accessToken: access }
  const signIn = await openProviderToken(idToken, keys, expected, calling.now)
  if (typeof signIn === 'string') return fault('invalid', `ID token: ${signIn}`)
  const { userinfoEndpoint: url } = metadata
  if (url === undefined || access === undefined || hasAll(connection, signIn))
    return { claims: signIn, signIn, idToken }
  const user = await readJson(asking, connection, url, access)
  if (!isObject(user)) return unreadable(user)
  // OIDC Core §5.3.2: the answer may be about somebody else.
  if (user.sub !== signIn.sub) return fault('invalid', 'sub of userinfo is another than that of the ID token')
  return { claims: { ...user, ...signIn }, signIn, idToken }
}

/** Whether the ID token says everything that the connection maps: then nothing more is asked. */
function hasAll({ settings }: Connection, claims: Claims): boolean {
  const { username, name, email, groups } = settings.claims
  return [username, name, email, ...(groups === undefined ? [] : [groups])].every(
    (path) => Object.hasOwn(claims, path) || Object.hasOwn(claims, path.split('.')[0] ?? ''),
  )
}

/** Plain OAuth 2: an endpoint answers with the user, another one, at GitHub, with the addresses. */
async function readUser(
  asking: Asking,
  connection: Connection,
  { user: url, emails }: NonNullable<Connection['settings']['endpoints']>,
  access: string | undefined,
): Promise<ProviderAnswer | AnswerFault> {
  if (access === undefined) return fault('invalid', 'There is no access token')
  const user = await readJson(asking, connection, url, access)
  if (!isObject(user)) return unreadable(user)
  if (emails === undefined) return { claims: user, signIn: {}, idToken: undefined }
  const listed = await readJson(asking, connection, emails, access)
  if (!Array.isArray(listed)) return unreadable(listed)
  const primary = listed.filter(isObject).find((one) => one.primary === true)
  const claims = { ...user, email: primary?.email, email_verified: primary?.verified }
  return { claims, signIn: {}, idToken: undefined }
}

/** JSON, or why it could not be read. */
async function readJson(
  { calling }: Asking,
  { id }: Connection,
  url: string,
  access: string,
): Promise<unknown> {
  const called = await callOut({
    url,
    issuer: calling.issuer,
    // GitHub refuses a request without a user agent.
    headers: { Accept: 'application/json', Authorization: `Bearer ${access}`, 'User-Agent': 'Latchkey' },
    longest: longestAnswer,
    about: { call: 'provider_user', client: id },
  })
  return called.ok ? jsonOf(called.body) : called.failure
}

function jsonOf(body: Uint8Array): unknown {
  return parseJson(new TextDecoder().decode(body))
}

function unreadable(answer: unknown): AnswerFault {
  const isAway = answer === 'unreachable' || answer === 'timeout'
  return fault(isAway ? 'unreachable' : 'invalid', 'The user endpoint did not answer with JSON')
}

function fault(fault: AnswerFault['fault'], reason: string): AnswerFault {
  return { fault, reason }
}
