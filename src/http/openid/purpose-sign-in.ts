import { labelOf } from '../../rules/sign-in/provider-claims.ts'
import { hasTwoFactors } from '../../rules/sign-in/step-up.ts'
import { read, write } from '../../store/database.ts'
import { noteIdentityUse } from '../../store/sign-in/identities.ts'
import { findProviderSignIn } from '../../store/sign-in/provider-sign-ins.ts'
import { type Context, pathWith } from '../context.ts'
import { goOn } from '../sign-in/after-sign-in.ts'
import { startPendingSignIn } from '../sign-in/pending-sign-in.ts'
import { signIn } from '../sign-in/sign-in.ts'
import { showFailed } from './provider-failed.ts'
import type { PurposeRules, Returned } from './purpose.ts'

/** A known identity signs its person in. */
export const signInAt: PurposeRules = { isFresh: false, refuse: () => undefined, end }

async function end(c: Context, returned: Returned): Promise<Response> {
  const { connection, attempt, provided, at } = returned
  const { DB } = c.env
  const { now, paths } = c.var
  const { next, purpose } = attempt
  const { found } = await read(DB, { found: findProviderSignIn(DB, at) })
  if (found === undefined) return showFailed(c, 'closed', { connection, purpose, next })
  if (found.isSuspended) return showFailed(c, 'suspended', { connection, purpose, next })
  const { user, passwordHash } = found
  const writes = [noteIdentityUse(DB, at, labelOf(provided), now)]
  if (found.hasAuthenticator && !hasTwoFactors(at.amr)) {
    await write(DB, [...writes, startPendingSignIn(c, user.id, passwordHash, at)], {})
    return c.redirect(pathWith(paths.loginCode, { next }), 303)
  }
  await signIn(c, { userId: user.id, passwordHash, proof: { by: 'provider', at } }, writes, {})
  return goOn(c, next, found.awaitsReview)
}
