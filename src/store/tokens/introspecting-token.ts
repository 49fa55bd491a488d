import type { Client } from '../../rules/clients/client.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import type { Seconds } from '../../values/time.ts'
import { clientColumns, readClient } from '../clients/clients.ts'
import { first, type Query } from '../database.ts'
import { raw, sql, statement } from '../sql.ts'
import { type LiveToken, liveColumns, livesIn, readLiveToken } from './revoked-access-tokens.ts'

/** A valid token of a caller of introspection, and its application: that decides the form of the answer. */
export function findIntrospectingToken(
  db: D1Database,
  token: AccessToken,
  now: Seconds,
): Query<(LiveToken & { readonly client: Client }) | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${liveColumns(token)}, ${raw(clientColumns)} FROM ${livesIn(token, now)}`,
    ),
    read: first((row) => ({ ...readLiveToken(token, row), client: readClient(row) })),
  }
}
