import type { Client } from '../../rules/clients/client.ts'
import type { ClaimsSubject } from '../../rules/openid/user-claims.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import type { OpenidGrant } from '../../rules/tokens/authorization.ts'
import type { Seconds } from '../../values/time.ts'
import { clientColumns, readClient } from '../clients/clients.ts'
import { first, type Query, text } from '../database.ts'
import { claimsColumns, readClaimsSubject } from '../people/profiles.ts'
import { raw, sql, statement } from '../sql.ts'
import { parseOpenidGrant } from '../tokens/openid-grant.ts'
import { type LiveToken, liveColumns, livesIn, readLiveToken } from '../tokens/revoked-access-tokens.ts'

/** A valid token, and the userinfo claims of its user. */
export interface UserinfoToken extends LiveToken {
  readonly client: Client
  /** Undefined for a token without a user. */
  readonly user: { readonly subject: ClaimsSubject; readonly openid: OpenidGrant } | undefined
}

export function findUserinfo(
  db: D1Database,
  token: AccessToken,
  now: Seconds,
): Query<UserinfoToken | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${liveColumns(token)}, a.openid AS openid_grant, ${claimsColumns}, ${raw(clientColumns)}
        FROM ${livesIn(token, now)}`,
    ),
    read: first((row) => ({
      ...readLiveToken(token, row),
      client: readClient(row),
      user:
        row.openid_grant === null
          ? undefined
          : { subject: readClaimsSubject(row), openid: parseOpenidGrant(text(row, 'openid_grant')) },
    })),
  }
}
