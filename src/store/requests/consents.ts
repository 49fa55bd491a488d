import * as z from 'zod/mini'
import type { Consent } from '../../rules/requests/next-step.ts'
import { formatScope, parseScopeNames } from '../../rules/requests/scope.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { logoOfClient } from '../clients/logos.ts'
import {
  beforeKey,
  first,
  integer,
  keyOfTime,
  optional,
  type Page,
  pageOf,
  type Query,
  type Row,
  text,
  type Write,
} from '../database.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'
import { type Whose, whose } from '../whose.ts'

/** The consent of whoever this session is of: known before the session is, so both are read in one batch. */
export function findConsentOfSession(
  db: D1Database,
  session: SecretHash<'session'>,
  clientId: string,
): Query<Consent | undefined> {
  return {
    statement: db
      .prepare(
        `SELECT k.scope, k.redirect_host, k.client_name FROM sessions s
         JOIN consents k ON k.user_id = s.user_id AND k.client_id = ? WHERE s.id_hash = ?`,
      )
      .bind(clientId, session.sha256),
    read: first((row) => ({
      scope: parseScopeNames(text(row, 'scope')),
      redirectHost: text(row, 'redirect_host'),
      clientName: text(row, 'client_name'),
    })),
  }
}

/** The consent takes the place of an earlier one; nothing happens when user or client is gone. */
export function putConsent(
  db: D1Database,
  userId: string,
  clientId: string,
  consent: Consent,
  now: Seconds,
): Write {
  return db
    .prepare(
      `INSERT INTO consents (user_id, client_id, scope, redirect_host, client_name, granted_at, created_at)
       SELECT u.id, c.id, ?1, ?2, ?3, ?4, ?4 FROM users u, clients c WHERE u.id = ?5 AND c.id = ?6
       ON CONFLICT (user_id, client_id) DO UPDATE SET scope = excluded.scope, redirect_host = excluded.redirect_host,
         client_name = excluded.client_name, granted_at = excluded.granted_at`,
    )
    .bind(formatScope(consent.scope), consent.redirectHost, consent.clientName, now, userId, clientId)
}

/** A client that a person allowed something, as they see it. */
export interface ConnectedClient {
  readonly clientId: string
  readonly name: string
  readonly logo: string | undefined
  readonly ownerName: string
  readonly scopes: readonly { readonly name: string; readonly description: string }[]
  /** Where a sign-in can start from our pages. Undefined too while the client is suspended. */
  readonly initiateLoginUri: string | undefined
  readonly firstUsedAt: Seconds
  readonly lastUsedAt: Seconds
}

/** A scope name holds neither quote nor backslash (RFC 6749 §3.3), so that the list becomes JSON by replacing its spaces. */
const connected = `SELECT k.client_id, c.name, u.username, ${logoOfClient}, k.created_at,
    iif(c.suspended_at IS NULL, json_extract(c.openid, '$.initiate_login_uri'), NULL) AS initiate_login_uri,
    max(k.granted_at, ifnull((SELECT max(max(a.created_at, ifnull(a.rotated_at, 0))) FROM authorizations a
      WHERE a.user_id = k.user_id AND a.client_id = k.client_id), 0)) AS used_at,
    (SELECT json_group_array(json_object('name', s.name, 'description', s.description))
      FROM json_each('["' || replace(k.scope, ' ', '","') || '"]') n JOIN scopes s ON s.name = n.value) AS scopes
  FROM consents k JOIN clients c ON c.id = k.client_id JOIN users u ON u.id = c.owner_id`

/** Those connected last come first; `after` is the key of a page. */
export function listConnectedClients(
  db: D1Database,
  who: Whose,
  after: string,
  size: number,
): Query<Page<ConnectedClient>> {
  const user = whose(who)
  return {
    statement: db
      .prepare(
        `${connected} WHERE k.user_id = ${user.sql} AND (k.created_at, k.client_id) < (?, ?)
         ORDER BY k.created_at DESC, k.client_id DESC LIMIT ?`,
      )
      .bind(user.value, ...beforeKey(after), size + 1),
    read: pageOf(size, readConnected, ({ firstUsedAt, clientId }) => keyOfTime(firstUsedAt, clientId)),
  }
}

export function findConnectedClient(
  db: D1Database,
  who: Whose,
  clientId: string,
): Query<ConnectedClient | undefined> {
  const user = whose(who)
  return {
    statement: db
      .prepare(`${connected} WHERE k.user_id = ${user.sql} AND k.client_id = ?`)
      .bind(user.value, clientId),
    read: first(readConnected),
  }
}

const listed = z.array(z.object({ name: z.string(), description: z.string() }))

function readConnected(row: Row): ConnectedClient {
  return {
    clientId: text(row, 'client_id'),
    name: text(row, 'name'),
    logo: optional(text, row, 'logo'),
    ownerName: text(row, 'username'),
    scopes: listed.parse(JSON.parse(text(row, 'scopes'))),
    initiateLoginUri: optional(text, row, 'initiate_login_uri'),
    firstUsedAt: integer(row, 'created_at'),
    lastUsedAt: integer(row, 'used_at'),
  }
}

/** How many there are, counted no further than `most`. */
export function countConnectedClients(db: D1Database, who: Whose, most: number): Query<number> {
  const user = whose(who)
  return {
    statement: db
      .prepare(`SELECT 1 AS found FROM consents WHERE user_id = ${user.sql} LIMIT ?`)
      .bind(user.value, most),
    read: (rows) => rows.length,
  }
}

/** Who takes back what, in which attempt. */
export interface ConsentRemoval {
  readonly userId: string
  readonly clientId: string
  readonly attemptId: string
  readonly reference: string
  readonly now: Seconds
}

/**
 * A person takes back what they allowed a client: noted if there was anything, forgotten, and all that followed from it ends.
 * The note names the request, so that the form sent again later takes back nothing that was allowed since.
 */
export function removeConsent(db: D1Database, removal: ConsentRemoval): readonly Write[] {
  const { userId, clientId, attemptId, reference, now } = removal
  const condition = `user_id = ?3 AND client_id = ?4
    AND EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ?5 AND e.reference = ?6)`
  const values = [userId, clientId, attemptId, reference]
  const noted = db
    .prepare(
      `INSERT INTO audit_events (id, at, type, reference, user_id, client_id)
       SELECT ?, ?, 'consent_removed', ?, user_id, client_id FROM consents WHERE user_id = ? AND client_id = ?
       ON CONFLICT DO NOTHING`,
    )
    .bind(attemptId, now, reference, userId, clientId)
  return [
    noted,
    endAuthorizations(db, condition, values, 'consent_removed', now),
    db.prepare(`DELETE FROM consents WHERE ${condition}`).bind(null, null, ...values),
  ]
}
