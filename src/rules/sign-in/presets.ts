import type { ClaimNames, ConnectionKind, ProviderAuth, ProviderEndpoints } from './connection.ts'

/** The beginning of a new connection of a kind. */
export interface Preset {
  /** On its button; empty where only the administrator knows it. */
  readonly name: string
  /** Empty: typed. Undefined: plain OAuth 2. */
  readonly issuer: string | undefined
  readonly endpoints: ProviderEndpoints | undefined
  readonly method: ProviderAuth['method']
  readonly scope: string
  readonly claims: ClaimNames
}

/** The standard claims of OIDC Core §5.1. */
const openidClaims: ClaimNames = {
  subject: 'sub',
  username: 'preferred_username',
  name: 'name',
  email: 'email',
  emailVerified: 'email_verified',
  groups: undefined,
}

const openid: Preset = {
  name: '',
  issuer: '',
  endpoints: undefined,
  method: 'client_secret_basic',
  scope: 'openid profile email',
  claims: openidClaims,
}

export const presets: Readonly<Record<ConnectionKind, Preset>> = {
  github: {
    name: 'GitHub',
    issuer: undefined,
    endpoints: {
      authorization: 'https://github.com/login/oauth/authorize',
      token: 'https://github.com/login/oauth/access_token',
      user: 'https://api.github.com/user',
      emails: 'https://api.github.com/user/emails',
    },
    method: 'client_secret_post',
    scope: 'read:user user:email',
    claims: { ...openidClaims, subject: 'id', username: 'login' },
  },
  // Google has no claim with a username.
  google: {
    ...openid,
    name: 'Google',
    issuer: 'https://accounts.google.com',
    claims: { ...openidClaims, username: 'email' },
  },
  // Microsoft does not say whether an address is confirmed: a directory may contain any.
  microsoft: {
    ...openid,
    name: 'Microsoft',
    claims: { ...openidClaims, emailVerified: undefined, groups: 'groups' },
  },
  apple: {
    ...openid,
    name: 'Apple',
    issuer: 'https://appleid.apple.com',
    method: 'apple',
    scope: 'openid name email',
    claims: { ...openidClaims, username: 'email' },
  },
  gitlab: {
    ...openid,
    name: 'GitLab',
    issuer: 'https://gitlab.com',
    claims: { ...openidClaims, groups: 'groups' },
  },
  openid,
  oauth2: {
    name: '',
    issuer: undefined,
    endpoints: { authorization: '', token: '', user: '', emails: undefined },
    method: 'client_secret_basic',
    scope: '',
    claims: { ...openidClaims, subject: 'id', username: 'username', emailVerified: undefined },
  },
}

/** Microsoft identity platform, v2.0: each directory is an issuer of its own. */
export function microsoftIssuer(tenant: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant)
    ? `https://login.microsoftonline.com/${tenant.toLowerCase()}/v2.0`
    : undefined
}
