import type { Seconds } from '../../values/time.ts'
import type { Parameters } from '../parameters.ts'

/** The requirements of a sign-in at a provider: of the application that waits for it, or of our own page. */
export interface Demands {
  /** OIDC Core §3.1.2.1, one value. */
  readonly prompt: 'login' | 'select_account' | 'create' | 'none' | undefined
  readonly maxAge: Seconds | undefined
  readonly loginHint: string | undefined
  readonly uiLocales: string | undefined
  /** Only for a provider whose `acr` is believed: otherwise the answer would prove nothing. */
  readonly acrValues: string | undefined
}

/** A new sign-in there, now. */
export const freshSignIn = { prompt: 'login', maxAge: 0 } as const

const passedOn = ['login', 'select_account', 'create'] as const
const longestHint = 256

/** The demands of the authorization request that waits for the sign-in. Its `prompt=consent` is about us. */
export function demandsOf(request: Parameters): Demands {
  const prompts = (request.get('prompt') ?? '').split(' ')
  const prompt = passedOn.find((one) => prompts.includes(one))
  const age = /^[0-9]{1,9}$/.exec(request.get('max_age') ?? '')?.[0]
  const asked = age === undefined ? undefined : Number(age)
  return {
    prompt: asked === 0 ? 'login' : prompt,
    maxAge: prompt === 'login' ? 0 : asked,
    loginHint: request.get('login_hint')?.slice(0, longestHint),
    uiLocales: request.get('ui_locales')?.slice(0, longestHint),
    acrValues: request.get('acr_values')?.slice(0, longestHint),
  }
}

export interface ProviderRequest extends Demands {
  readonly endpoint: string
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  readonly state: string
  readonly codeChallenge: string
  /** Undefined for plain OAuth 2, which knows no ID tokens, and nothing about the age of a sign-in. */
  readonly nonce: string | undefined
  /** Apple requires `form_post` for a name and an address. */
  readonly responseMode: 'form_post' | undefined
}

/** The URL of an authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1). A query of the endpoint stays. */
export function providerRequestUrl(request: ProviderRequest): string {
  const { nonce } = request
  const url = new URL(request.endpoint)
  const openid =
    nonce === undefined
      ? {}
      : {
          nonce,
          prompt: request.prompt,
          max_age: request.maxAge,
          ui_locales: request.uiLocales,
          acr_values: request.acrValues,
        }
  const parameters = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scope === '' ? undefined : request.scope,
    state: request.state,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    response_mode: request.responseMode,
    login_hint: request.loginHint,
    ...openid,
  }
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, String(value))
  return url.href
}
