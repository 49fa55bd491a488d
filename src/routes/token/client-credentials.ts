import { isRefusal, refuse } from '../../rules/refusal.ts'
import { grantable } from '../../rules/requests/granted.ts'
import { resolveTarget } from '../../rules/requests/resource.ts'
import { defaultScope, parseScope, scopeForItself } from '../../rules/requests/scope.ts'
import { scopesWithApisAt } from '../../store/requests/known-scopes.ts'
import { findResources } from '../../store/requests/resources.ts'
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
  reads: ({ db }, { resources }) => ({ named: findResources(db, resources) }),
  async redeem(server, client, { asked, resources }, { named, scopesVersion }) {
    // RFC 6749 §4.4: a public client can't prove its identity.
    if (client.type === 'public')
      return refuse('unauthorized_client', 'Only a confidential client may use this grant type')
    const known = await scopesWithApisAt(server.db, asked ?? defaultScope, scopesVersion)
    const granted = grantable(
      { scope: asked, resources },
      client,
      { scopes: known.scopes, resources: named },
      server,
    )
    if (isRefusal(granted)) return granted
    const living = [...named, ...known.apis]
    const target = resolveTarget(granted.scope, granted.resources, resources, living, server)
    if (isRefusal(target)) return target
    const subject = { subject: client.id, authorizationId: undefined, authTime: undefined, acr: undefined }
    const signers = await loadSigners(server, client, target, undefined)
    return isRefusal(signers) ? signers : issueAccessToken(server, signers, client, subject, target)
  },
})
