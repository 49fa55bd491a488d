import type { Client } from '../../rules/clients/client.ts'
import { longestRequest, type PushedRequest } from '../../rules/requests/pushed.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, hasChanged, type Query, text, type Write } from '../database.ts'
import { hasRoom, type NetworkOrigin, originText } from '../origin.ts'
import { type Sql, sql, statement } from '../sql.ts'

export type RequestUriHash = SecretHash<'pushed-request'>

export interface NewPushedRequest {
  readonly hash: RequestUriHash
  readonly client: Pick<Client, 'id' | 'type'>
  readonly query: string
  /** The network that pushed it. */
  readonly origin: NetworkOrigin
  readonly expiresAt: Seconds
}

/** Limits of waiting requests: of one network for public clients, and of one confidential client. */
const mostOf = { public: 200, confidential: 2000 } as const

/** Returns whether it was written: not when too many are waiting. */
export function insertPushedRequest(db: D1Database, request: NewPushedRequest, now: Seconds): Query<boolean> {
  const { hash, client, query, expiresAt } = request
  // All users of a server come through its one address.
  const origin = client.type === 'public' ? request.origin : { site: client.id, block: '' }
  return hasChanged(
    statement(
      db,
      sql`INSERT INTO pushed_requests (request_uri_hash, client_id, query, origin, expires_at)
          SELECT ${hash.sha256}, c.id, ${query}, ${originText(origin)}, ${expiresAt}
          FROM clients c WHERE c.id = ${client.id} AND c.suspended_at IS NULL
            AND ${hasRoom(sql`pushed_requests WHERE expires_at > ${now}`, origin, mostOf[client.type])}
          ON CONFLICT (request_uri_hash) DO UPDATE SET query = excluded.query`,
    ),
  )
}

/** The first visit, in time: from now on the request stays for as long as a sign-in may take. */
export function visitPushedRequest(
  db: D1Database,
  hash: RequestUriHash,
  clientId: string,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE pushed_requests SET visited = 1, expires_at = ${now + longestRequest}
        WHERE request_uri_hash = ${hash.sha256} AND client_id = ${clientId} AND visited = 0 AND expires_at > ${now}`,
  )
}

/** Only for the client that pushed it (RFC 9126 §4). */
export function findPushedRequest(
  db: D1Database,
  hash: RequestUriHash,
  clientId: string,
  now: Seconds,
): Query<PushedRequest | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT query FROM pushed_requests
          WHERE request_uri_hash = ${hash.sha256} AND client_id = ${clientId} AND expires_at > ${now}`,
    ),
    read: first((row) => ({ query: text(row, 'query') })),
  }
}

/** For the write that completes a request: it was not completed before. */
export function isPushed(hash: RequestUriHash): Sql {
  return sql`EXISTS (SELECT 1 FROM pushed_requests WHERE request_uri_hash = ${hash.sha256})`
}

/** Deletes a completed request. `only`: the previous write in the batch took effect. */
export function deletePushedRequest(db: D1Database, hash: RequestUriHash, only: Sql): Write {
  return statement(db, sql`DELETE FROM pushed_requests WHERE request_uri_hash = ${hash.sha256} AND ${only}`)
}
