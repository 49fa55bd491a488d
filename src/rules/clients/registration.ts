import { coversScope } from '../requests/scope.ts'
import type { Client } from './client.ts'

/**
 * Whether an administrator who looked at the one has looked at the other too: then what they said of it still applies. A client
 * that may ask for less is the same.
 */
export function isSameRegistration(before: Client, after: Client): boolean {
  return (
    coversScope(before.policy.scope, after.policy.scope) &&
    formatRegistration(before) === formatRegistration(after)
  )
}

/** All that is registered but scopes, and what can only be taken away: whatever is added to a client is compared by itself. */
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
