import type { Client } from '../../rules/clients/client.ts'
import { rulesFor } from '../../rules/profile.ts'
import { checkProfile } from '../../rules/profile-faults.ts'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import { isIdentifier } from '../../rules/requests/resource-identifier.ts'
import { formatScope, type Scope } from '../../rules/requests/scope.ts'
import { identityAssertionTyp, identityAssertionType } from '../../rules/tokens/assertion.ts'
import { idTokenType, invalidSubject, type SubjectType } from '../../rules/tokens/exchange.ts'
import { randomText } from '../../secrets/secret.ts'
import { signJwt } from '../../secrets/signing-key.ts'
import { findAssertionTarget } from '../../store/clients/other-servers.ts'
import { read } from '../../store/database.ts'
import { findAuthorized } from '../../store/tokens/authorized.ts'
import type { TokenResponse, TokenServer } from './grant.ts'

/** In seconds. It is redeemed at once. */
const lifetime = 300

export interface AssertionAsk {
  readonly subjectToken: string
  readonly subjectType: SubjectType
  readonly actorToken: string | undefined
  /** The issuer of the other server. */
  readonly audience: string | undefined
  readonly scope: Scope | undefined
  /** APIs there. */
  readonly resourceNames: readonly string[]
}

/**
 * §4.3 of draft-ietf-oauth-identity-assertion-authz-grant-03: exchanges the ID token of a person who signed in to this application
 * for a JWT that another server accepts in place of their consent, if an administrator allows it for the application. Nothing
 * is stored.
 */
export async function issueIdentityAssertion(
  server: TokenServer,
  client: Client,
  ask: AssertionAsk,
): Promise<TokenResponse | Refusal> {
  const { db, issuer, now, config } = server
  const unfit = checkProfile(client, rulesFor(client, config.leastProfile))
  if (unfit !== undefined) return unfit
  if (ask.subjectType !== idTokenType)
    return refuse('invalid_request', `An identity assertion is issued for ${idTokenType}`)
  if (ask.actorToken !== undefined)
    return refuse('invalid_request', 'actor_token has no meaning for an identity assertion')
  if (ask.audience === undefined) return refuse('invalid_request', 'audience is missing')
  if (!ask.resourceNames.every(isIdentifier))
    return refuse('invalid_target', 'resource must be an absolute URI without a fragment')
  const idToken = await server.readIdToken(ask.subjectToken)
  if (idToken === undefined) return invalidSubject('Not issued by this server, or expired')
  if (idToken.clientId !== client.id) return invalidSubject('aud names another client')
  const { authorized, target } = await read(db, {
    authorized: findAuthorized(db, idToken, now),
    target: findAssertionTarget(db, ask.audience, client.id),
  })
  if (authorized === undefined) return invalidSubject('The authorization of the token has ended')
  if (target === undefined)
    return refuse('invalid_target', 'This application may not get an identity assertion for that server')
  const scope = ask.scope?.filter((name) => target.server.assertionScope.includes(name)) ?? []
  if (ask.scope !== undefined && scope.length === 0)
    return refuse('invalid_scope', 'No requested scope is allowed at that server')
  const [resource, ...more] = ask.resourceNames
  const { idTokenAlg } = client.openid
  const { signer } = await server.signingKeys([idTokenAlg])
  const assertion = await signJwt(await signer(idTokenAlg, now), identityAssertionTyp, {
    iss: issuer,
    sub: idToken.subject,
    aud: target.server.issuer,
    client_id: target.knownAs,
    jti: randomText(16),
    iat: now,
    exp: now + lifetime,
    auth_time: idToken.authTime,
    acr: idToken.acr,
    amr: idToken.amr,
    ...(scope.length === 0 ? {} : { scope: formatScope(scope) }),
    ...(resource === undefined ? {} : { resource: more.length === 0 ? resource : ask.resourceNames }),
  })
  return {
    access_token: assertion,
    token_type: 'N_A',
    expires_in: lifetime,
    scope: scope.length === 0 ? undefined : formatScope(scope),
    issued_token_type: identityAssertionType,
  }
}
