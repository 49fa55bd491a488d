import type { Seconds } from '../../values/time.ts'
import type { Role } from '../people/role.ts'

/** The presets of the form. `openid`: any OpenID provider. `oauth2`: any OAuth 2 server with an endpoint that names the user. */
export const connectionKinds = [
  'github',
  'google',
  'microsoft',
  'apple',
  'gitlab',
  'openid',
  'oauth2',
] as const
export type ConnectionKind = (typeof connectionKinds)[number]

/**
 * The people who may create an account by a connection. `invited`: with an invitation, or to an invited address that counts as
 * confirmed. `domains`: with such an address in one of its domains.
 */
export const signUpRules = ['nobody', 'invited', 'domains', 'everybody'] as const
export type SignUpRule = (typeof signUpRules)[number]

/** How we authenticate at the provider's token endpoint. `apple`: an ES256 JWT made with the key of a team is the secret. */
export type ProviderAuth =
  | { readonly method: 'client_secret_basic' | 'client_secret_post' }
  | { readonly method: 'private_key_jwt' }
  | { readonly method: 'apple'; readonly teamId: string; readonly keyId: string }

/** Endpoints of a provider without discovery. */
export interface ProviderEndpoints {
  readonly authorization: string
  readonly token: string
  /** Answers with the user, as JSON. */
  readonly user: string
  /** GitHub tells which addresses are confirmed at an endpoint of their own. */
  readonly emails: string | undefined
}

/** Names of the provider's claims: a path of members, separated by dots. */
export interface ClaimNames {
  readonly subject: string
  readonly username: string
  readonly name: string
  readonly email: string
  /** Undefined: the provider does not say. */
  readonly emailVerified: string | undefined
  readonly groups: string | undefined
}

/** A value of the provider's groups, and the group or role that it gives here. */
export interface Mapped<To> {
  readonly from: string
  readonly to: To
}

export interface ConnectionSettings {
  /** Only without an issuer. */
  readonly endpoints: ProviderEndpoints | undefined
  readonly auth: ProviderAuth
  /** Requested from the provider, separated by spaces. */
  readonly scope: string
  readonly claims: ClaimNames
  readonly signUp: SignUpRule
  /** For the rule `domains`, in lower case. */
  readonly signUpDomains: readonly string[]
  /** Whether an address that the provider calls confirmed counts as confirmed here. */
  readonly believesEmail: boolean
  /** Whether its `acr` and `amr` are passed on. */
  readonly believesAcr: boolean
  readonly groups: readonly Mapped<string>[]
  readonly roles: readonly Mapped<Role>[]
}

/** A provider that people may sign in with, as an administrator registered it. */
export interface Connection {
  /** In its URLs. */
  readonly id: string
  readonly kind: ConnectionKind
  /** On its button. */
  readonly name: string
  /** Place of its button, from 0. */
  readonly position: number
  /** OpenID Connect Discovery §4: undefined for plain OAuth 2. */
  readonly issuer: string | undefined
  readonly clientId: string
  /** Encrypted under the key-encryption secret; undefined with `private_key_jwt`. */
  readonly sealedSecret: string | undefined
  readonly settings: ConnectionSettings
  readonly createdAt: Seconds
  readonly updatedAt: Seconds
  readonly suspendedAt: Seconds | undefined
}

/** Of a new OpenID connection. Nothing that the provider says is believed. */
export const defaultSettings: ConnectionSettings = {
  endpoints: undefined,
  auth: { method: 'client_secret_basic' },
  scope: 'openid profile email',
  claims: {
    subject: 'sub',
    username: 'preferred_username',
    name: 'name',
    email: 'email',
    emailVerified: 'email_verified',
    groups: undefined,
  },
  signUp: 'nobody',
  signUpDomains: [],
  believesEmail: false,
  believesAcr: false,
  groups: [],
  roles: [],
}
