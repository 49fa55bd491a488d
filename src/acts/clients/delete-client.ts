import type { Plan } from '../../rules/server/plan.ts'
import { deleteClient, stopClient } from '../../store/clients/changes.ts'
import { mayChange } from '../../store/guards.ts'
import { type Doing, end } from '../act.ts'
import { forgetFirst } from '../tokens/forget-first.ts'

/** Deletes the application and all of its authorizations. `more`: there are so many that the next attempt continues. */
export async function removeClient(
  doing: Doing,
  clientId: string,
  plan: Plan,
): Promise<'gone' | 'more' | 'refused'> {
  const { db, act, now } = doing
  const first = {
    of: { clientId },
    allowed: mayChange(act, clientId),
    stop: stopClient(db, act, clientId, now),
    plan,
  }
  if (!(await forgetFirst(db, first, now))) return 'more'
  const event = { type: 'client_deleted', clientId } as const
  return (await end(doing, event, deleteClient(db, act.actorId, clientId))) ? 'gone' : 'refused'
}
