import * as z from 'zod/mini'
import { clientTrusts, registrants } from '../../rules/clients/client.ts'
import { ownerShownTo, type ShownOwner } from '../../rules/clients/owner.ts'
import { type ExplainedDetail, explainDetail } from '../../rules/requests/authorization-details.ts'
import type { AuthorizationDetail, DetailType } from '../../rules/requests/detail-type.ts'
import { once } from '../../values/once.ts'
import type { Seconds } from '../../values/time.ts'
import { provenEmailOfOwner } from '../clients/clients.ts'
import { logoOfClient } from '../clients/logos.ts'
import { first, integer, oneOf, optional, type Page, type Query, type Row, text } from '../database.ts'
import { byTime, type Chosen, listed } from '../list.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'

/** A client with a person's consent, as they see it. */
export interface ConnectedClient {
  readonly clientId: string
  readonly name: string
  readonly logo: string | undefined
  readonly owner: ShownOwner | undefined
  readonly scopes: readonly { readonly name: string; readonly description: string }[]
  /** The authorization details that it may use now, in words. RFC 9396. */
  readonly items: readonly ExplainedDetail[]
  /** The URL where a sign-in can start from our pages. Undefined too while the client is suspended. */
  readonly initiateLoginUri: string | undefined
  readonly firstUsedAt: Seconds
  readonly lastUsedAt: Seconds
}

/** Most clients may request no details; then nothing more is read. The authorizations of one client are limited. */
const hasDetails = `json_array_length(c.openid, '$.authorization_details_types') > 0`

function detailsOf(now: Seconds): Sql {
  return sql`iif(${raw(hasDetails)}, (SELECT json_group_array(json(a.authorization_details)) FROM authorizations a
      WHERE a.user_id = k.user_id AND a.client_id = k.client_id AND a.authorization_details IS NOT NULL
        AND a.ended_at IS NULL AND a.redeemed_at IS NOT NULL AND a.expires_at > ${now}), '[]') AS details,
    iif(${raw(hasDetails)}, (SELECT json_group_array(json_object('type', t.type, 'title', t.title, 'schema', json(t.schema)))
      FROM json_each(c.openid, '$.authorization_details_types') n JOIN authorization_details_types t ON t.type = n.value), '[]') AS types`
}

/** A scope name contains neither quote nor backslash (RFC 6749 §3.3), so that the list becomes JSON by replacing its spaces. */
const connectedColumns = `k.client_id, k.user_id, c.name, c.trust, c.registered_by, c.owner_id, u.username, ${provenEmailOfOwner}, ${logoOfClient}, k.created_at,
    iif(c.suspended_at IS NULL, json_extract(c.openid, '$.initiate_login_uri'), NULL) AS initiate_login_uri,
    max(k.granted_at, ifnull((SELECT max(ifnull(a.rotated_at, a.redeemed_at)) FROM authorizations a
      WHERE a.user_id = k.user_id AND a.client_id = k.client_id), 0)) AS used_at,
    (SELECT json_group_array(json_object('name', s.name, 'description', s.description))
      FROM json_each('["' || replace(k.scope, ' ', '","') || '"]') n JOIN scopes s ON s.name = n.value) AS scopes`

const connected = sql`consents k JOIN clients c ON c.id = k.client_id JOIN users u ON u.id = c.owner_id`

/** The order is that of the first consents. */
export function listConnectedClients(
  db: D1Database,
  who: Whose,
  chosen: Chosen<'granted'>,
  now: Seconds,
): Query<Page<ConnectedClient>> {
  const listing = {
    columns: sql`${raw(connectedColumns)}, ${detailsOf(now)}`,
    from: connected,
    counted: sql`consents k`,
    where: sql`k.user_id = ${whose(who)}`,
    order: byTime(sql`k.created_at`, sql`k.client_id`),
  }
  return listed(db, listing, chosen, readConnected)
}

export function findConnectedClient(
  db: D1Database,
  who: Whose,
  clientId: string,
  now: Seconds,
): Query<ConnectedClient | undefined> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(connectedColumns)}, ${detailsOf(now)} FROM ${connected} WHERE k.user_id = ${user} AND k.client_id = ${clientId}`,
    ),
    read: first(readConnected),
  }
}

const scopeList = once(() => z.array(z.object({ name: z.string(), description: z.string() })))

function readConnected(row: Row): ConnectedClient {
  return {
    clientId: text(row, 'client_id'),
    name: text(row, 'name'),
    logo: optional(text, row, 'logo'),
    owner: readOwner(row),
    scopes: scopeList().parse(JSON.parse(text(row, 'scopes'))),
    items: readItems(row),
    initiateLoginUri: optional(text, row, 'initiate_login_uri'),
    firstUsedAt: integer(row, 'created_at'),
    lastUsedAt: integer(row, 'used_at'),
  }
}

/** Limit of the shown ones. */
const mostItems = 50

/** Each one once, however often it was granted. */
function readItems(row: Row): readonly ExplainedDetail[] {
  // Both columns are made of what this server wrote from these types.
  const details = JSON.parse(text(row, 'details')) as readonly (readonly AuthorizationDetail[])[]
  const types = JSON.parse(text(row, 'types')) as readonly DetailType[]
  const items = details.flat().flatMap((detail) => explainDetail(detail, types) ?? [])
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()].slice(0, mostItems)
}

function readOwner(row: Row): ShownOwner | undefined {
  const client = {
    id: text(row, 'client_id'),
    ownerId: text(row, 'owner_id'),
    trust: oneOf(clientTrusts, row, 'trust'),
    registeredBy: oneOf(registrants, row, 'registered_by'),
  }
  const ownerEmail = optional(text, row, 'owner_email')
  return ownerShownTo(text(row, 'user_id'), { client, ownerName: text(row, 'username'), ownerEmail })
}

/** The number of connected clients, counted up to `most`. */
export function countConnectedClients(db: D1Database, who: Whose, most: number): Query<number> {
  const user = whose(who)
  return {
    statement: statement(db, sql`SELECT 1 AS found FROM consents WHERE user_id = ${user} LIMIT ${most}`),
    read: (rows) => rows.length,
  }
}
