import type { Seconds } from '../values/time.ts'
import type { Client } from './clients/client.ts'
import { assertionAlgorithms } from './clients/credentials.ts'

/** Ways to authenticate, as in `token_endpoint_auth_method`. RFC 8705 adds those with a certificate. */
export type AuthenticationMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'

/** How a token is bound to its sender: to a key (RFC 9449) or to a certificate (RFC 8705). */
export type SenderConstraint = 'dpop' | 'mtls'

/** The rules of a profile. Each is read by the check that it belongs to. */
export interface ProfileRules {
  readonly authentication: readonly AuthenticationMethod[]
  /** `aud` of a client assertion is the issuer alone, as a string. FAPI 2.0 §5.3.2.1. */
  readonly issuerAudience: boolean
  /** For every JWT of the client, and every JWT that it gets. FAPI 2.0 §5.4.1. */
  readonly algorithms: readonly string[]
  /** Every token is bound in one of these ways. Empty: bearer tokens are allowed. */
  readonly senderConstraints: readonly SenderConstraint[]
  /** Whether an administrator may exempt it from PKCE. */
  readonly pkceExceptions: boolean
  /** RFC 9126 §6. */
  readonly pushedOnly: boolean
  /** Whether `redirect_uri` must be sent even if only one is registered. FAPI 2.0 §5.3.2.2. */
  readonly sendsRedirectUri: boolean
  /** Whether it must name the API that it wants tokens for (RFC 8707), as MCP requires. */
  readonly namesResource: boolean
  /** The longest lifetime of its codes. Undefined: the server's. */
  readonly codeLifetime: Seconds | undefined
  /** FAPI 2.0 §5.3.2.1 forbids rotation: a bound token does not need it. */
  readonly rotatesRefreshTokens: boolean
  /** RFC 9101. */
  readonly signedRequests: boolean
  /** JARM. */
  readonly signedAnswers: boolean
  /** RFC 9701. */
  readonly signedIntrospection: boolean
}

const oauth: ProfileRules = {
  authentication: [
    'none',
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
  ],
  issuerAudience: false,
  algorithms: assertionAlgorithms,
  senderConstraints: [],
  pkceExceptions: false,
  pushedOnly: false,
  sendsRedirectUri: false,
  namesResource: false,
  codeLifetime: undefined,
  rotatesRefreshTokens: true,
  signedRequests: false,
  signedAnswers: false,
  signedIntrospection: false,
}

/** FAPI 2.0 Security Profile §5.3.2, §5.4.1. */
const fapi: ProfileRules = {
  ...oauth,
  authentication: ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'],
  issuerAudience: true,
  algorithms: ['PS256', 'ES256', 'EdDSA', 'Ed25519'],
  senderConstraints: ['dpop', 'mtls'],
  pushedOnly: true,
  sendsRedirectUri: true,
  codeLifetime: 60,
  rotatesRefreshTokens: false,
}

/** A row for each profile, from the least strict one on. */
export const profiles = {
  /** For clients that are older than PKCE: an administrator exempts each one. */
  'openid-older': { ...oauth, pkceExceptions: true },
  'oauth-2.1': oauth,
  mcp: { ...oauth, namesResource: true },
  'fapi-2.0': fapi,
  /** FAPI 2.0 Message Signing §5.3 to §5.5. */
  'fapi-2.0-signed': { ...fapi, signedRequests: true, signedAnswers: true, signedIntrospection: true },
} as const satisfies Readonly<Record<string, ProfileRules>>

export type ProfileName = keyof typeof profiles

// The table has exactly these keys.
export const profileNames = Object.keys(profiles) as readonly ProfileName[]

export function profileOf({ openid, type }: Pick<Client, 'openid' | 'type'>): ProfileName {
  const isExempt = openid.profile === 'oauth-2.1' && openid.pkceOptional && type === 'confidential'
  return isExempt ? 'openid-older' : openid.profile
}

/** The rules for one client: those of its profile and those that hold for every client of the server. */
export function rulesFor(client: Pick<Client, 'openid' | 'type'>, least: ProfileName): ProfileRules {
  return combinations[profileOf(client)][least]
}

/** The algorithms of JWTs of a client. `registered`: the only one that it registered. */
export function algorithmsOf(
  { algorithms }: ProfileRules,
  registered: string | undefined,
): readonly string[] {
  return algorithms.filter((alg) => registered === undefined || alg === registered)
}

/** Made once: every request asks for one of them. */
const combinations = eachProfile((one) => eachProfile((other) => bothRules(profiles[one], profiles[other])))

function eachProfile<T>(make: (name: ProfileName) => T): Readonly<Record<ProfileName, T>> {
  // It has a member for each name.
  return Object.fromEntries(profileNames.map((name) => [name, make(name)])) as Record<ProfileName, T>
}

/** The stricter of two rules, each. */
function bothRules(one: ProfileRules, other: ProfileRules): ProfileRules {
  const lifetimes = [one.codeLifetime, other.codeLifetime].filter((seconds) => seconds !== undefined)
  return {
    authentication: one.authentication.filter((method) => other.authentication.includes(method)),
    issuerAudience: one.issuerAudience || other.issuerAudience,
    algorithms: one.algorithms.filter((alg) => other.algorithms.includes(alg)),
    senderConstraints: one.senderConstraints.length === 0 ? other.senderConstraints : one.senderConstraints,
    pkceExceptions: one.pkceExceptions && other.pkceExceptions,
    pushedOnly: one.pushedOnly || other.pushedOnly,
    sendsRedirectUri: one.sendsRedirectUri || other.sendsRedirectUri,
    namesResource: one.namesResource || other.namesResource,
    codeLifetime: lifetimes.length === 0 ? undefined : Math.min(...lifetimes),
    rotatesRefreshTokens: one.rotatesRefreshTokens && other.rotatesRefreshTokens,
    signedRequests: one.signedRequests || other.signedRequests,
    signedAnswers: one.signedAnswers || other.signedAnswers,
    signedIntrospection: one.signedIntrospection || other.signedIntrospection,
  }
}

/** The requirements of a profile that people read, from its rules. */
export function requirementsOf(rules: ProfileRules) {
  const all = {
    pkce: !rules.pkceExceptions,
    resource: rules.namesResource,
    authentication: !rules.authentication.includes('none'),
    audience: rules.issuerAudience,
    algorithms: rules.algorithms.length < assertionAlgorithms.length,
    pushed: rules.pushedOnly,
    bound: rules.senderConstraints.length > 0,
    code: rules.codeLifetime !== undefined,
    refresh: !rules.rotatesRefreshTokens,
    signed: rules.signedRequests,
  }
  // Its keys are those that were just written.
  return (Object.keys(all) as readonly (keyof typeof all)[]).filter((name) => all[name])
}
