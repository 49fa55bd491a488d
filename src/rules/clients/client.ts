import type { Lifetimes, Seconds } from '../../values/time.ts'
import type { Encryptions } from '../encryption.ts'
import type { Scope } from '../requests/scope.ts'
import { scopeOfNewClient } from '../requests/scope.ts'
import type { SigningAlgorithm } from '../server/signing-keys.ts'
import type { CertificateAuthentication } from './certificate.ts'

/** A registered application. People read "application"; the code and the specifications say client (RFC 6749 §1.1). */
export interface Client {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly type: ClientType
  /** The main grant: it decides the kind of application. */
  readonly grantType: RegisteredGrantType
  /** Other grants that it may use (RFC 7591 §2 `grant_types` is a list). */
  readonly furtherGrantTypes: readonly RegisteredGrantType[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly policy: ClientPolicy
  readonly openid: ClientOpenid
  readonly createdAt: Seconds
  readonly updatedAt: Seconds
  /** While set, the client gets no new token, and none of its tokens is valid. */
  readonly suspendedAt: Seconds | undefined
  /** Set while it is suspended until an administrator approves it. */
  readonly approval: ClientApproval | undefined
  readonly trust: ClientTrust
  /** Unless a person at this server registered it, nobody here knows who runs it. */
  readonly registeredBy: (typeof registrants)[number]
  /** To the hour. */
  readonly lastUsedAt: Seconds | undefined
}

/** The decision of an administrator about a client that registered itself: still open, or refused. */
export const clientApprovals = ['waiting', 'refused'] as const
export type ClientApproval = (typeof clientApprovals)[number]

/** Registered by a person, by the client itself (RFC 7591), or by its metadata document. */
export const registrants = ['person', 'itself', 'document'] as const

/**
 * How far an administrator trusts a client, in ascending order: the people behind it are known, or it is the operator's own,
 * which needs no consent. Trust ends when anybody else changes what the administrator reviewed.
 */
export const clientTrusts = ['unverified', 'verified', 'first-party'] as const
export type ClientTrust = (typeof clientTrusts)[number]

/** RFC 6749 §2.1. */
export const clientTypes = ['confidential', 'public'] as const
export type ClientType = (typeof clientTypes)[number]

/** The values of "Authorization grant type" in the tutorial's form. */
export const registeredGrantTypes = [
  'authorization-code',
  'client-credentials',
  'device-code',
  'backchannel',
] as const
export type RegisteredGrantType = (typeof registeredGrantTypes)[number]

/** RFC 8628 §3.4. */
export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** OpenID Connect CIBA Core §10.1. */
export const backchannelGrant = 'urn:openid:params:grant-type:ciba'

/** The `grant_type` values of the token endpoint that each one includes. */
const grantTypesOf: Record<RegisteredGrantType, readonly string[]> = {
  'authorization-code': ['authorization_code', 'refresh_token'],
  'client-credentials': ['client_credentials'],
  'device-code': [deviceCodeGrant, 'refresh_token'],
  backchannel: [backchannelGrant, 'refresh_token'],
}

type Granted = Pick<Client, 'grantType' | 'furtherGrantTypes'>

/** Whether a client is registered for a grant, as its main one or a further one. */
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

/** Whether people sign in with it. Otherwise it acts only for itself. */
export function isForPeople(client: Granted): boolean {
  return [client.grantType, ...client.furtherGrantTypes].some((grant) => grant !== 'client-credentials')
}

/** JWT (RFC 9068), or opaque: only this server can read an opaque one, and an API has to introspect it. */
export const accessTokenFormats = ['jwt', 'opaque'] as const
export type AccessTokenFormat = (typeof accessTokenFormats)[number]

/** Settings of its tokens. An undefined lifetime is the server's. */
export interface ClientPolicy {
  /** The scopes it may request. */
  readonly scope: Scope
  readonly accessTokenFormat: AccessTokenFormat
  readonly accessTokenLifetime: Seconds | undefined
  readonly refreshIdleLifetime: Seconds | undefined
  readonly refreshAbsoluteLifetime: Seconds | undefined
  /**
   * Undefined: it has none. Unless it keeps its secret, it authenticates with them: `private_key_jwt` (RFC 7523, OIDC Core §9),
   * or by its certificate.
   */
  readonly keys: ClientKeys | undefined
  /** It is older than the lists of applications that may introspect tokens of an API, and may still introspect every token. */
  readonly introspectsAll: boolean
}

/** The public keys of a client: registered, or fetched from its jwks_uri. RFC 7591 §2. */
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

/** Whether it authenticates with a secret: it can keep one, and does not authenticate with keys or a certificate instead. */
export function usesSecret({ type, policy, openid }: Pick<Client, 'type' | 'policy' | 'openid'>): boolean {
  const authenticatesWithKeys = policy.keys !== undefined && !openid.keepsSecret
  return type === 'confidential' && !authenticatesWithKeys && openid.certificate === undefined
}

/** The profiles that can be chosen: `openid-older` is a consequence of the exception from PKCE. Their rules: rules/profile.ts. */
export const chosenProfiles = ['oauth-2.1', 'mcp', 'fapi-2.0', 'fapi-2.0-signed'] as const
export type ChosenProfile = (typeof chosenProfiles)[number]

/** The settings that OpenID Connect adds to a registration. Names as in OIDC Dynamic Client Registration §2. */
export interface ClientOpenid {
  /** The rules that it follows. */
  readonly profile: ChosenProfile
  readonly idTokenAlg: SigningAlgorithm
  /** For access tokens of this server itself; an API names its own algorithm. RFC 9068 §2.1. */
  readonly accessTokenAlg: SigningAlgorithm
  /** Undefined: userinfo is JSON. */
  readonly userinfoAlg: SigningAlgorithm | undefined
  readonly subjectType: 'public' | 'pairwise'
  /** A host; undefined: the host of its redirect URIs. */
  readonly sectorIdentifier: string | undefined
  /** OIDC Registration §5: its document lists all redirect URIs, so its host is the sector. */
  readonly sectorIdentifierUri: string | undefined
  /** The hosts of its redirect URIs have changed, and no administrator has reviewed them since: it is a sector of its own. */
  readonly sectorMoved: boolean
  /**
   * Older OpenID Connect clients don't know PKCE. For confidential clients only; off unless an administrator allows it (RFC
   * 9700 §2.1.1).
   */
  readonly pkceOptional: boolean
  /** Nobody can sign in with one factor. */
  readonly needsTwoFactors: boolean
  /** Whether it authenticates with a secret although it has keys: they only sign its requests (RFC 9101 §10.5). */
  readonly keepsSecret: boolean
  /** The only algorithm of its assertions; undefined: any that is supported. */
  readonly assertionAlg: string | undefined
  /** Whether its assertions may name other servers beside this one, as those of older clients do. */
  readonly assertionAudienceList: boolean
  /** The only algorithm of its request objects; undefined: any that is supported. RFC 9101 §10.5. */
  readonly requestObjectAlg: string | undefined
  /** It signs its backchannel authentication requests, with this algorithm. CIBA Core §4. */
  readonly backchannelRequestAlg: string | undefined
  /** Whether it must sign its authorization requests. RFC 9101 §10.5. */
  readonly signedOnly: boolean
  /** For signed answers (JARM §3). */
  readonly authorizationAlg: SigningAlgorithm
  /** For signed introspection (RFC 9701 §6). */
  readonly introspectionAlg: SigningAlgorithm
  /** Answers that are encrypted for it after they were signed, and how it may encrypt its requests. */
  readonly encryption: Encryptions
  /** Whether it must push its authorization requests. RFC 9126 §6. */
  readonly pushedOnly: boolean
  /** Whether all of its tokens are bound to a key. RFC 9449 §5.2. */
  readonly dpopBound: boolean
  /** How it authenticates by a TLS certificate. Undefined: it does not. RFC 8705 §2. */
  readonly certificate: CertificateAuthentication | undefined
  /** Types of authorization details that an administrator allows it to request. RFC 9396 §10. */
  readonly detailTypes: readonly string[]
  /** Whether all of its access tokens are bound to its certificate. RFC 8705 §3.4. */
  readonly certificateBound: boolean
  /** Whether ID tokens also contain the claims of its scopes, for clients that never call userinfo. */
  readonly claimsInIdToken: boolean
  /** Whether it gets refresh tokens at all (RFC 9700 §4.14 leaves it to the server). */
  readonly refreshTokens: boolean
  /** An administrator chose the scopes of a client that publishes a document: the document adds none. */
  readonly scopeIsChosen: boolean
  readonly backchannelLogoutUri: string | undefined
  readonly frontchannelLogoutUri: string | undefined
  readonly initiateLoginUri: string | undefined
}

export const defaultClientOpenid: ClientOpenid = {
  profile: 'oauth-2.1',
  idTokenAlg: 'RS256',
  accessTokenAlg: 'ES256',
  userinfoAlg: undefined,
  subjectType: 'public',
  sectorIdentifier: undefined,
  sectorIdentifierUri: undefined,
  sectorMoved: false,
  pkceOptional: false,
  needsTwoFactors: false,
  keepsSecret: false,
  assertionAlg: undefined,
  assertionAudienceList: false,
  requestObjectAlg: undefined,
  backchannelRequestAlg: undefined,
  signedOnly: false,
  authorizationAlg: 'RS256',
  introspectionAlg: 'RS256',
  encryption: {},
  pushedOnly: false,
  dpopBound: false,
  certificate: undefined,
  certificateBound: false,
  detailTypes: [],
  claimsInIdToken: false,
  refreshTokens: true,
  scopeIsChosen: false,
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

/** The filters of a list of applications. */
export const clientFilters = ['confidential', 'public', 'trusted', 'suspended', 'unused'] as const
export type ClientFilter = (typeof clientFilters)[number]
