import { type Permission, rolesThatMay } from '../rules/people/role.ts'
import type { Seconds } from '../values/time.ts'
import { raw, type Sql, sql } from './sql.ts'

/** Who changes something, and in which attempt. The statements check both themselves. */
export interface Act {
  readonly actorId: string
  /** Id of the audit event, the last write of the attempt: from then on the same attempt changes nothing. */
  readonly attemptId: string
}

/** Whether the user `a` may do that now: not one whose role was changed, or who was suspended, a moment ago. */
export function isAbleTo(permission: Permission): string {
  const list = rolesThatMay(permission).map((role) => `'${role}'`)
  return `a.role IN (${list}) AND a.suspended_at IS NULL`
}

/** The same of the user ?2. */
export function actorMay(permission: Permission): string {
  return `EXISTS (SELECT 1 FROM users a WHERE a.id = ?2 AND ${isAbleTo(permission)})`
}

export const isAdministrator = actorMay('administer')

/** Whether the user ?2 may see and change the client `c`. Part of every statement that does either for a person. */
export const manages = `(c.owner_id = ?2 OR ${isAdministrator})`

/** The attempt ?3 has not taken effect yet. */
const isFirst = 'NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ?3)'

/** For statements about client ?1 by user ?2 in attempt ?3. */
export const mayAct = `EXISTS (SELECT 1 FROM clients c WHERE c.id = ?1 AND ${manages}) AND ${isFirst}`

/** For statements by user ?2 in attempt ?3, whatever they are about. */
export function mayActAs(permission: Permission): string {
  return `${actorMay(permission)} AND ${isFirst}`
}

export const mayAdminister = mayActAs('administer')

/**
 * The attempt ?3 has just been noted, at ?4. For what is deleted after its event: sent again later, the same form must not
 * delete what was made since under the same name.
 */
export const isNotedNow = 'EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ?3 AND e.at = ?4)'

/** The actor has this permission now: not somebody who lost their role, or was suspended, a moment ago. */
export function actorIs({ actorId }: Pick<Act, 'actorId'>, permission: Permission): Sql {
  return sql`EXISTS (SELECT 1 FROM users a WHERE a.id = ${actorId} AND ${raw(isAbleTo(permission))})`
}

/** The attempt has not taken effect yet. */
export function isFirstTime({ attemptId }: Pick<Act, 'attemptId'>): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ${attemptId})`
}

/** The actor manages the client, as its owner or as an administrator, and the attempt has not taken effect yet. */
export function mayChange(act: Act, clientId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM clients c WHERE c.id = ${clientId} AND (c.owner_id = ${act.actorId} OR ${actorIs(act, 'administer')}))
    AND ${isFirstTime(act)}`
}

/** The attempt has just been noted, which takes the permission: for what comes after its event in the same batch. */
export function isNoted({ attemptId }: Pick<Act, 'attemptId'>, now: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ${attemptId} AND e.at = ${now})`
}
