import type { Client, ClientTrust } from '../../rules/clients/client.ts'
import { formatScope } from '../../rules/requests/scope.ts'
import type { Seconds } from '../../values/time.ts'
import type { Condition, Write } from '../database.ts'
import { type Act, isAdministrator, mayAct, mayAdminister } from '../guards.ts'
import { formatClientOpenid } from './openid.ts'

type Policy = Pick<Client, 'policy' | 'openid'>

/**
 * The scopes among ?4 that whoever saves may allow, and for everybody but administrators the restricted ones that the client
 * has already: so a developer neither takes nor loses what an administrator decides in the meantime.
 */
const scope = `trim(
  ifnull((SELECT group_concat(s.name, ' ') FROM json_each(?4) n JOIN scopes s ON s.name = n.value
    WHERE s.restricted = 0 OR ${isAdministrator}), '') || ' ' ||
  ifnull((SELECT group_concat(s.name, ' ') FROM json_each('["' || replace(scope, ' ', '","') || '"]') n
    JOIN scopes s ON s.name = n.value WHERE s.restricted = 1 AND NOT ${isAdministrator}), ''))`

/**
 * For administrators alone: whether PKCE may be left out, never of a public client (RFC 9700 §2.1.1); and the sector, or
 * whoever names somebody else's host learns who is who there. What a developer saves leaves both as they are.
 */
const openid = `json_patch(?11, CASE WHEN ${isAdministrator} THEN json_object('pkce_optional', json(iif(type = 'confidential' AND json_extract(?11, '$.pkce_optional'), 'true', 'false')))
  ELSE json_object('pkce_optional', json(iif(type = 'confidential' AND json_extract(openid, '$.pkce_optional'), 'true', 'false')),
    'sector_identifier', json_extract(openid, '$.sector_identifier')) END)`

/** Of the operator's own client nobody is asked about a scope: so what a developer adds is for an administrator to look at. */
const trust = `iif(trust <> 'first-party' OR ${isAdministrator} OR NOT EXISTS (
  SELECT 1 FROM json_each(?4) n WHERE instr(' ' || scope || ' ', ' ' || n.value || ' ') = 0), trust, 'unverified')`

/** How its tokens are, as a whole. Apart from what a developer edits, so that the two never overwrite each other. */
export function updateClientPolicy(
  db: D1Database,
  act: Act,
  clientId: string,
  policy: Policy,
  now: Seconds,
): Write {
  const [, ...values] = policyValues(policy)
  return db
    .prepare(
      `UPDATE clients SET scope = ${scope}, access_token_format = ?5, access_token_lifetime = ?6, refresh_idle_lifetime = ?7,
         refresh_absolute_lifetime = ?8, jwks = ?9, jwks_uri = ?10, openid = ${openid}, trust = ${trust}, updated_at = max(updated_at + 1, ?12)
       WHERE id = ?1 AND ${mayAct}`,
    )
    .bind(clientId, act.actorId, act.attemptId, JSON.stringify(policy.policy.scope), ...values, now)
}

/** Reversible: while suspended nothing is issued, and no token is good. `since` undefined: not any more. */
export function suspendClient(db: D1Database, act: Act, clientId: string, since: Seconds | undefined): Write {
  return db
    .prepare(
      `UPDATE clients SET suspended_at = iif(?4 IS NULL, NULL, ifnull(suspended_at, ?4)) WHERE id = ?1 AND ${mayAdminister}`,
    )
    .bind(clientId, act.actorId, act.attemptId, since ?? null)
}

/** `seenAt`: when what the administrator looked at was last changed. Changed in the meantime, they have to look again. */
export function trustClient(
  db: D1Database,
  act: Act,
  clientId: string,
  trust: ClientTrust,
  seenAt: Seconds,
): Write {
  return db
    .prepare(`UPDATE clients SET trust = ?4 WHERE id = ?1 AND updated_at = ?5 AND ${mayAdminister}`)
    .bind(clientId, act.actorId, act.attemptId, trust, seenAt)
}

/** For the event after it. */
export function isTrusted(trust: ClientTrust, seenAt: Seconds): Condition {
  return {
    sql: 'EXISTS (SELECT 1 FROM clients t WHERE t.id = ?1 AND t.trust = ?8 AND t.updated_at = ?9)',
    values: [trust, seenAt],
  }
}

/** For the event after it. */
export function isClientSuspended(suspended: boolean): Condition {
  return {
    sql: 'EXISTS (SELECT 1 FROM clients t WHERE t.id = ?1 AND (t.suspended_at IS NOT NULL) = ?8)',
    values: [suspended ? 1 : 0],
  }
}

/** As the columns from `scope` to `openid`. */
export function policyValues({ policy, openid }: Policy) {
  const { keys } = policy
  return [
    formatScope(policy.scope),
    policy.accessTokenFormat,
    policy.accessTokenLifetime ?? null,
    policy.refreshIdleLifetime ?? null,
    policy.refreshAbsoluteLifetime ?? null,
    keys !== undefined && 'jwks' in keys ? keys.jwks : null,
    keys !== undefined && 'jwksUri' in keys ? keys.jwksUri : null,
    formatClientOpenid(openid),
  ] as const
}
