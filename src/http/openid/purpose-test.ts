import { may } from '../../rules/people/role.ts'
import type { ProviderAttempt } from '../../rules/sign-in/provider-attempt.ts'
import { type Claims, shownClaims } from '../../rules/sign-in/provider-claims.ts'
import { isProven } from '../../rules/sign-in/step-up.ts'
import { sealTestAnswer } from '../../secrets/sign-in/test-answer.ts'
import { keepTestAnswer } from '../../store/openid/test-answers.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { type Context, pathWith } from '../context.ts'
import { showOff } from './provider-failed.ts'
import type { PurposeRules } from './purpose.ts'

/** An administrator looks at the claims that came back. Nobody is signed in, and nothing is stored in the database. */
export const test: PurposeRules = {
  isFresh: true,
  refuse: (c, _, session) => (mayTest(c, session) ? undefined : showOff(c, session)),
  end: (c, { attempt, answer, session }) => showTested(c, attempt, answer.claims, session),
}

/** As on the page of the test: an administrator who has signed in just now. */
function mayTest(c: Context, session: Session | undefined): session is Session {
  return session !== undefined && may(session.user.role, 'administer') && isProven(session, c.var.now)
}

/** Leads to the page of the test. The administrator who began it has to be the one who is signed in. */
export async function showTested(
  c: Context,
  { id, connectionId, userId }: ProviderAttempt,
  claims: Claims,
  session: Session | undefined,
): Promise<Response> {
  if (!mayTest(c, session) || session.user.id !== userId) return showOff(c, session)
  const text = JSON.stringify(shownClaims(claims))
  const secret = c.var.config.keyEncryptionSecret
  await keepTestAnswer(c.env.CODES, id, await sealTestAnswer(secret, session.sid, connectionId, text))
  return c.redirect(pathWith(c.var.paths.testConnection(connectionId), { answer: id }), 303)
}
