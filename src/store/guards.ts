import { type Permission, rolesThatMay } from '../rules/people/role.ts'
import type { Seconds } from '../values/time.ts'
import { raw, type Sql, sql } from './sql.ts'

/** The actor of a change, and the attempt. The statements check both themselves. */
export interface Act {
  readonly actorId: string
  /** Id of the audit event, the last write of the attempt: from then on the same attempt changes nothing. */
  readonly attemptId: string
}

/** The actor has this permission now: neither the role was lost, nor the actor suspended, a moment ago. */
export function actorIs({ actorId }: Pick<Act, 'actorId'>, permission: Permission): Sql {
  const list = rolesThatMay(permission).map((role) => `'${role}'`)
  const roles = raw(list.join(', '))
  return sql`EXISTS (SELECT 1 FROM users a WHERE a.id = ${actorId} AND a.role IN (${roles}) AND a.suspended_at IS NULL)`
}

/** The attempt has not taken effect yet: its event is the last write of its batch. */
export function isFirstTime({ attemptId }: Pick<Act, 'attemptId'>): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ${attemptId})`
}

/** The actor is an administrator now, and the attempt has not taken effect yet. */
export function mayAdminister(act: Act): Sql {
  return sql`${actorIs(act, 'administer')} AND ${isFirstTime(act)}`
}

/** The actor may see and change the client `c`: its owner and administrators. Part of every statement that acts for a person. */
export function manages(actor: Pick<Act, 'actorId'>): Sql {
  return sql`(c.owner_id = ${actor.actorId} OR ${actorIs(actor, 'administer')})`
}

/** The actor manages the client, and the attempt has not taken effect yet. */
export function mayChange(act: Act, clientId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM clients c WHERE c.id = ${clientId} AND ${manages(act)}) AND ${isFirstTime(act)}`
}

/** The attempt was just recorded, which needs the permission: for writes after its event in the same batch. */
export function isNoted({ attemptId }: Pick<Act, 'attemptId'>, now: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ${attemptId} AND e.at = ${now})`
}
