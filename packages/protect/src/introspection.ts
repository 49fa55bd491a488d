import type { AuthorizationServer } from './authorization-server.ts'
import { type AccessToken, readClaims, requiredOfAnswer } from './claims.ts'
import type { Introspection } from './options.ts'
import { type Problem, problem } from './problem.ts'
import type { Settings } from './settings.ts'

/**
 * Asks the server about a token, RFC 7662. The answer is not cached: a token is refused from the moment of its revocation.
 *
 * @throws Unavailable when the server can't be reached.
 */
export async function introspect(
  presented: string,
  server: AuthorizationServer,
  credentials: Introspection,
  settings: Settings,
): Promise<AccessToken | Problem> {
  const form = new URLSearchParams({ token: presented, token_type_hint: 'access_token' })
  const told = await server.introspect(form, basic(credentials))
  // RFC 7662 §2.2: the server does not say why.
  if (told.active !== true)
    return problem('invalid_token', 'The access token has expired, was revoked, or is not an access token')
  // Without a type it may be a refresh token, which introspection also calls active.
  if (typeof told.token_type !== 'string' || !/^(bearer|dpop)$/i.test(told.token_type))
    return problem('invalid_token', 'The token is not an access token: its token_type is different')
  const token = readClaims({ iss: settings.issuer, ...told }, requiredOfAnswer)
  if ('error' in token) return token
  const { iss, aud, exp, nbf, cnf } = token.claims
  // RFC 9449 §6.2: without the key nothing could be compared with a proof.
  if (/^dpop$/i.test(told.token_type) && cnf?.jkt === undefined)
    return problem('invalid_token', 'The access token has no cnf.jkt, although its token_type is DPoP')
  if (iss !== settings.issuer)
    return problem('invalid_token', 'The access token was issued by another server')
  // RFC 7662 §4: the server also answers about tokens for others.
  if (!(typeof aud === 'string' ? [aud] : aud).includes(settings.audience))
    return problem('invalid_token', 'The access token is for another audience')
  if (exp + settings.clockTolerance <= settings.now())
    return problem('invalid_token', 'The access token has expired')
  if (typeof nbf === 'number' && nbf - settings.clockTolerance > settings.now())
    return problem('invalid_token', 'The access token is not valid yet')
  return token
}

/** RFC 6749 §2.3.1: both parts are form-encoded first. */
function basic({ clientId, clientSecret }: Introspection): string {
  return `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`
}

function formEncoded(text: string): string {
  return new URLSearchParams({ _: text }).toString().slice(2)
}
