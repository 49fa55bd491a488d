import { formatScope, parseScopeNames } from '../../rules/requests/scope.ts'
import { type OtherServer, userFields } from '../../rules/tokens/assertion.ts'
import type { Seconds } from '../../values/time.ts'
import { first, oneOf, optional, type Page, type Query, type Row, text, type Write } from '../database.ts'
import { type Act, actorIs, isNoted, mayAdminister } from '../guards.ts'
import { type Chosen, listed, type Order } from '../list.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'

const columns = raw('s.issuer, s.name, s.jwks_uri, s.audience, s.user_field, s.user_claim, s.assertion_scope')

function readServer(row: Row): OtherServer {
  return {
    issuer: text(row, 'issuer'),
    name: text(row, 'name'),
    jwksUri: optional(text, row, 'jwks_uri'),
    audience: optional(text, row, 'audience'),
    userField: oneOf(userFields, row, 'user_field'),
    userClaim: text(row, 'user_claim'),
    assertionScope: parseScopeNames(text(row, 'assertion_scope')),
  }
}

/** The orders of the list of other servers. */
export const otherServerSorts = ['name', 'identifier'] as const

const orders: Readonly<Record<(typeof otherServerSorts)[number], Order>> = {
  name: { key: sql`lower(s.name)`, type: 'text', id: sql`s.issuer` },
  identifier: { key: sql`s.issuer`, type: 'text' },
}

export function listOtherServers(
  db: D1Database,
  chosen: Chosen<keyof typeof orders>,
): Query<Page<OtherServer>> {
  return listed(
    db,
    { columns, from: sql`other_servers s`, order: orders[chosen.sort.by] },
    chosen,
    readServer,
  )
}

export function findOtherServer(db: D1Database, issuer: string): Query<OtherServer | undefined> {
  return {
    statement: statement(db, sql`SELECT ${columns} FROM other_servers s WHERE s.issuer = ${issuer}`),
    read: first(readServer),
  }
}

/** A server that may vouch for people to this application. */
export function findVoucher(
  db: D1Database,
  issuer: string,
  clientId: string,
): Query<OtherServer | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns} FROM other_servers s JOIN other_server_clients o ON o.issuer = s.issuer AND o.client_id = ${clientId}
        WHERE s.issuer = ${issuer}`,
    ),
    read: first(readServer),
  }
}

/** A server for which this application may get identity assertions, and its `client_id` there. */
export interface AssertionTarget {
  readonly server: OtherServer
  readonly knownAs: string
}

export function findAssertionTarget(
  db: D1Database,
  issuer: string,
  clientId: string,
): Query<AssertionTarget | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns}, a.known_as FROM other_servers s
          JOIN assertion_clients a ON a.issuer = s.issuer AND a.client_id = ${clientId}
        WHERE s.issuer = ${issuer}`,
    ),
    read: first((row) => ({ server: readServer(row), knownAs: text(row, 'known_as') })),
  }
}

/** An application of ours, and its `client_id` at the other server. */
export interface KnownAs {
  readonly clientId: string
  readonly knownAs: string
}

/** The owner's name for it; empty if there is none. */
export function listServerClients(
  db: D1Database,
  issuer: string,
): Readonly<{ accepted: Query<readonly string[]>; asserted: Query<readonly KnownAs[]> }> {
  return {
    accepted: {
      statement: statement(
        db,
        sql`SELECT o.client_id FROM other_server_clients o JOIN clients c ON c.id = o.client_id
          WHERE o.issuer = ${issuer} ORDER BY c.name_key, c.id`,
      ),
      read: (rows) => rows.map((row) => text(row, 'client_id')),
    },
    asserted: {
      statement: statement(
        db,
        sql`SELECT a.client_id, a.known_as FROM assertion_clients a JOIN clients c ON c.id = a.client_id
          WHERE a.issuer = ${issuer} ORDER BY c.name_key, c.id`,
      ),
      read: (rows) =>
        rows.map((row) => ({ clientId: text(row, 'client_id'), knownAs: text(row, 'known_as') })),
    },
  }
}

/** The server with exactly these applications. Authorizations based on its assertions to any other one end. */
export function putOtherServer(
  db: D1Database,
  act: Act,
  server: OtherServer,
  accepted: readonly string[],
  asserted: readonly KnownAs[],
  now: Seconds,
): readonly Write[] {
  const { issuer, name, jwksUri, audience, userField, userClaim, assertionScope } = server
  const may = mayAdminister(act)
  const acceptedList = JSON.stringify(jwksUri === undefined ? [] : accepted)
  const assertedList = JSON.stringify(asserted)
  return [
    statement(
      db,
      sql`INSERT INTO other_servers (issuer, name, jwks_uri, audience, user_field, user_claim, assertion_scope, created_at)
        SELECT ${issuer}, ${name}, ${jwksUri ?? null}, ${audience ?? null}, ${userField}, ${userClaim},
          ${formatScope(assertionScope)}, ${now} WHERE ${may}
        ON CONFLICT (issuer) DO UPDATE SET name = excluded.name, jwks_uri = excluded.jwks_uri, audience = excluded.audience,
          user_field = excluded.user_field, user_claim = excluded.user_claim, assertion_scope = excluded.assertion_scope`,
    ),
    endAsserted(
      db,
      issuer,
      sql`client_id NOT IN (SELECT value FROM json_each(${acceptedList})) AND ${may}`,
      now,
    ),
    statement(
      db,
      sql`DELETE FROM other_server_clients WHERE issuer = ${issuer} AND ${may}
        AND client_id NOT IN (SELECT value FROM json_each(${acceptedList}))`,
    ),
    statement(
      db,
      sql`INSERT INTO other_server_clients (issuer, client_id)
        SELECT s.issuer, c.id FROM json_each(${acceptedList}) n JOIN clients c ON c.id = n.value
          JOIN other_servers s ON s.issuer = ${issuer} WHERE ${may} ON CONFLICT DO NOTHING`,
    ),
    statement(db, sql`DELETE FROM assertion_clients WHERE issuer = ${issuer} AND ${may}`),
    statement(
      db,
      sql`INSERT INTO assertion_clients (issuer, client_id, known_as)
        SELECT s.issuer, c.id, n.value ->> 'knownAs' FROM json_each(${assertedList}) n
          JOIN clients c ON c.id = n.value ->> 'clientId' JOIN other_servers s ON s.issuer = ${issuer}
        WHERE ${may} ON CONFLICT DO NOTHING`,
    ),
  ]
}

/** Authorizations based on the other server's assertions. */
function endAsserted(db: D1Database, issuer: string, only: Sql, now: Seconds): Write {
  return endAuthorizations(db, sql`asserted_by = ${issuer} AND ${only}`, 'server_not_trusted', now)
}

/** For the event before a deletion, or after a change. */
export function hasOtherServer(issuer: string): Sql {
  return sql`EXISTS (SELECT 1 FROM other_servers WHERE issuer = ${issuer})`
}

/** After its event. Deletes its lists of applications too (ON DELETE CASCADE). */
export function deleteOtherServer(db: D1Database, act: Act, issuer: string, now: Seconds): readonly Write[] {
  const noted = sql`${actorIs(act, 'administer')} AND ${isNoted(act, now)}`
  return [
    endAsserted(db, issuer, noted, now),
    statement(db, sql`DELETE FROM other_servers WHERE issuer = ${issuer} AND ${noted}`),
  ]
}
