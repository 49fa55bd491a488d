import { read } from '../../store/database.ts'
import { findProviderSignIn } from '../../store/sign-in/identities.ts'
import { stepUpTo } from '../sign-in/require-session.ts'
import { showFailed } from './provider-failed.ts'
import type { PurposeRules } from './purpose.ts'
import { signInAt } from './purpose-sign-in.ts'

/** A signed-in person shows again that it is them, by an identity of theirs. */
export const prove: PurposeRules = {
  isFresh: true,
  refuse: (c, _, session) =>
    session === undefined ? stepUpTo(c, undefined, c.var.paths.account) : undefined,
  async end(c, returned) {
    const { connection, attempt, at, session } = returned
    const failed = { connection, purpose: 'prove', next: attempt.next, again: true, session } as const
    if (session === undefined || session.user.id !== attempt.userId) return showFailed(c, 'late', failed)
    const { found } = await read(c.env.DB, { found: findProviderSignIn(c.env.DB, at) })
    // Nobody becomes somebody else, or creates an account, by proving who they are.
    if (found?.user.id !== session.user.id) return showFailed(c, 'otherPerson', failed)
    return signInAt.end(c, returned)
  },
}
