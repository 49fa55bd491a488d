import * as z from 'zod/mini'
import { clientTrusts, registrants } from '../../rules/clients/client.ts'
import { ownerShownTo, type ShownOwner } from '../../rules/clients/owner.ts'
import type { Consent } from '../../rules/requests/next-step.ts'
import { formatScope, parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import { once } from '../../values/once.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'
import { provenEmailOfOwner } from '../clients/clients.ts'
import { logoOfClient } from '../clients/logos.ts'
import {
  first,
  integer,
  oneOf,
  optional,
  type Page,
  type Query,
  type Row,
  rowsOf,
  text,
  type Write,
} from '../database.ts'
import { byTime, type Chosen, listed } from '../list.ts'
import { liveSession, readSession, type Session, sessionColumns } from '../sign-in/sessions.ts'
import { always, and, raw, type Sql, sql, statement } from '../sql.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'
import { type Whose, whose } from '../whose.ts'

/** A signed-in person, with their consents to a client, per host. */
export interface SessionAtClient {
  readonly session: Session
  readonly consents: readonly Consent[]
}

export function findSessionAtClient(
  db: D1Database,
  id: SecretHash<'session'>,
  clientId: string,
  lifetimes: Lifetimes,
  now: Seconds,
): Query<SessionAtClient | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${sessionColumns}, ${consentsAt(clientId)} AS consents FROM ${liveSession(id, lifetimes, now)}`,
    ),
    read: first((row) => ({
      session: readSession(row),
      consents: rowsOf(row, 'consents').map(readConsent),
    })),
  }
}

/**
 * Consents of the user `u`, as one list. Older code wrote consents without hosts during a migration: they are looked up only
 * where there is no host.
 */
function consentsAt(clientId: string): Sql {
  return sql`coalesce(
    nullif((SELECT json_group_array(json_object('scope', h.scope, 'redirect_host', h.redirect_host,
        'client_name', h.client_name, 'trust', h.trust))
      FROM consent_hosts h WHERE h.user_id = u.id AND h.client_id = ${clientId}), '[]'),
    (SELECT json_group_array(json_object('scope', k.scope, 'redirect_host', k.redirect_host,
        'client_name', k.client_name, 'trust', 'unverified'))
      FROM consents k WHERE k.user_id = u.id AND k.client_id = ${clientId}))`
}

function readConsent(row: Row): Consent {
  return {
    scope: parseScopeNames(text(row, 'scope')),
    redirectHost: text(row, 'redirect_host'),
    clientName: text(row, 'client_name'),
    trust: oneOf(clientTrusts, row, 'trust'),
  }
}

/** An application has at most 20 redirect URIs. The oldest of its earlier hosts are forgotten. */
const mostHosts = 20

/**
 * Replaces an earlier consent for the same host; does nothing when user or client was deleted. `scope` is everything that is
 * allowed then, at any host.
 */
export function hasNoConsent(userId: string, clientId: string): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM consents WHERE user_id = ${userId} AND client_id = ${clientId})`
}

/** The detail of a consent's event: the host, and the scopes. */
export function consentDetail({ redirectHost, scope }: Pick<Consent, 'redirectHost' | 'scope'>): string {
  return `${redirectHost} ${formatScope(scope)}`.trim().slice(0, 1000)
}

/** A consent to store. */
export interface Agreed {
  readonly userId: string
  readonly clientId: string
  readonly consent: Consent
  /** Of the client on all its hosts, this one included. */
  readonly scope: Scope
}

/** Stores a consent in place of the one for its host, if the condition is true. The least recent hosts above the maximum go. */
export function putConsent(
  db: D1Database,
  { userId, clientId, consent, scope }: Agreed,
  now: Seconds,
  only: Sql = always,
): readonly Write[] {
  const { redirectHost, clientName, trust } = consent
  const connected = sql`INSERT INTO consents (user_id, client_id, scope, redirect_host, client_name, granted_at, created_at)
    SELECT u.id, c.id, ${formatScope(scope)}, ${redirectHost}, ${clientName}, ${now}, ${now} FROM users u, clients c
    WHERE u.id = ${userId} AND c.id = ${clientId} AND ${only}
    ON CONFLICT (user_id, client_id) DO UPDATE SET scope = excluded.scope, redirect_host = excluded.redirect_host,
      client_name = excluded.client_name, granted_at = excluded.granted_at`
  const ofHost = sql`INSERT INTO consent_hosts (user_id, client_id, redirect_host, scope, client_name, trust, granted_at)
    SELECT k.user_id, k.client_id, ${redirectHost}, ${formatScope(consent.scope)}, ${clientName}, ${trust}, ${now} FROM consents k
    WHERE k.user_id = ${userId} AND k.client_id = ${clientId} AND ${only}
    ON CONFLICT DO UPDATE SET scope = excluded.scope, client_name = excluded.client_name, trust = excluded.trust,
      granted_at = excluded.granted_at`
  const forgotten = sql`DELETE FROM consent_hosts AS h WHERE h.user_id = ${userId} AND h.client_id = ${clientId}
    AND ${mostHosts} <= (SELECT count(*) FROM consent_hosts n WHERE n.user_id = h.user_id AND n.client_id = h.client_id
      AND (n.granted_at, n.redirect_host) > (h.granted_at, h.redirect_host))`
  return [connected, ofHost, forgotten].map((one) => statement(db, one))
}

