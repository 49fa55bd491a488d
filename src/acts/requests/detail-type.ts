import type { DetailType } from '../../rules/requests/detail-type.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { read } from '../../store/database.ts'
import {
  deleteDetailType,
  findDetailType,
  hasDetailType,
  putDetailType,
} from '../../store/requests/detail-type.ts'
import { change, type Doing, end } from '../act.ts'

/** A type of authorization details (RFC 9396). `taken`: a new one has an existing name. `gone`: there is none to change. */
export async function saveDetailType(
  doing: Doing,
  saved: DetailType,
  isNew: boolean,
): Promise<'saved' | 'taken' | 'gone' | 'refused'> {
  const { db, act } = doing
  const { known, done } = await read(db, {
    known: findDetailType(db, saved.type),
    done: hasAuditEvent(db, act.attemptId),
  })
  if (!isNew && known === undefined) return 'gone'
  if (isNew && known !== undefined && !done) return 'taken'
  const event = { type: 'detail_type_saved', target: saved.type } as const
  return (await change(doing, event, putDetailType(db, act, saved))) ? 'saved' : 'refused'
}

/** From then on nobody can request it, and no token that is issued contains it. */
export function removeDetailType(doing: Doing, type: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'detail_type_deleted', target: type, only: hasDetailType(type) } as const
  return end(doing, event, deleteDetailType(db, act, type, now))
}
