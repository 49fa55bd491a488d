import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { resolveResources, resolveTarget } from '../../rules/requests/resource.ts'
import { checkScope, parseScope, scopeOf } from '../../rules/requests/scope.ts'
import { identityAssertionTyp, withinAssertion } from '../../rules/tokens/assertion.ts'
import { read } from '../../store/database.ts'
import { findScopesWithApis } from '../../store/requests/known-scopes.ts'
import { findResources } from '../../store/requests/resources.ts'
import { grant } from './grant.ts'
import { issueAccessToken, loadSigners } from './issue-tokens.ts'
import { beginAsserted, readVouched } from './other-server.ts'

/** Limit for the expiry of an assertion, which bounds how long its `jti` has to be remembered. */
const longestLife = 3600

/**
 * RFC 7523 §2.1: an access token for a person that another server vouches for, by a JWT for this server or by an identity
 * assertion (draft-ietf-oauth-identity-assertion-authz-grant). Each works once. No refresh token, and no ID token: nobody
 * signed in here.
 */
export const jwtBearer = grant({
  parse({ parameters, resources }) {
    const assertion = parameters.get('assertion')
    if (assertion === undefined) return refuse('invalid_request', 'assertion is missing')
    const text = parameters.get('scope')
    const scope = text === undefined ? undefined : parseScope(text)
    return isRefusal(scope) ? scope : { assertion, asked: { scope, resources } }
  },
  reads: () => ({}),
  async redeem(server, client, { assertion, asked }) {
    const { db, issuer, paths } = server
    if (client.type === 'public')
      return refuse('unauthorized_client', 'Only a confidential client may use this grant type')
    const vouched = await readVouched(server, client, assertion, () => ({
      audience: [issuer, issuer + paths.token],
      typs: ['jwt', identityAssertionTyp],
      longestLife,
    }))
    if (typeof vouched === 'string') return invalid(vouched)
    const { jwt } = vouched
    if (jwt.id === undefined) return invalid('The assertion has no jti')
    const isIdentity = jwt.typ === identityAssertionTyp
    if (isIdentity && [jwt.claims.aud].flat()[0] !== issuer) return invalid('aud is not the issuer')
    const within = isIdentity ? withinAssertion(jwt.claims, client, asked) : asked
    if (isRefusal(within)) return within
    const { known, named } = await read(db, {
      known: findScopesWithApis(db, within.scope ?? client.policy.scope),
      named: findResources(db, within.resources),
    })
    const granted = checkScope(within.scope, known.scopes, client, server)
    if (isRefusal(granted)) return granted
    const resources = resolveResources(within.resources, named, granted, server)
    if (isRefusal(resources)) return resources
    const target = resolveTarget(
      scopeOf(granted),
      resources,
      within.resources,
      [...named, ...known.apis],
      server,
    )
    if (isRefusal(target)) return target
    // An assertion is used up only if its token can be signed.
    const signers = await loadSigners(server, client, target, undefined)
    if (isRefusal(signers)) return signers
    const subject = await beginAsserted(server, client, vouched, target, { isOnce: true })
    return isRefusal(subject) ? subject : issueAccessToken(server, signers, client, subject, target)
  },
})

/** RFC 7523 §3.1. One description for every error in it. */
function invalid(reason: string): Refusal {
  return refuse('invalid_grant', 'The assertion is not valid for this application', reason)
}
