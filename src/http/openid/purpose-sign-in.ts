import { adoptAtProvider } from '../../acts/sign-in/adopt-account.ts'
import { refreshProvided } from '../../acts/sign-in/refresh-provided.ts'
import { withoutUnmapped } from '../../rules/openid/provider-mapping.ts'
import { maySignUp } from '../../rules/openid/provider-sign-up.ts'
import { may } from '../../rules/people/role.ts'
import { hasTwoFactors } from '../../rules/sign-in/step-up.ts'
import { randomText } from '../../secrets/secret.ts'
import { makeAttemptAt } from '../../secrets/sign-in/provider-attempt.ts'
import { read, write } from '../../store/database.ts'
import { findProviderSignIn, type ProviderSignInFacts } from '../../store/sign-in/identities.ts'
import { type Context, pathWith } from '../context.ts'
import { tellOfChange } from '../people/mailer.ts'
import { goOn } from '../sign-in/after-sign-in.ts'
import { sendElsewhere } from '../sign-in/elsewhere.ts'
import { startPendingSignIn } from '../sign-in/pending-sign-in.ts'
import { signIn } from '../sign-in/sign-in.ts'
import { deliverLogoutsSoon } from './deliver-soon.ts'
import { type NewcomerFacts, newcomerQuery } from './newcomer.ts'
import { keepAttempt } from './provider-attempts.ts'
import { showFailed, showOwned } from './provider-failed.ts'
import type { PurposeRules, Returned } from './purpose.ts'

/** A known identity signs its person in; an unknown one may create an account. */
export const signInAt: PurposeRules = { isFresh: false, refuse: () => undefined, end }

async function end(c: Context, returned: Returned): Promise<Response> {
  const { connection, attempt, at } = returned
  const { DB } = c.env
  const { found, newcomer } = await read(DB, {
    found: findProviderSignIn(DB, at),
    newcomer: newcomerQuery(c, connection, returned, attempt.next),
  })
  return found === undefined ? arrive(c, returned, newcomer) : goIn(c, returned, found)
}

async function goIn(c: Context, returned: Returned, found: ProviderSignInFacts): Promise<Response> {
  const { connection, attempt, provided, at } = returned
  const { DB } = c.env
  const { config, now, paths, reference } = c.var
  const { next, purpose } = attempt
  if (found.isSuspended) return showFailed(c, 'suspended', { connection, purpose, next })
  if (found.isDoubted) return showFailed(c, 'closed', { connection, purpose, next })
  const { user, passwordHash, elsewhere } = found
  if (elsewhere !== undefined && elsewhere.id !== at.connectionId) return sendElsewhere(c, elsewhere, next)
  // A session that is too old for the administration from its first moment would lead back to sign-in.
  const oldest = now - config.lifetimes.staffSession
  if (may(user.role, 'see') && at.authenticatedAt <= oldest)
    return showFailed(c, 'notFresh', { connection, purpose, next, again: true })
  const writes = refreshProvided({ db: DB, reference, now }, connection, provided, user.id, randomText(16))
  if (found.hasAuthenticator && !hasTwoFactors(at.amr)) {
    await write(DB, [...writes, startPendingSignIn(c, user.id, passwordHash, at)], {})
    return c.redirect(pathWith(paths.loginCode, { next }), 303)
  }
  await signIn(c, { userId: user.id, passwordHash, proof: { by: 'provider', at } }, writes, {})
  return goOn(c, next, found.awaitsReview)
}

/** Nobody here has this identity. An address decides whose it is only in a domain whose people sign in with the provider alone. */
async function arrive(c: Context, returned: Returned, newcomer: NewcomerFacts): Promise<Response> {
  const { connection, attempt, provided, at } = returned
  const { next, purpose } = attempt
  const failed = { connection, purpose, next }
  // Only a person who has proven the address learns that it has an account.
  const { confirmed, invitation, owner } = newcomer
  const arrived = {
    provided: withoutUnmapped(provided, connection.settings),
    at,
    version: connection.updatedAt,
  }
  const about = { connectionId: connection.id, purpose, next, maxAge: undefined, userId: undefined }
  const waiting = makeAttemptAt({ ...about, isSilent: false, arrived }, c.var.now)
  if (owner !== undefined && confirmed !== undefined) {
    if (owner.isAdoptable) {
      const { now, reference, issuer } = c.var
      const visit = { userId: owner.id, email: confirmed, connection, provided, id: attempt.id, issuer }
      const found = await adoptAtProvider({ db: c.env.DB, reference, now }, visit)
      if (found !== undefined) {
        deliverLogoutsSoon(c)
        tellOfChange(c, found.user, attempt.id)
        return goIn(c, returned, found)
      }
    }
    const arrival = owner.isEnforced && (await keepAttempt(c, waiting)) ? waiting.id : undefined
    return showOwned(c, { connection, next, arrival })
  }
  if (!maySignUp(connection.settings, { confirmed, isInvited: invitation !== undefined }))
    return showFailed(c, 'closed', failed)
  if (!(await keepAttempt(c, waiting))) return showFailed(c, 'long', failed)
  return c.redirect(pathWith(c.var.paths.loginWithNew(connection.id), { arrival: waiting.id }), 303)
}
