import type { Client } from '../../rules/clients/client.ts'
import { nameKey } from '../../rules/people/person.ts'
import { type DeviceRequest, deviceCodeLifetime } from '../../rules/requests/device.ts'
import { formatScope } from '../../rules/requests/scope.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, text, type Write } from '../database.ts'
import { hasRoom, type NetworkOrigin, originText } from '../origin.ts'
import { languageColumns, readMailLanguages } from '../people/languages.ts'
import { always, type Sql, sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'
import { detailsColumn } from './detail-type.ts'
import { polledColumns, readPolled, type WaitingDevice } from './device-requests.ts'

/** A person whom a client may ask. */
export interface AskedPerson {
  readonly id: string
  readonly username: string
  /** Confirmed. */
  readonly email: string | undefined
  /** The languages for mails to them, the best first. */
  readonly languages: readonly string[]
}

/** A username or a confirmed address; or an ID token of the client: of a user, or by its authorization. */
export type MeantPerson =
  | { readonly name: string }
  | {
      readonly subject: string
      readonly clientId: string
      readonly authorizationId: string | undefined
    }

/** The person of a hint. A pairwise subject tells nobody's id: the user is found while the authorization is stored. */
export function findAskedPerson(db: D1Database, meant: MeantPerson): Query<AskedPerson | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, iif(u.email_verified_at IS NULL, NULL, u.email) AS email, ${languageColumns} FROM users u
          WHERE ${isMeant(meant)} AND u.suspended_at IS NULL LIMIT 1`,
    ),
    read: first((row) => ({
      id: text(row, 'id'),
      username: text(row, 'username'),
      email: optional(text, row, 'email'),
      languages: readMailLanguages(row),
    })),
  }
}

/** An address is never a username. */
function isMeant(meant: MeantPerson): Sql {
  if ('name' in meant) {
    return meant.name.includes('@')
      ? sql`lower(u.email) = lower(${meant.name.trim()}) AND u.email_verified_at IS NOT NULL`
      : sql`u.username_key = ${nameKey(meant.name)}`
  }
  const { subject, clientId, authorizationId } = meant
  return sql`u.id IN (${subject},
    (SELECT a.user_id FROM authorizations a WHERE a.id = ${authorizationId ?? null} AND a.client_id = ${clientId}))`
}

/** A client's request to a person. CIBA Core §7. */
export interface NewBackchannelRequest
  extends Pick<DeviceRequest, 'scope' | 'resources' | 'details' | 'interval'> {
  readonly hash: SecretHash<'auth-request'>
  readonly client: Pick<Client, 'id' | 'registeredBy'>
  readonly userId: string
  readonly bindingMessage: string | undefined
  readonly place: string | undefined
  readonly origin: NetworkOrigin
  readonly createdAt: Seconds
  readonly expiresAt: Seconds
}

/** Limits of requests to one person in ten minutes: by all clients together, and by one, whose limit strangers may use up. */
const mostOfPerson = 6
const mostOfClient = 3
/** Limit of requests from one address block at a time. */
const mostOfOneOrigin = 200

/**
 * Does nothing when the person has too many requests, answered, expired or not, or too many came from this origin; or when the
 * client or the person was suspended or deleted, or the client is not verified any more. The result is read back. Nobody types a
 * code, so the hash is in its place.
 */
export function insertBackchannelRequest(
  db: D1Database,
  request: NewBackchannelRequest,
  allowed: Sql = always,
): Write {
  const { hash, client, userId, bindingMessage, scope, resources, details, interval, place, origin } = request
  const { createdAt, expiresAt } = request
  return statement(
    db,
    sql`INSERT INTO device_authorizations (device_code_hash, user_code_hash, client_id, user_id, binding_message, scope, resources, authorization_details,
          poll_interval, place, origin, created_at, expires_at)
        SELECT ${hash.sha256}, ${hash.sha256}, c.id, u.id, ${bindingMessage ?? null}, ${formatScope(scope)},
          ${JSON.stringify(resources)}, ${detailsColumn(details)}, ${interval}, ${place ?? null}, ${originText(origin)}, ${createdAt}, ${expiresAt}
        FROM clients c, users u
        WHERE c.id = ${client.id} AND ${allowed} AND c.suspended_at IS NULL AND c.trust <> 'unverified' AND u.id = ${userId} AND u.suspended_at IS NULL
          AND (SELECT count(*) < ${mostOfPerson} AND count(iif(w.client_id = c.id, 1, NULL)) < ${mostOfClient}
            FROM device_authorizations w WHERE w.user_id = u.id AND w.created_at > ${createdAt - deviceCodeLifetime})
          AND ${hasRoom(sql`device_authorizations WHERE expires_at > ${createdAt}`, origin, mostOfOneOrigin)}
        ON CONFLICT DO NOTHING`,
  )
}

/** A request to a person that waits for their answer. */
export interface WaitingRequest extends WaitingDevice {
  readonly bindingMessage: string | undefined
}

/** The oldest first, or the one with this hash. */
export function listWaitingRequests(
  db: D1Database,
  userId: string,
  hash: string | undefined,
  now: Seconds,
): Query<readonly WaitingRequest[]> {
  const named = hash === undefined ? sql`true` : sql`device_code_hash = ${hash}`
  return {
    statement: statement(
      db,
      sql`SELECT device_code_hash, place, binding_message, ${polledColumns} FROM device_authorizations
          WHERE user_id = ${userId} AND expires_at > ${now} AND decided_at IS NULL AND ${named} ORDER BY created_at, device_code_hash LIMIT ${mostOfPerson}`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        request: readPolled(row),
        hash: { kind: 'auth-request', sha256: text(row, 'device_code_hash') },
        place: optional(text, row, 'place'),
        bindingMessage: optional(text, row, 'binding_message'),
      })),
  }
}

/** How many of them wait. */
export function countWaitingRequests(db: D1Database, who: Whose, now: Seconds): Query<number> {
  return {
    statement: statement(
      db,
      sql`SELECT count(*) AS n FROM device_authorizations
          WHERE user_id = ${whose(who)} AND expires_at > ${now} AND decided_at IS NULL`,
    ),
    read: (rows) => rows.map((row) => integer(row, 'n'))[0] ?? 0,
  }
}
