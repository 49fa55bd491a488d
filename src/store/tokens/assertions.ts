import type { Client } from '../../rules/clients/client.ts'
import { nameKey } from '../../rules/people/person.ts'
import { formatScope, parseScopeNames, type Scope } from '../../rules/requests/scope.ts'
import type { UserField } from '../../rules/tokens/assertion.ts'
import type { OpenidGrant } from '../../rules/tokens/authorization.ts'
import type { Seconds } from '../../values/time.ts'
import { first, optional, type Query, text, type Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'
import { formatOpenidColumn } from './openid-grant.ts'

/** A user here whom another server names. */
export interface AssertedUser {
  readonly id: string
  /** Their earlier consent to the client. */
  readonly consented: Scope
}

/** Undefined when no user matches, or they are suspended. An address matches only its confirmed owner. */
export function findAssertedUser(
  db: D1Database,
  field: UserField,
  value: string,
  clientId: string,
): Query<AssertedUser | undefined> {
  const isMeant = {
    id: sql`u.id = ${value}`,
    username: sql`u.username_key = ${nameKey(value)}`,
    email: sql`lower(u.email) = ${value.toLowerCase()} AND u.email_verified_at IS NOT NULL`,
  }[field]
  return {
    statement: statement(
      db,
      sql`SELECT u.id, k.scope FROM users u LEFT JOIN consents k ON k.user_id = u.id AND k.client_id = ${clientId}
        WHERE ${isMeant} AND u.suspended_at IS NULL`,
    ),
    read: first((row) => ({
      id: text(row, 'id'),
      consented: parseScopeNames(optional(text, row, 'scope') ?? ''),
    })),
  }
}

/** The grant of an assertion. */
export interface AssertedGrant {
  readonly authorizationId: string
  readonly client: Client
  readonly userId: string
  readonly issuer: string
  readonly scope: Scope
  /** Empty: the issuer itself. */
  readonly resources: readonly string[]
  readonly authTime: Seconds
  readonly openid: OpenidGrant
  readonly expiresAt: Seconds
}

/** The person has connected the application for the first time. */
export function isFirst({ userId, client }: Pick<AssertedGrant, 'userId' | 'client'>): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM consents k WHERE k.user_id = ${userId} AND k.client_id = ${client.id})`
}

/** While the other server may vouch to this application, and neither it nor the person is suspended. */
export function mayAssert({
  issuer,
  client,
  userId,
}: Pick<AssertedGrant, 'issuer' | 'client' | 'userId'>): Sql {
  return sql`EXISTS (SELECT 1 FROM other_server_clients o JOIN clients c ON c.id = o.client_id AND c.suspended_at IS NULL
      JOIN users u ON u.id = ${userId} AND u.suspended_at IS NULL
    WHERE o.issuer = ${issuer} AND o.client_id = ${client.id})`
}

/** An authorization without a code and without a refresh token: it is redeemed from the start. */
export function insertAsserted(db: D1Database, grant: AssertedGrant, now: Seconds, only: Sql): Write {
  const { authorizationId: id, scope, resources, expiresAt } = grant
  return statement(
    db,
    sql`INSERT INTO authorizations (id, client_id, user_id, scope, resources, auth_time, sid, openid, created_at, code_hash,
          redirect_uri, redirect_uri_sent, code_expires_at, redeemed_at, redeemed_by, expires_at, kept_until, asserted_by)
        SELECT ${id}, ${grant.client.id}, ${grant.userId}, ${formatScope(scope)}, ${JSON.stringify(resources)}, ${grant.authTime},
          '', ${formatOpenidColumn(grant.openid)}, ${now}, ${`asserted ${id}`}, '', 0, ${now}, ${now}, ${id}, ${expiresAt}, ${expiresAt},
          ${grant.issuer}
        WHERE ${only} ON CONFLICT DO NOTHING`,
  )
}
