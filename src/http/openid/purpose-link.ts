import { linkIdentity } from '../../acts/sign-in/link-identity.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import { labelOf } from '../../rules/sign-in/provider-claims.ts'
import { isProven } from '../../rules/sign-in/step-up.ts'
import { read } from '../../store/database.ts'
import { countOwnEvents } from '../../store/people/own-events.ts'
import { pathWith } from '../context.ts'
import { refusePage } from '../pages.tsx'
import { tellEvenIfLost, tellOfChange } from '../people/mailer.ts'
import { stepUpTo } from '../sign-in/require-session.ts'
import { showFailed, showOff } from './provider-failed.ts'
import type { PurposeRules } from './purpose.ts'

/** A signed-in person adds the identity to their account, after a fresh proof that the account is theirs. */
export const link: PurposeRules = {
  // They see there whose identity it is: nobody else can have signed in at the provider before, unseen.
  isFresh: true,
  async refuse(c, connection, session) {
    const here = pathWith(c.var.paths.loginWith(connection.id), { purpose: 'link' })
    if (session === undefined || !isProven(session, c.var.now)) return stepUpTo(c, session, here)
    const most = c.var.config.quotas.changes
    const { changes } = await read(c.env.DB, {
      changes: countOwnEvents(c.env.DB, { userId: session.user.id }, most, c.var.now),
    })
    const { tooMuch, tooMuchAdvice } = c.var.messages.failure
    return changes < most ? undefined : refusePage(c, session, 429, tooMuch, tooMuchAdvice)
  },
  async end(c, { connection, attempt, provided, at, session }) {
    const failed = { connection, purpose: 'link', next: attempt.next, session } as const
    // Another person has signed in in this browser meanwhile, or nobody is signed in any more.
    if (session === undefined || session.user.id !== attempt.userId) return showFailed(c, 'late', failed)
    const { reference, now, paths } = c.var
    const act = { actorId: session.user.id, attemptId: attempt.id }
    const identity = { ...at, label: labelOf(provided), connectionName: connection.name }
    const tellThem = () => tellOfChange(c, session.user, attempt.id)
    const linking = linkIdentity({ db: c.env.DB, act, reference, now }, identity)
    const outcome = await tellEvenIfLost(linking, tellThem)
    if (outcome === 'off') return showOff(c, session, attempt.next)
    if (outcome !== 'linked') return showFailed(c, outcome, failed)
    tellThem()
    return c.redirect(parseNextPath(attempt.next) ?? paths.identities, 303)
  },
}
