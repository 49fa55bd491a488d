import * as z from 'zod/mini'
import { once } from '../../values/once.ts'

/** OpenID Connect Discovery §3, as far as signing in needs it. */
export interface ProviderMetadata {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly userinfoEndpoint: string | undefined
  readonly jwksUri: string
  readonly endSessionEndpoint: string | undefined
  /** RFC 9207 §3: its answers name the issuer. */
  readonly answersIssuer: boolean
  /** RFC 8414 §2; undefined: it does not say. */
  readonly pkceMethods: readonly string[] | undefined
  readonly signsOut: boolean
}

const document = once(() =>
  z.object({
    issuer: z.string(),
    authorization_endpoint: z.string(),
    token_endpoint: z.string(),
    userinfo_endpoint: z.optional(z.string()),
    jwks_uri: z.string(),
    end_session_endpoint: z.optional(z.string()),
    authorization_response_iss_parameter_supported: z.optional(z.boolean()),
    code_challenge_methods_supported: z.optional(z.array(z.string())),
    backchannel_logout_supported: z.optional(z.boolean()),
  }),
)

/** Discovery §4: the path is added to the issuer without its last slash. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** Throws for a document that is not one of an OpenID provider. */
export function parseProviderMetadata(value: unknown): ProviderMetadata {
  const said = document().parse(value)
  return {
    issuer: said.issuer,
    authorizationEndpoint: said.authorization_endpoint,
    tokenEndpoint: said.token_endpoint,
    userinfoEndpoint: said.userinfo_endpoint,
    jwksUri: said.jwks_uri,
    endSessionEndpoint: said.end_session_endpoint,
    answersIssuer: said.authorization_response_iss_parameter_supported ?? false,
    pkceMethods: said.code_challenge_methods_supported,
    signsOut: said.backchannel_logout_supported ?? false,
  }
}
