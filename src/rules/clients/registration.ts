import { coversScope } from '../requests/scope.ts'
import type { Client } from './client.ts'

/**
 * Whether the review of one registration covers the other: then the administrator's decision still applies. A client that may
 * request less is the same.
 */
export function isSameRegistration(before: Client, after: Client): boolean {
  return (
    coversScope(before.policy.scope, after.policy.scope) &&
    formatRegistration(before) === formatRegistration(after)
  )
}

/** Everything that is registered, except scopes and flags that can only be removed: additions are compared separately. */
function formatRegistration(client: Client): string {
  const {
    id: _,
    createdAt,
    updatedAt,
    suspendedAt,
    approval,
    trust,
    lastUsedAt,
    policy,
    openid,
    ...settings
  } = client
  const { scope, introspectsAll, ...tokens } = policy
  return JSON.stringify([settings, tokens, openid].map(sorted))
}

function sorted(members: object): readonly (readonly [string, unknown])[] {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
