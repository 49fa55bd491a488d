import { type LogoType, logoTypes } from '../../values/picture.ts'
import type { Seconds } from '../../values/time.ts'
import { first, oneOf, type Query, text, type Write } from '../database.ts'
import { type Act, isAdministrator, mayAct } from '../guards.ts'

export interface Logo {
  readonly type: LogoType
  readonly bytes: Uint8Array
}

/** Of the client `c`: it stands in the URL, so that another logo has another one. */
export const logoOfClient = '(SELECT l.hash FROM client_logos l WHERE l.client_id = c.id) AS logo'

/** It takes the place of an earlier one; undefined: there is none any more. What an administrator verified had another face. */
export function putLogo(
  db: D1Database,
  act: Act,
  clientId: string,
  hash: string,
  logo: Logo | undefined,
  now: Seconds,
): readonly Write[] {
  const who = [clientId, act.actorId, act.attemptId] as const
  const changed = db
    .prepare(
      `UPDATE clients SET updated_at = max(updated_at + 1, ?4), trust = iif(${isAdministrator}, trust, 'unverified') WHERE id = ?1 AND ${mayAct}`,
    )
    .bind(...who, now)
  if (logo === undefined)
    return [db.prepare(`DELETE FROM client_logos WHERE client_id = ?1 AND ${mayAct}`).bind(...who), changed]
  const put = db
    .prepare(
      `INSERT INTO client_logos (client_id, hash, type, content) SELECT ?1, ?4, ?5, ?6 WHERE ${mayAct}
       ON CONFLICT (client_id) DO UPDATE SET hash = excluded.hash, type = excluded.type, content = excluded.content`,
    )
    .bind(...who, hash, logo.type, Buffer.from(logo.bytes).toString('base64'))
  return [put, changed]
}

export function findLogo(db: D1Database, clientId: string, hash: string): Query<Logo | undefined> {
  return {
    statement: db
      .prepare('SELECT type, content FROM client_logos WHERE client_id = ? AND hash = ?')
      .bind(clientId, hash),
    read: first((row) => ({
      type: oneOf(logoTypes, row, 'type'),
      bytes: Buffer.from(text(row, 'content'), 'base64'),
    })),
  }
}
