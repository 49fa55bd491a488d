import { read } from '../../store/database.ts'
import { endAllAccessOf } from '../../store/people/standing.ts'
import { findUser } from '../../store/people/users.ts'
import { isSomebodyElse, resetFactors } from '../../store/sign-in/factors.ts'
import { change, type Doing } from '../act.ts'
import type { Done } from '../people/standing.ts'

/** For a person who lost their factors: removes all of them, and ends all access. */
export async function resetFactorsOf(doing: Doing, userId: string, issuer: string): Promise<Done> {
  const { db, act, now } = doing
  const { user } = await read(db, { user: findUser(db, userId) })
  const done = await change(
    doing,
    { type: 'factors_reset', target: userId, only: isSomebodyElse(act, userId) },
    ...resetFactors(db, act, userId),
    ...endAllAccessOf(db, act, userId, 'factors_reset', issuer, now),
  )
  return { done, changed: done ? user : undefined }
}
