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
 * The saved scopes that the actor may allow, and for everybody except administrators the restricted ones that the client has
 * already: so a developer neither adds nor removes what an administrator decides in the meantime.
 */
function allowedScope(saved: Scope, isAdministrator: Sql): Sql {
  return sql`trim(
    ifnull((SELECT group_concat(s.name, ' ') FROM json_each(${JSON.stringify(saved)}) n JOIN scopes s ON s.name = n.value
      WHERE s.restricted = 0 OR ${isAdministrator}), '') || ' ' ||
    ifnull((SELECT group_concat(s.name, ' ') FROM json_each('["' || replace(scope, ' ', '","') || '"]') n
      JOIN scopes s ON s.name = n.value WHERE s.restricted = 1 AND NOT ${isAdministrator}), ''))`
}

/**
 * The stored settings of OpenID Connect after a save. Some of them are for administrators only: a developer's save leaves
 * those unchanged.
 */
function allowedOpenid(saved: ClientOpenid, before: Client, isAdministrator: Sql): Sql {
  const json = formatClientOpenid(saved)
  const changed = sql`json_patch(${json}, json_object('sector_identifier_uri', ${allowedSectorUri(saved, before)}))`
  // In one patch: `null` removes a member of `changed`, and would be lost in a patch of a patch (RFC 7396).
  return sql`json_patch(${changed}, CASE WHEN ${isAdministrator} THEN json_object(${pkceMember(sql`${json}`, saved)})
    ELSE json_object(${pkceMember(sql`openid`, saved)}, ${sectorMembers}, ${detailTypesMember}) END)`
}

/** The PKCE exception of these settings: never for a public client (RFC 9700 §2.1.1), and only with a profile that allows it. */
function pkceMember(settings: Sql, { profile }: ClientOpenid): Sql {
  return sql`'pkce_optional', json(iif(type = 'confidential' AND ${profile} = 'oauth-2.1'
    AND json_extract(${settings}, '$.pkce_optional'), 'true', 'false'))`
}

/** The document was read for the previous redirect URIs: if these changed meanwhile, a new address proves nothing. */
function allowedSectorUri({ sectorIdentifierUri }: ClientOpenid, { redirectUris }: Client): Sql {
  const uri = sectorIdentifierUri ?? null
  return sql`iif(redirect_uris = ${JSON.stringify(redirectUris)}
    OR json_extract(openid, '$.sector_identifier_uri') IS ${uri}, ${uri}, NULL)`
}

/** The sector as it is. A developer who named another host could learn the subjects of its users. */
const sectorMembers = sql`'sector_identifier', json_extract(openid, '$.sector_identifier'),
  'sector_moved', json(iif(json_extract(openid, '$.sector_moved'), 'true', 'false'))`

/** Types of authorization details as they are. */
const detailTypesMember = sql`'authorization_details_types', json(openid -> 'authorization_details_types')`

/**
 * The trust of a client after a save. An administrator reviewed the whole registration: after any change by others the review
 * no longer applies. `before` was read earlier, so it counts only if nothing was changed since.
 */
export function trustAfter(act: Act, before: Client, after: Client): Sql {
  const isSame = isSameRegistration(before, after) ? sql`updated_at = ${before.updatedAt}` : sql`false`
  return sql`iif(${actorIs(act, 'administer')} OR ${isSame}, trust, 'unverified')`
}

/** The policy of its tokens, as a whole. Separate from the settings of a developer, so that the two never overwrite each other. */
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

/** Reversible: while suspended nothing is issued, and no token is valid. `since` undefined lifts the suspension. */
export function suspendClient(db: D1Database, act: Act, clientId: string, since: Seconds | undefined): Write {
  return statement(
    db,
    sql`UPDATE clients SET suspended_at = ${since === undefined ? null : sql`ifnull(suspended_at, ${since})`},
        awaits_owner = 0, approval = NULL
      WHERE id = ${clientId} AND ${mayAdminister(act)}`,
  )
}

/** `seenAt`: the last change that the administrator saw. After a newer change they have to review again. */
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

/** For the columns from `scope` to `openid`. */
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

/** Whether any application gets opaque tokens: those are encrypted, and can't be re-encrypted. */
export function hasOpaqueTokens(db: D1Database): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS one FROM clients WHERE access_token_format = 'opaque' AND id > '' LIMIT 1`,
    ),
    read: (rows) => rows.length > 0,
  }
}
