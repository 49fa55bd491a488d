import type { Client } from '../../rules/clients/client.ts'
import { longestRequest, type PushedRequest } from '../../rules/requests/pushed.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { mayRequest } from '../clients/published.ts'
import { first, hasChanged, type Query, text, type Write } from '../database.ts'
import { hasRoom, type NetworkOrigin, originText } from '../origin.ts'
import { type Sql, sql, statement } from '../sql.ts'

export type RequestUriHash = SecretHash<'pushed-request'>

export interface NewPushedRequest {
  readonly hash: RequestUriHash
  readonly client: Pick<Client, 'id' | 'type' | 'registeredBy' | 'trust'>
  readonly query: string
  /** The network that pushed it. */
  readonly origin: NetworkOrigin
  readonly expiresAt: Seconds
}

/** Limits of waiting requests: of one network, and of one client with a secret or keys that a person registered or verified. */
const mostOf = { public: 200, confidential: 2000 } as const

/** Returns whether it was written: not when too many are waiting. */
export function insertPushedRequest(db: D1Database, request: NewPushedRequest, now: Seconds): Query<boolean> {
  const { hash, client, query, expiresAt } = request
  // All users of a server come through its one address. Anybody can publish a document with keys, or let clients register.
  const isVouched = client.registeredBy === 'person' || client.trust !== 'unverified'
  const isKnown = client.type === 'confidential' && isVouched
  const origin = isKnown ? { site: client.id, block: '' } : request.origin
  const most = mostOf[isKnown ? 'confidential' : 'public']
  return hasChanged(
    statement(
      db,
      sql`INSERT INTO pushed_authorizations (request_uri_hash, client_id, query, origin, expires_at)
          SELECT ${hash.sha256}, ${client.id}, ${query}, ${originText(origin)}, ${expiresAt}
          WHERE ${mayRequest(client)}
            AND ${hasRoom(sql`pushed_authorizations WHERE expires_at > ${now}`, origin, most)}
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
    sql`UPDATE pushed_authorizations SET visited = 1, expires_at = ${now + longestRequest}
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
      sql`SELECT query FROM pushed_authorizations
          WHERE request_uri_hash = ${hash.sha256} AND client_id = ${clientId} AND expires_at > ${now}`,
    ),
    read: first((row) => ({ query: text(row, 'query') })),
  }
}

/** For the write that completes a request: it was not completed before. */
export function isPushed(hash: RequestUriHash): Sql {
  return sql`EXISTS (SELECT 1 FROM pushed_authorizations WHERE request_uri_hash = ${hash.sha256})`
}

/** Deletes a completed request. `only`: the previous write in the batch took effect. */
export function deletePushedRequest(db: D1Database, hash: RequestUriHash, only: Sql): Write {
  return statement(
    db,
    sql`DELETE FROM pushed_authorizations WHERE request_uri_hash = ${hash.sha256} AND ${only}`,
  )
}
