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
  /** From where it was pushed. */
  readonly origin: NetworkOrigin
  readonly expiresAt: Seconds
}

/** How many may wait at once: those of one network for clients that anybody can name, and those of one client that proved itself. */
const mostOf = { public: 200, confidential: 2000 } as const

/** Answers whether it was written: not when too many wait. */
export function insertPushedRequest(db: D1Database, request: NewPushedRequest, now: Seconds): Query<boolean> {
  const { hash, client, query, expiresAt } = request
  // All of a server's users come through its one address.
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

/** The first visit, in time: from now on the request lives as long as somebody may take to sign in. */
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

/** For the write that completes a request: nobody has completed it yet. */
export function isPushed(hash: RequestUriHash): Sql {
  return sql`EXISTS (SELECT 1 FROM pushed_requests WHERE request_uri_hash = ${hash.sha256})`
}

/** A completed request is gone. `only`: the write before it in the batch came to pass. */
export function deletePushedRequest(db: D1Database, hash: RequestUriHash, only: Sql): Write {
  return statement(db, sql`DELETE FROM pushed_requests WHERE request_uri_hash = ${hash.sha256} AND ${only}`)
}
