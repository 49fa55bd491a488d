import type { Client } from '../../rules/clients/client.ts'
import type { Sector } from '../../rules/openid/subject.ts'
import type { SecretHash } from '../../values/secret.ts'
import { parseClientOpenid } from '../clients/openid.ts'
import { integer, optional, type Query, type Row, text, texts } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** A client that the browser must visit during a sign-out (OIDC Front-Channel Logout §2), and its session in a sector. */
export interface FrontchannelLogout {
  readonly client: Pick<Client, 'id' | 'redirectUris' | 'openid'>
  readonly sid: string
  /** Undefined: the client's current sector. */
  readonly sector: Sector | undefined
}

const mostFrames = 20

export function listFrontchannelLogouts(
  db: D1Database,
  session: SecretHash<'session'>,
): Query<readonly FrontchannelLogout[]> {
  return {
    statement: statement(
      db,
      sql`SELECT c.id, c.redirect_uris, c.openid, s.sid, json_extract(a.openid, '$.sector') AS sector,
          (json_type(a.openid, '$.sector') IS NOT NULL OR a.openid ->> 'sid' = '') AS has_sector
        FROM sessions s JOIN authorizations a ON a.sid = s.sid JOIN clients c ON c.id = a.client_id
        WHERE s.id_hash = ${session.sha256} AND a.redeemed_at IS NOT NULL AND json_extract(c.openid, '$.frontchannel_logout_uri') IS NOT NULL
        GROUP BY c.id, sector, has_sector LIMIT ${mostFrames}`,
    ),
    read: (rows) => rows.map(readFrontchannelLogout),
  }
}

function readFrontchannelLogout(row: Row): FrontchannelLogout {
  const openid = parseClientOpenid(text(row, 'openid'))
  return {
    client: { id: text(row, 'id'), redirectUris: texts(row, 'redirect_uris'), openid },
    sid: text(row, 'sid'),
    sector: integer(row, 'has_sector') === 0 ? undefined : (optional(text, row, 'sector') ?? null),
  }
}
