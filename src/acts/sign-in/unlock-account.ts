import { nameKey } from '../../rules/people/person.ts'
import { subjectsOfAccount } from '../../secrets/try-subject.ts'
import { isThere, type User } from '../../store/people/users.ts'
import { forgetAllAttempts } from '../../store/sign-in/tries.ts'
import { change, type Doing } from '../act.ts'

/** An administrator unlocks an account: the counters of unknown browsers are cleared, for passwords and for codes. */
export function unlockAccount(doing: Doing, user: Pick<User, 'id' | 'username'>): Promise<boolean> {
  const { db, act } = doing
  const subjects = subjectsOfAccount(nameKey(user.username), user.id)
  const event = { type: 'account_unlocked', target: user.id, only: isThere(user.id) } as const
  return change(doing, event, forgetAllAttempts(db, act, subjects))
}