/** A client with a person's consent, as they see it. */
export interface ConnectedClient {
  readonly clientId: string
  readonly name: string
  readonly logo: string | undefined
  readonly owner: ShownOwner | undefined
  readonly scopes: readonly { readonly name: string; readonly description: string }[]
  /** The URL where a sign-in can start from our pages. Undefined too while the client is suspended. */
  readonly initiateLoginUri: string | undefined
  readonly firstUsedAt: Seconds
  readonly lastUsedAt: Seconds
}

/** A scope name contains neither quote nor backslash (RFC 6749 §3.3), so that the list becomes JSON by replacing its spaces. */
const connectedColumns = `k.client_id, k.user_id, c.name, c.trust, c.registered_by, c.owner_id, u.username, ${provenEmailOfOwner}, ${logoOfClient}, k.created_at,
    iif(c.suspended_at IS NULL, json_extract(c.openid, '$.initiate_login_uri'), NULL) AS initiate_login_uri,
    max(k.granted_at, ifnull((SELECT max(max(a.created_at, ifnull(a.rotated_at, 0))) FROM authorizations a
      WHERE a.user_id = k.user_id AND a.client_id = k.client_id), 0)) AS used_at,
    (SELECT json_group_array(json_object('name', s.name, 'description', s.description))
      FROM json_each('["' || replace(k.scope, ' ', '","') || '"]') n JOIN scopes s ON s.name = n.value) AS scopes`

const connected = sql`consents k JOIN clients c ON c.id = k.client_id JOIN users u ON u.id = c.owner_id`

/** The order is that of the first consents. */
export function listConnectedClients(
  db: D1Database,
  who: Whose,
  chosen: Chosen<'granted'>,
): Query<Page<ConnectedClient>> {
  const listing = {
    columns: raw(connectedColumns),
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
): Query<ConnectedClient | undefined> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(connectedColumns)} FROM ${connected} WHERE k.user_id = ${user} AND k.client_id = ${clientId}`,
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
    initiateLoginUri: optional(text, row, 'initiate_login_uri'),
    firstUsedAt: integer(row, 'created_at'),
    lastUsedAt: integer(row, 'used_at'),
  }
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

/** The person and the client of a consent. */
export interface ConsentKey {
  readonly userId: string
  readonly clientId: string
}

export function hasConsent({ userId, clientId }: ConsentKey): Sql {
  return sql`EXISTS (SELECT 1 FROM consents WHERE user_id = ${userId} AND client_id = ${clientId})`
}

/**
 * Deletes a person's consent to a client and ends everything based on it, after the event of this attempt, which this request
 * wrote: the form sent again later does not affect newer consents.
 */
export function deleteConsent(
  db: D1Database,
  { userId, clientId }: ConsentKey,
  { attemptId, reference }: { readonly attemptId: string; readonly reference: string },
  now: Seconds,
): readonly Write[] {
  const isTheirs = sql`user_id = ${userId} AND client_id = ${clientId}`
  const isNoted = sql`EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ${attemptId} AND e.reference = ${reference})`
  return [
    endAuthorizations(db, and(isTheirs, isNoted), 'consent_removed', now),
    statement(db, sql`DELETE FROM consents WHERE ${isTheirs} AND ${isNoted}`),
  ]
}

/** Whether anybody has allowed the client something. */
export function hasConsents(db: D1Database, clientId: string): Query<boolean> {
  return {
    statement: statement(db, sql`SELECT 1 AS found FROM consents WHERE client_id = ${clientId} LIMIT 1`),
    read: (rows) => rows.length > 0,
  }
}
