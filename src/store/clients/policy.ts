import type { Client, ClientOpenid, ClientTrust } from '../../rules/clients/client.ts'
import { isSameRegistration } from '../../rules/clients/registration.ts'
import { formatScope, type Scope } from '../../rules/requests/scope.ts'
import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'
import { type Act, actorIs, mayAdminister, mayChange } from '../guards.ts'
import { commaSeparated, type Sql, sql, statement } from '../sql.ts'
import { formatClientOpenid } from './openid.ts'

type Policy = Pick<Client, 'policy' | 'openid'>

/**
 * The scopes among those that are saved which the actor may allow, and for everybody but administrators the restricted ones that
 * the client has already: so a developer neither takes nor loses what an administrator decides in the meantime.
 */
function allowedScope(saved: Scope, isAdministrator: Sql): Sql {
  return sql`trim(
    ifnull((SELECT group_concat(s.name, ' ') FROM json_each(${JSON.stringify(saved)}) n JOIN scopes s ON s.name = n.value
      WHERE s.restricted = 0 OR ${isAdministrator}), '') || ' ' ||
    ifnull((SELECT group_concat(s.name, ' ') FROM json_each('["' || replace(scope, ' ', '","') || '"]') n
      JOIN scopes s ON s.name = n.value WHERE s.restricted = 1 AND NOT ${isAdministrator}), ''))`
}

/**
 * For administrators alone: whether PKCE may be left out, never of a public client (RFC 9700 §2.1.1); and the sector, or a
 * developer who names somebody else's host learns who is who there. What a developer saves leaves both as they are.
 */
function allowedOpenid(saved: ClientOpenid, before: Client, isAdministrator: Sql): Sql {
  const json = formatClientOpenid(saved)
  // Its document was read for the redirect URIs from before: with others meanwhile, it is nobody's word.
  const uri = saved.sectorIdentifierUri ?? null
  const sectorUri = sql`iif(redirect_uris = ${JSON.stringify(before.redirectUris)}
    OR json_extract(openid, '$.sector_identifier_uri') IS ${uri}, ${uri}, NULL)`
  const pkce = (from: Sql) =>
    sql`json(iif(type = 'confidential' AND json_extract(${from}, '$.pkce_optional'), 'true', 'false'))`
  return sql`json_patch(json_patch(${json}, json_object('sector_identifier_uri', ${sectorUri})), CASE WHEN ${isAdministrator} THEN json_object('pkce_optional', ${pkce(sql`${json}`)})
    ELSE json_object('pkce_optional', ${pkce(sql`openid`)}, 'sector_identifier', json_extract(openid, '$.sector_identifier'),
      'sector_moved', json(iif(json_extract(openid, '$.sector_moved'), 'true', 'false'))) END)`
}

/**
 * The trust of a client that somebody saves. What an administrator looked at is the whole registration: when somebody else changes
 * any of it, nobody has looked. `before` was read earlier, so it counts only if nothing was changed since.
 */
export function trustAfter(act: Act, before: Client, after: Client): Sql {
  const isSame = isSameRegistration(before, after) ? sql`updated_at = ${before.updatedAt}` : sql`false`
  return sql`iif(${actorIs(act, 'administer')} OR ${isSame}, trust, 'unverified')`
}

/** How its tokens are, as a whole. Apart from what a developer edits, so that the two never overwrite each other. */
export function updateClientPolicy(
  db: D1Database,
  act: Act,
  before: Client,
  policy: Policy,
  now: Seconds,
): Write {
  const [, ...values] = policyValues(policy)
  const tokens = values.slice(0, -1)
  const isAdministrator = actorIs(act, 'administer')
  return statement(
    db,
    sql`UPDATE clients SET scope = ${allowedScope(policy.policy.scope, isAdministrator)},
          (access_token_format, access_token_lifetime, refresh_idle_lifetime, refresh_absolute_lifetime, jwks, jwks_uri) = (${commaSeparated(tokens)}),
          openid = ${allowedOpenid(policy.openid, before, isAdministrator)}, trust = ${trustAfter(act, before, { ...before, ...policy })},
          introspects = ${policy.policy.introspectsAll ? sql`introspects` : 'own'}, updated_at = max(updated_at + 1, ${now})
        WHERE id = ${before.id} AND ${mayChange(act, before.id)}`,
  )
}

/** Reversible: while suspended nothing is issued, and no token is good. `since` undefined: not any more. */
export function suspendClient(db: D1Database, act: Act, clientId: string, since: Seconds | undefined): Write {
  return statement(
    db,
    sql`UPDATE clients SET suspended_at = ${since === undefined ? null : sql`ifnull(suspended_at, ${since})`},
        awaits_owner = 0, approval = NULL
      WHERE id = ${clientId} AND ${mayAdminister(act)}`,
  )
}

/** `seenAt`: when what the administrator looked at was last changed. Changed in the meantime, they have to look again. */
export function trustClient(
  db: D1Database,
  act: Act,
  clientId: string,
  trust: ClientTrust,
  seenAt: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE clients SET trust = ${trust} WHERE id = ${clientId} AND updated_at = ${seenAt}
      AND ${mayAdminister(act)}`,
  )
}

/** For the event after it. */
export function isTrusted(clientId: string, trust: ClientTrust, seenAt: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM clients t
    WHERE t.id = ${clientId} AND t.trust = ${trust} AND t.updated_at = ${seenAt})`
}

/** For the event after it. */
export function isClientSuspended(clientId: string, suspended: boolean): Sql {
  return sql`EXISTS (SELECT 1 FROM clients t
    WHERE t.id = ${clientId} AND (t.suspended_at IS NOT NULL) = ${suspended ? 1 : 0})`
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

/** Whether any application gets opaque tokens: those are sealed, and can't be sealed anew. */
export function hasOpaqueTokens(db: D1Database): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS one FROM clients WHERE access_token_format = 'opaque' AND id > '' LIMIT 1`,
    ),
    read: (rows) => rows.length > 0,
  }
}
