import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'
import { raw, type Sql, sql, statement, tableOf } from '../sql.ts'
import { isNotedTarget, type Target } from '../targets.ts'
import { type OwnedClient, ownedColumns, readOwnedClient } from './clients.ts'

/** The clients with these ids, in the order of names. Unknown ids are left out. */
export function findSelectedClients(db: D1Database, ids: readonly string[]): Query<readonly OwnedClient[]> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(ownedColumns)} FROM ${tableOf(ids)} n CROSS JOIN clients c CROSS JOIN users u
        WHERE c.id = n.value AND u.id = c.owner_id ORDER BY c.name_key, c.id`,
    ),
    read: (rows) => rows.map(readOwnedClient),
  }
}

/** For the events of `noteTargets`. A client that waits for approval, or was refused, is resumed by approving it. */
export function canClientBeSuspended(suspended: boolean): Sql {
  return sql`EXISTS (SELECT 1 FROM clients t
    WHERE t.id = p.id AND t.approval IS NULL AND (t.suspended_at IS NULL) = ${suspended ? 1 : 0})`
}

/** After the events of `noteTargets`. */
export function suspendClients(
  db: D1Database,
  targets: readonly Target[],
  suspended: boolean,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE clients SET suspended_at = ${suspended ? now : null}, awaits_owner = 0
      WHERE ${isNotedTarget('id', targets, now)}`,
  )
}

/** The last change of each client that the administrator saw. After a newer change they have to review it again. */
export type Seen = readonly (readonly [clientId: string, updatedAt: Seconds])[]

function isUnchanged(seen: Seen): Sql {
  return sql`EXISTS (SELECT 1 FROM json_each(${JSON.stringify(seen)})
    WHERE value ->> 0 = t.id AND value ->> 1 = t.updated_at)`
}

/** For the events of `noteTargets`. */
export function canBeAnswered(seen: Seen): Sql {
  return sql`EXISTS (SELECT 1 FROM clients t WHERE t.id = p.id AND t.approval = 'waiting' AND ${isUnchanged(seen)})`
}

/** After the events of `noteTargets`. A refused client stays suspended. */
export function answerClients(
  db: D1Database,
  targets: readonly Target[],
  approved: boolean,
  now: Seconds,
): Write {
  const change = approved ? sql`suspended_at = NULL, approval = NULL` : sql`approval = 'refused'`
  return statement(
    db,
    sql`UPDATE clients SET ${change} WHERE ${isNotedTarget('id', targets, now)} AND approval = 'waiting'`,
  )
}
