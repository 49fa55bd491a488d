import { isRefusal, refuse } from '../../rules/refusal.ts'
import { resolveResources, resolveTarget } from '../../rules/requests/resource.ts'
import { checkScope, defaultScope, parseScope, scopeForItself, scopeOf } from '../../rules/requests/scope.ts'
import { findResources, findScopesWithApis } from '../../store/requests/resources.ts'
import { grant } from './grant.ts'
import { issueAccessToken, loadSigners } from './issue-tokens.ts'

/** RFC 6749 §4.4: the client acts for itself. No refresh token (§4.4.3), nothing to claim. */
export const clientCredentials = grant({
  parse({ parameters, resources }) {
    const text = parameters.get('scope')
    const sent = text === undefined ? undefined : parseScope(text)
    if (isRefusal(sent)) return sent
    const asked = scopeForItself(sent)
    return isRefusal(asked) ? asked : { asked, resources }
  },
  reads({ db }, { asked, resources }) {
    return {
      known: findScopesWithApis(db, asked ?? defaultScope),
      named: findResources(db, resources),
    }
  },
  async redeem(server, client, { asked, resources }, { known, named }) {
    // RFC 6749 §4.4: a public client could be anybody.
    if (client.type === 'public')
      return refuse('unauthorized_client', 'Only a confidential client may use this grant type')
    const granted = checkScope(asked, known.scopes, client, server)
    if (isRefusal(granted)) return granted
    const authorized = resolveResources(resources, named, granted, server)
    if (isRefusal(authorized)) return authorized
    const target = resolveTarget(scopeOf(granted), authorized, resources, [...named, ...known.apis], server)
    if (isRefusal(target)) return target
    const subject = { subject: client.id, authorizationId: undefined, authTime: undefined }
    const { accessToken } = await loadSigners(server, client, target)
    return issueAccessToken(server, accessToken, client, subject, target)
  },
})
