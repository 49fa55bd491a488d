import { askForRemoval, stopRemoval } from '../../../acts/sign-in/lost-factors.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail, tell } from '../../../http/people/mailer.ts'
import { pendingUser } from '../../../http/sign-in/pending-sign-in.ts'
import { currentSession } from '../../../http/sign-in/session.ts'
import { mayAskForRemoval } from '../../../rules/sign-in/factor-removal.ts'
import { hasFactor, hasTwoFactors, isRecent } from '../../../rules/sign-in/step-up.ts'
import { makeAttempt, readAttempt } from '../../../secrets/form-key.ts'
import { read } from '../../../store/database.ts'
import type { User } from '../../../store/people/users.ts'
import { findFactorRemoval } from '../../../store/sign-in/factor-removals.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { LoginRecoveryPage } from './page.tsx'

/** A person who has just shown their password: after the first step, or signed in without their factor. */
interface Person {
  readonly user: User
  readonly session: Session | undefined
  /** They have just shown a factor. */
  readonly isStrong: boolean
}

async function findPerson(c: Context): Promise<Person | undefined> {
  const session = await currentSession(c)
  const isNow = session !== undefined && isRecent(session, c.var.now) && hasFactor(session)
  if (session !== undefined && isNow) {
    return { user: session.user, session, isStrong: hasTwoFactors(session.amr) }
  }
  const user = await pendingUser(c)
  return user && { user, session: undefined, isStrong: false }
}

/**
 * GET /login/recovery: a person who lost their passkeys or their app requests their removal here; a person with a factor stops
 * it.
 */
export async function get(c: Context<'account'>): Promise<Response> {
  const person = await findPerson(c)
  return person === undefined ? startOver(c) : ask(c, person)
}

/** POST /login/recovery: action (ask, stop). */
export async function post(c: Context<'account'>): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const person = await findPerson(c)
  if (person === undefined) return startOver(c)
  const { user, isStrong } = person
  const { config, now, reference, issuer, paths } = c.var
  const attempt = isOwnForm(c, pairs)
    ? readAttempt(config.keyEncryptionSecret, pairs.get('attempt') ?? '', [user.id, pairs.toString()])
    : undefined
  if (attempt === undefined) return ask(c, person, staleForm(c))
  const act = { userId: user.id, attemptId: attempt.id, reference }
  const { username } = user
  if (pairs.get('action') === 'stop') {
    if (!isStrong) return ask(c, person)
    if (await stopRemoval(c.env.DB, act, now)) {
      tell(
        c,
        user,
        { name: 'removalStopped', username, url: issuer + paths.accountActivity },
        { about: attempt.id },
      )
    }
    return c.redirect(paths.account, 303)
  }
  const { dueAt, isNew } = await askForRemoval(c.env.DB, act, config.lifetimes.recoveryDelay, now)
  if (isNew && dueAt !== undefined) {
    const time = new Date(dueAt * 1000)
      .toISOString()
      .replace('T', ' ')
      .replace(/:\d\d\.\d+Z$/, ' UTC')
    tell(
      c,
      user,
      { name: 'removalAsked', username, time, url: issuer + paths.loginRecovery },
      { about: attempt.id },
    )
  }
  return c.redirect(paths.loginRecovery, 303)
}

function startOver(c: Context): Response {
  const { login, loginRecovery } = c.var.paths
  return c.redirect(pathWith(login, { next: loginRecovery, again: 'again' }), 303)
}

async function ask(
  c: Context<'account'>,
  { user, session, isStrong }: Person,
  problem?: string,
): Promise<Response> {
  const { DB } = c.env
  const { dueAt } = await read(DB, { dueAt: findFactorRemoval(DB, { userId: user.id }, c.var.now) })
  // A person who has shown a factor needs nothing here.
  if (isStrong && dueAt === undefined) return c.redirect(c.var.paths.account, 303)
  const page = (
    <LoginRecoveryPage
      site={siteFor(c, session)}
      username={user.username}
      dueAt={dueAt}
      mayStop={isStrong}
      mayAsk={mayAskForRemoval(user.role)}
      hours={Math.ceil(c.var.config.lifetimes.recoveryDelay / 3600)}
      hasMail={canMail(c) && user.email !== undefined}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
