import { clientTrusts } from '../../rules/clients/client.ts'
import type { Consent } from '../../rules/requests/next-step.ts'
import { formatScope, parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'
import { first, oneOf, type Query, type Row, rowsOf, text, type Write } from '../database.ts'
import { liveSession, readSession, type Session, sessionColumns } from '../sign-in/sessions.ts'
import { always, and, type Sql, sql, statement } from '../sql.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'

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
