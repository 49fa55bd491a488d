import type { Client } from '../../rules/clients/client.ts'
import type { DeviceRequest } from '../../rules/requests/device.ts'
import { formatScope, parseScopeNames } from '../../rules/requests/scope.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { mayRequest } from '../clients/published.ts'
import { first, integer, optional, type Query, type Row, text, texts, type Write } from '../database.ts'
import { hasRoom, type NetworkOrigin, originText } from '../origin.ts'
import { always, raw, type Sql, sql, statement } from '../sql.ts'
import { detailsColumn, readDetails } from './detail-type.ts'

/** The secret that a client polls with: of a device, or of a request to a person (CIBA). */
export type PolledHash = SecretHash<'device-code'> | SecretHash<'auth-request'>

/** A device's request, and its origin. */
export interface NewDeviceRequest
  extends Pick<DeviceRequest, 'scope' | 'resources' | 'details' | 'interval'> {
  readonly client: Pick<Client, 'id' | 'registeredBy'>
  readonly hash: SecretHash<'device-code'>
  /** Keyed hash of the user code. */
  readonly userCodeHash: string
  /** Its location, in words for the person who is asked: a city and a country. Undefined when unknown. */
  readonly place: string | undefined
  /** Hash of its address block: the number of waiting requests per network is limited. */
  readonly origin: NetworkOrigin
  readonly createdAt: Seconds
  readonly expiresAt: Seconds
}

/** Limit of waiting requests per address block. An office that starts a hundred terminals stays below. */
const mostOfOneOrigin = 200

/** Does nothing when too many of this origin are waiting, or a code is taken: the result is read back. */
export function insertDeviceRequest(db: D1Database, request: NewDeviceRequest, allowed: Sql = always): Write {
  const { hash, userCodeHash, client, scope, resources, details, interval, place, origin } = request
  const { createdAt, expiresAt } = request
  return statement(
    db,
    sql`INSERT INTO device_authorizations (device_code_hash, user_code_hash, client_id, scope, resources, authorization_details, poll_interval, place, origin,
          created_at, expires_at)
        SELECT ${hash.sha256}, ${userCodeHash}, ${client.id}, ${formatScope(scope)}, ${JSON.stringify(resources)}, ${detailsColumn(details)}, ${interval},
          ${place ?? null}, ${originText(origin)}, ${createdAt}, ${expiresAt}
        WHERE ${mayRequest(client)} AND ${allowed}
          AND ${hasRoom(sql`device_authorizations WHERE expires_at > ${createdAt}`, origin, mostOfOneOrigin)}
        ON CONFLICT DO NOTHING`,
  )
}

export function hasDeviceRequest(db: D1Database, hash: PolledHash): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS found FROM device_authorizations WHERE device_code_hash = ${hash.sha256}`,
    ),
    read: (rows) => rows.length > 0,
  }
}

/** The input of `readPolled`. */
export const polledColumns = raw(
  `client_id, scope, resources, authorization_details, created_at, expires_at, poll_interval, polled_at, decided_at, authorization_id`,
)

export function findDeviceRequest(db: D1Database, hash: PolledHash): Query<DeviceRequest | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${polledColumns} FROM device_authorizations WHERE device_code_hash = ${hash.sha256}`,
    ),
    read: first(readPolled),
  }
}

/** A request as the person who typed its user code sees it. */
export interface WaitingDevice {
  readonly request: DeviceRequest
  readonly hash: PolledHash
  readonly place: string | undefined
}

/** The request with this user code that is still waiting for an answer. */
export function findWaitingDevice(
  db: D1Database,
  userCodeHashes: readonly string[],
  now: Seconds,
): Query<WaitingDevice | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT device_code_hash, place, ${polledColumns} FROM device_authorizations
          WHERE user_code_hash IN (SELECT value FROM json_each(${JSON.stringify(userCodeHashes)}))
            AND decided_at IS NULL AND expires_at > ${now}`,
    ),
    read: first((row) => ({
      request: readPolled(row),
      hash: { kind: 'device-code', sha256: text(row, 'device_code_hash') },
      place: optional(text, row, 'place'),
    })),
  }
}

/** Records a poll. Executed twice it changes nothing more. */
export function notePoll(db: D1Database, hash: PolledHash, interval: Seconds, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE device_authorizations SET polled_at = ${now}, poll_interval = ${interval}
        WHERE device_code_hash = ${hash.sha256} AND decided_at IS NULL`,
  )
}

/** The one answer to a request: the first attempt to write it. `authorizationId` undefined: the person denied it. */
export function decideDevice(
  db: D1Database,
  hash: PolledHash,
  attemptId: string,
  authorizationId: string | undefined,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE device_authorizations SET decided_at = ${now}, decided_by = ${attemptId}, authorization_id = ${authorizationId ?? null}
        WHERE device_code_hash = ${hash.sha256} AND decided_at IS NULL AND expires_at > ${now}`,
  )
}

/** The attempt that gave the answer. */
export function findDeviceDecision(db: D1Database, hash: PolledHash): Query<string | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT decided_by FROM device_authorizations WHERE device_code_hash = ${hash.sha256}`,
    ),
    read: (rows) => rows.map((row) => optional(text, row, 'decided_by'))[0],
  }
}

/** For the writes after it in its batch: this attempt gave the answer. */
export function hasDecidedDevice(hash: PolledHash, attemptId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM device_authorizations WHERE device_code_hash = ${hash.sha256} AND decided_by = ${attemptId})`
}

export function readPolled(row: Row): DeviceRequest {
  const decided = optional(integer, row, 'decided_at') !== undefined
  const approved = optional(text, row, 'authorization_id') !== undefined
  return {
    clientId: text(row, 'client_id'),
    scope: parseScopeNames(text(row, 'scope')),
    resources: texts(row, 'resources'),
    details: readDetails(row),
    createdAt: integer(row, 'created_at'),
    expiresAt: integer(row, 'expires_at'),
    interval: integer(row, 'poll_interval'),
    polledAt: optional(integer, row, 'polled_at'),
    decision: !decided ? 'pending' : approved ? 'approved' : 'denied',
  }
}
