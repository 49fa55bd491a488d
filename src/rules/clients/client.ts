import type { Lifetimes, Seconds } from '../../values/time.ts'
import type { Scope } from '../requests/scope.ts'
import { scopeOfNewClient } from '../requests/scope.ts'
import type { SigningAlgorithm } from '../server/signing-keys.ts'

/** A registered application. People read "application"; the code and the specifications say client (RFC 6749 §1.1). */
export interface Client {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly type: ClientType
  /** The main one: what kind of application it is. */
  readonly grantType: RegisteredGrantType
  /** What it may use besides (RFC 7591 §2 `grant_types` is a list). */
  readonly furtherGrantTypes: readonly RegisteredGrantType[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly policy: ClientPolicy
  readonly openid: ClientOpenid
  readonly createdAt: Seconds
  readonly updatedAt: Seconds
  /** While set: no new token, and none of its tokens is good. */
  readonly suspendedAt: Seconds | undefined
  /** While set it is suspended, since an administrator has to approve it first. */
  readonly approval: ClientApproval | undefined
  readonly trust: ClientTrust
  /** Unless it was a person at this server, nobody here knows who runs it. */
  readonly registeredBy: (typeof registrants)[number]
  /** To the hour. */
  readonly lastUsedAt: Seconds | undefined
}

/** What an administrator has said of a client that registered itself: nothing yet, or no. */
export const clientApprovals = ['waiting', 'refused'] as const
export type ClientApproval = (typeof clientApprovals)[number]

/** A person, the client itself (RFC 7591), or its metadata document. */
export const registrants = ['person', 'itself', 'document'] as const

/**
 * What an administrator says of who runs a client, from the least trust to the most: they know who it is, or it is the
 * operator's own, which is not asked about. It ends when somebody else changes what they looked at.
 */
export const clientTrusts = ['unverified', 'verified', 'first-party'] as const
export type ClientTrust = (typeof clientTrusts)[number]

/** RFC 6749 §2.1. */
export const clientTypes = ['confidential', 'public'] as const
export type ClientType = (typeof clientTypes)[number]

/** What the tutorial's form calls "Authorization grant type", one of these. */
export const registeredGrantTypes = ['authorization-code', 'client-credentials', 'device-code'] as const
export type RegisteredGrantType = (typeof registeredGrantTypes)[number]

/** RFC 8628 §3.4. */
export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** Which `grant_type` values of the token endpoint come with each. */
const grantTypesOf: Record<RegisteredGrantType, readonly string[]> = {
  'authorization-code': ['authorization_code', 'refresh_token'],
  'client-credentials': ['client_credentials'],
  'device-code': [deviceCodeGrant, 'refresh_token'],
}

type Granted = Pick<Client, 'grantType' | 'furtherGrantTypes'>

/** Whether a client is registered for a grant, as its main one or besides. */
export function isRegisteredFor(
  { grantType, furtherGrantTypes }: Granted,
  asked: RegisteredGrantType,
): boolean {
  return grantType === asked || furtherGrantTypes.includes(asked)
}

/** The `grant_type` values that a client may send to the token endpoint. */
export function grantTypesFor({ grantType, furtherGrantTypes }: Granted): readonly string[] {
  return [...new Set([grantType, ...furtherGrantTypes].flatMap((registered) => grantTypesOf[registered]))]
}

/** Whether people sign in with it. Otherwise it acts for itself alone. */
export function isForPeople(client: Granted): boolean {
  return isRegisteredFor(client, 'authorization-code') || isRegisteredFor(client, 'device-code')
}

/** JWT (RFC 9068), or opaque: then only we can read it, and an API has to ask us. */
export const accessTokenFormats = ['jwt', 'opaque'] as const
export type AccessTokenFormat = (typeof accessTokenFormats)[number]

/** How its tokens are. Where a lifetime is undefined, the server's applies. */
export interface ClientPolicy {
  /** What it may ask for. */
  readonly scope: Scope
  readonly accessTokenFormat: AccessTokenFormat
  readonly accessTokenLifetime: Seconds | undefined
  readonly refreshIdleLifetime: Seconds | undefined
  readonly refreshAbsoluteLifetime: Seconds | undefined
  /** Undefined: it authenticates with a secret. Otherwise with `private_key_jwt` alone (RFC 7523, OIDC Core §9). */
  readonly keys: ClientKeys | undefined
  /** It is from before APIs named the applications that may introspect their tokens, and may still look at every token. */
  readonly introspectsAll: boolean
}

/** The public keys that a client signs with: given, or fetched from where it publishes them. RFC 7591 §2. */
export type ClientKeys = { readonly jwks: string } | { readonly jwksUri: string }

export const defaultClientPolicy: ClientPolicy = {
  scope: scopeOfNewClient,
  accessTokenFormat: 'jwt',
  accessTokenLifetime: undefined,
  refreshIdleLifetime: undefined,
  refreshAbsoluteLifetime: undefined,
  keys: undefined,
  introspectsAll: false,
}

/** Whether it shows a secret: it can keep one, and doesn't sign with keys instead. */
export function usesSecret(client: Pick<Client, 'type' | 'policy'>): boolean {
  return client.type === 'confidential' && client.policy.keys === undefined
}

/** What OpenID Connect adds to a registration. Names as in OIDC Dynamic Client Registration §2. */
export interface ClientOpenid {
  readonly idTokenAlg: SigningAlgorithm
  /** Of access tokens for this server itself; an API says what it takes. RFC 9068 §2.1. */
  readonly accessTokenAlg: SigningAlgorithm
  /** Undefined: userinfo is JSON. */
  readonly userinfoAlg: SigningAlgorithm | undefined
  readonly subjectType: 'public' | 'pairwise'
  /** A host; undefined: that of its redirect URIs. */
  readonly sectorIdentifier: string | undefined
  /** OIDC Registration §2: the document there lists all its redirect URIs, so its host is the sector. */
  readonly sectorIdentifierUri: string | undefined
  /** The hosts of its redirect URIs have changed, and no administrator has looked at them since: it is a sector of its own. */
  readonly sectorMoved: boolean
  /** Older OpenID Connect clients know no PKCE. Confidential ones alone; off unless an administrator says so (RFC 9700 §2.1.1). */
  readonly pkceOptional: boolean
  /** Nobody gets in with one factor alone. */
  readonly needsTwoFactors: boolean
  /** Whether its assertions may name other servers beside this one, as older clients do. */
  readonly assertionAudienceList: boolean
  /** Whether the claims of its scopes stand in ID tokens too, for clients that never ask userinfo. */
  readonly claimsInIdToken: boolean
  /** Whether it gets refresh tokens at all (RFC 9700 §4.14 leaves it to the server). */
  readonly refreshTokens: boolean
  readonly backchannelLogoutUri: string | undefined
  readonly frontchannelLogoutUri: string | undefined
  readonly initiateLoginUri: string | undefined
}

export const defaultClientOpenid: ClientOpenid = {
  idTokenAlg: 'RS256',
  accessTokenAlg: 'ES256',
  userinfoAlg: undefined,
  subjectType: 'public',
  sectorIdentifier: undefined,
  sectorIdentifierUri: undefined,
  sectorMoved: false,
  pkceOptional: false,
  needsTwoFactors: false,
  assertionAudienceList: false,
  claimsInIdToken: false,
  refreshTokens: true,
  backchannelLogoutUri: undefined,
  frontchannelLogoutUri: undefined,
  initiateLoginUri: undefined,
}

export function lifetimesFor(policy: ClientPolicy, server: Lifetimes): Lifetimes {
  return {
    ...server,
    accessToken: policy.accessTokenLifetime ?? server.accessToken,
    refreshIdle: policy.refreshIdleLifetime ?? server.refreshIdle,
    refreshAbsolute: policy.refreshAbsoluteLifetime ?? server.refreshAbsolute,
  }
}
