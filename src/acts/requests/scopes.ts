import type { TypedScope } from '../../rules/requests/scope-form.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { read } from '../../store/database.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { deleteStandaloneScope, hasStandaloneScope, putStandaloneScope } from '../../store/requests/scopes.ts'
import { change, type Doing, end } from '../act.ts'

/** A scope that belongs to no API. `taken`: a new one has an existing name. `gone`: there is none with this name to change. */
export async function saveScope(
  doing: Doing,
  scope: TypedScope,
  isNew: boolean,
): Promise<'saved' | 'taken' | 'gone' | 'refused'> {
  const { db, act } = doing
  const { found, done } = await read(db, {
    found: findScopes(db, [scope.name]),
    done: hasAuditEvent(db, act.attemptId),
  })
  const [known] = found
  if (!isNew && (known === undefined || known.resource !== undefined)) return 'gone'
  if (isNew && known !== undefined && !done) return 'taken'
  const event = { type: 'scope_saved', target: scope.name } as const
  return (await change(doing, event, putStandaloneScope(db, act, scope))) ? 'saved' : 'refused'
}

export function deleteScope(doing: Doing, name: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'scope_deleted', target: name, only: hasStandaloneScope(name) } as const
  return end(doing, event, ...deleteStandaloneScope(db, act, name, now))
}
