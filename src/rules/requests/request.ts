import type { Seconds } from '../../values/time.ts'
import type { Client } from '../clients/client.ts'
import type { Parameters } from '../parameters.ts'
import { isRefusal, type Refusal, refuse } from '../refusal.ts'
import type { ClaimsRequest } from './claims-request.ts'
import { type CodeChallenge, parseCodeChallenge } from './pkce.ts'
import { matchRedirectUri, type RegisteredRedirectUri } from './redirect-uri.ts'
import { type ResponseMode, responseModeOf, responseModes } from './response-mode.ts'
import { parseScope, type Scope } from './scope.ts'

/** Where an answer may be sent: known before the rest of the request is looked at. */
export interface Destination {
  readonly redirectUri: RegisteredRedirectUri
  /** Whether the request named it. Then the token request must repeat it (RFC 6749 §4.1.3). */
  readonly sent: boolean
  readonly state: string | undefined
  readonly mode: ResponseMode
}

export interface AuthorizationRequest {
  /** Undefined: the default. */
  readonly scope: Scope | undefined
  readonly codeChallenge: CodeChallenge | undefined
  readonly prompt: ReadonlySet<Prompt>
  /** Sign-in must not be older, in seconds. OIDC Core §3.1.2.1. */
  readonly maxAge: Seconds | undefined
  readonly nonce: string | undefined
  /** In order of preference. */
  readonly acrValues: readonly string[]
  readonly claims: ClaimsRequest
  /** A token of ours that says whom the client means; whether it is one is looked at later. */
  readonly idTokenHint: string | undefined
}

/** OIDC Core §3.1.2.1. */
export const prompts = ['none', 'login', 'consent', 'select_account', 'create'] as const
export type Prompt = (typeof prompts)[number]

/** Nothing can be sent to a redirect URI that isn't registered: `undefined` means a page (RFC 6749 §4.1.2.1). */
export function parseDestination(parameters: Parameters, client: Client): Destination | undefined {
  const asked = parameters.get('redirect_uri')
  const redirectUri = matchRedirectUri(client, asked)
  if (redirectUri === undefined) return undefined
  const mode = responseModeOf(parameters)
  return { redirectUri, sent: asked !== undefined, state: parameters.get('state'), mode }
}

/** RFC 6749 §4.1.1. Parameters that nobody knows are ignored. */
export function parseAuthorizationRequest(
  parameters: Parameters,
  client: Client,
  claims: ClaimsRequest,
): AuthorizationRequest | Refusal {
  if (parameters.has('request')) return refuse('request_not_supported', 'Request objects are not supported')
  if (parameters.has('request_uri'))
    return refuse('request_uri_not_supported', 'request_uri is not supported')

  const responseType = parameters.get('response_type')
  if (responseType === undefined) return refuse('invalid_request', 'response_type is missing')
  if (responseType !== 'code') return refuse('unsupported_response_type', 'response_type must be code')

  const responseMode = parameters.get('response_mode')
  if (responseMode !== undefined && !responseModes.some((mode) => mode === responseMode)) {
    return refuse('invalid_request', `response_mode must be one of ${responseModes.join(', ')}`)
  }

  const scopeText = parameters.get('scope')
  const scope = scopeText === undefined ? undefined : parseScope(scopeText)
  if (isRefusal(scope)) return scope

  const codeChallenge = parseCodeChallenge(
    parameters,
    client.type === 'confidential' && client.openid.pkceOptional,
  )
  if (isRefusal(codeChallenge)) return codeChallenge

  const prompt = parsePrompt(parameters.get('prompt'))
  if (isRefusal(prompt)) return prompt

  const maxAgeText = parameters.get('max_age')
  if (maxAgeText !== undefined && !/^[0-9]{1,10}$/.test(maxAgeText)) {
    return refuse('invalid_request', 'max_age must be a number of seconds')
  }
  const maxAge = maxAgeText === undefined ? undefined : Number(maxAgeText)

  return {
    scope,
    codeChallenge,
    prompt,
    maxAge,
    nonce: parameters.get('nonce'),
    acrValues: [...claims.acr, ...(parameters.get('acr_values') ?? '').split(' ')].filter(
      (value) => value !== '',
    ),
    claims,
    idTokenHint: parameters.get('id_token_hint'),
  }
}

function parsePrompt(value: string | undefined): ReadonlySet<Prompt> | Refusal {
  const asked = (value ?? '').split(' ').filter((word) => word !== '')
  const known = prompts.filter((prompt) => asked.includes(prompt))
  if (known.length !== new Set(asked).size)
    return refuse('invalid_request', `prompt must be one of ${prompts.join(', ')}`)
  // OIDC Core §3.1.2.1: none with any other value is an error.
  if (known.includes('none') && known.length > 1) return refuse('invalid_request', 'prompt=none stands alone')
  return new Set(known)
}
