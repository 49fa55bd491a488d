import { type Problem, problem } from './problem.ts'

/** Claims of an access token, RFC 9068 §2.2. These were checked: each has the declared type. */
export interface Claims {
  readonly iss: string
  /** The person, or the application itself when it acts for itself. */
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly client_id: string
  /** Unix seconds. */
  readonly exp: number
  readonly iat?: number
  readonly jti?: string
  readonly scope?: string
  /** Unix seconds: when the person signed in. */
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  /** Access in detail, RFC 9396 §9.1: each item has the members of its type, which the API compares itself. */
  readonly authorization_details?: readonly AuthorizationDetail[]
  /** Key or certificate of the client, which were checked: RFC 9449 §6.1, RFC 8705 §3.1. */
  readonly cnf?: { readonly jkt?: string; readonly 'x5t#S256'?: string }
  /** From introspection only; a JWT does not have it. */
  readonly username?: string
  readonly [claim: string]: unknown
}

export interface AuthorizationDetail {
  readonly type: string
  readonly [member: string]: unknown
}

/** An access token that is valid for this API. */
export interface AccessToken {
  readonly claims: Claims
  readonly scopes: readonly string[]
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
const isTextsByName = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText)
const isDetails = (value: unknown) =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && isText(one?.type))
const isTexts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string')

const shapes: Readonly<Record<string, (value: unknown) => boolean>> = {
  iss: isText,
  sub: isText,
  aud: (value) => isText(value) || isTexts(value),
  client_id: isText,
  exp: isNumber,
  iat: isNumber,
  jti: isText,
  scope: (value) => typeof value === 'string',
  auth_time: isNumber,
  acr: isText,
  amr: isTexts,
  authorization_details: isDetails,
  cnf: isTextsByName,
  username: isText,
}

/** The claims that RFC 9068 §2.2 requires of a JWT, and those that an introspection answer must have. */
export const requiredOfJwt = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']
export const requiredOfAnswer = ['exp', 'aud', 'sub', 'client_id']

/** `told` comes from the issuer; its types are not checked yet. */
export function readClaims(
  told: Readonly<Record<string, unknown>>,
  required: readonly string[],
): AccessToken | Problem {
  for (const name of Object.keys(shapes)) {
    const value = told[name]
    if (value === undefined && required.includes(name))
      return problem('invalid_token', `The access token has no ${name}`)
    if (value !== undefined && !shapes[name]?.(value))
      return problem('invalid_token', `The ${name} of the access token is malformed`)
  }
  // The loop has checked each claim that the type names.
  const claims = told as Claims
  return { claims, scopes: claims.scope?.split(' ').filter((name) => name !== '') ?? [] }
}
