import { isRefusal, refuse } from '../../rules/refusal.ts'
import { resolveResources, resolveTarget } from '../../rules/requests/resource.ts'
import { checkScope, defaultScope, parseScope, scopeOf } from '../../rules/requests/scope.ts'
import { combined } from '../../store/database.ts'
import { findResources, findResourcesOfScopes } from '../../store/requests/resources.ts'
import { findScopes } from '../../store/requests/scopes.ts'
import type { Grant } from './grant.ts'
import { issueAccessToken, loadSigners } from './issue-tokens.ts'

/** RFC 6749 §4.4: the client acts for itself. No refresh token (§4.4.3), nothing to claim. */
export const clientCredentials: Grant = (c, { parameters, resources }) => {
  const text = parameters.get('scope')
  const asked = text === undefined ? undefined : parseScope(text)
  if (isRefusal(asked)) return asked
  const { DB } = c.env
  const names = asked ?? defaultScope
  const queries = {
    known: findScopes(DB, names),
    named: findResources(DB, resources),
    owning: findResourcesOfScopes(DB, names),
  }
  return combined(queries, ({ known, named, owning }) => async ({ client }) => {
    // RFC 6749 §4.4: a public client could be anybody.
    if (client.type === 'public')
      return refuse('unauthorized_client', 'Only a confidential client may use this grant type')
    const granted = checkScope(asked, known, client.policy.scope)
    if (isRefusal(granted)) return granted
    const authorized = resolveResources(resources, named, granted, c.var.issuer)
    if (isRefusal(authorized)) return authorized
    const target = resolveTarget(scopeOf(granted), authorized, [], [...named, ...owning], c.var.issuer)
    if (isRefusal(target)) return target
    const subject = { subject: client.id, authorizationId: undefined, authTime: undefined }
    const { accessToken } = await loadSigners(c, client)
    return issueAccessToken(c, accessToken, client, subject, target)
  })
}
