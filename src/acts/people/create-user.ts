import { write } from '../../store/database.ts'
import { isFirstTime } from '../../store/guards.ts'
import { replaceMailToken } from '../../store/people/mail-tokens.ts'
import { isNameTaken } from '../../store/people/sign-ups.ts'
import { findUser, insertUserFor, isThere, type NewUser } from '../../store/people/users.ts'
import type { SecretHash } from '../../values/secret.ts'
import { type Doing, noteOf } from '../act.ts'

/**
 * An administrator creates an account. `link`: the mailed link by which the person chooses a password; using it confirms their
 * address. The same form sent twice creates one account, and none after that person was deleted.
 */
export async function createUser(
  doing: Doing,
  user: NewUser,
  link: SecretHash<'mail'> | undefined,
): Promise<'created' | 'taken' | 'refused'> {
  const { db, act, now } = doing
  const { id, email = '' } = user
  const token = link && ({ hash: link, purpose: 'password_reset', userId: id, email } as const)
  const { made, taken } = await write(
    db,
    [
      ...insertUserFor(db, act, user),
      ...(token === undefined ? [] : replaceMailToken(db, token, now, isFirstTime(act))),
      noteOf(doing, { type: 'user_created', target: id, only: isThere(id) }),
    ],
    { made: findUser(db, id), taken: isNameTaken(db, user.username) },
  )
  if (made !== undefined) return 'created'
  return taken ? 'taken' : 'refused'
}
