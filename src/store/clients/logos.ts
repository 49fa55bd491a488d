import { type LogoType, logoTypes } from '../../values/picture.ts'
import type { Seconds } from '../../values/time.ts'
import { first, oneOf, type Query, text, type Write } from '../database.ts'
import { type Act, actorIs, mayChange } from '../guards.ts'
import { sql, statement } from '../sql.ts'

export interface Logo {
  readonly type: LogoType
  readonly bytes: Uint8Array
}

/** For the client `c`: it is part of the URL, so that another logo has another URL. */
export const logoOfClient = '(SELECT l.hash FROM client_logos l WHERE l.client_id = c.id) AS logo'

/** Replaces an earlier one; undefined removes it. An administrator's verification was for the earlier one. */
export function putLogo(
  db: D1Database,
  act: Act,
  clientId: string,
  hash: string,
  logo: Logo | undefined,
  now: Seconds,
): readonly Write[] {
  const changed = statement(
    db,
    sql`UPDATE clients SET updated_at = max(updated_at + 1, ${now}),
        trust = iif(${actorIs(act, 'administer')}, trust, 'unverified')
      WHERE id = ${clientId} AND ${mayChange(act, clientId)}`,
  )
  if (logo === undefined)
    return [
      statement(
        db,
        sql`DELETE FROM client_logos WHERE client_id = ${clientId} AND ${mayChange(act, clientId)}`,
      ),
      changed,
    ]
  const put = statement(
    db,
    sql`INSERT INTO client_logos (client_id, hash, type, content)
      SELECT ${clientId}, ${hash}, ${logo.type}, ${Buffer.from(logo.bytes).toString('base64')}
      WHERE ${mayChange(act, clientId)}
      ON CONFLICT (client_id) DO UPDATE SET hash = excluded.hash, type = excluded.type, content = excluded.content`,
  )
  return [put, changed]
}

export function findLogo(db: D1Database, clientId: string, hash: string): Query<Logo | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT type, content FROM client_logos WHERE client_id = ${clientId} AND hash = ${hash}`,
    ),
    read: first((row) => ({
      type: oneOf(logoTypes, row, 'type'),
      bytes: Buffer.from(text(row, 'content'), 'base64'),
    })),
  }
}
