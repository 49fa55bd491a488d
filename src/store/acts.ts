/** Who changes something, and in which attempt. The statements check both themselves. */
export interface Act {
  readonly actorId: string
  /** Id of the audit event, the last write of the attempt: from then on the same attempt changes nothing. */
  readonly attemptId: string
}

/** Whether the user ?2 is an administrator who may act: not one who was suspended a moment ago. */
export const isAdministrator = `EXISTS (SELECT 1 FROM users a WHERE a.id = ?2 AND a.role = 'administrator' AND a.suspended_at IS NULL)`

/** Whether the user ?2 may see and change the client `c`. Part of every statement that does either for a person. */
export const manages = `(c.owner_id = ?2 OR ${isAdministrator})`

/** The attempt ?3 has not taken effect yet. */
const isFirst = 'NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ?3)'

/** For statements about client ?1 by user ?2 in attempt ?3. */
export const mayAct = `EXISTS (SELECT 1 FROM clients c WHERE c.id = ?1 AND ${manages}) AND ${isFirst}`

/** For statements of administrators alone, by user ?2 in attempt ?3. */
export const mayAdminister = `${isAdministrator} AND ${isFirst}`

/**
 * The attempt ?3 has just been noted, at ?4. For what is deleted after its event: sent again later, the same form must not
 * delete what was made since under the same name.
 */
export const isNotedNow = 'EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ?3 AND e.at = ?4)'
