import { changePassword } from '../../../acts/sign-in/own-password.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../http/openid/deliver-soon.ts'
import { readForm, staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { tellEvenIfLost, tellOfChange } from '../../../http/people/mailer.ts'
import { say } from '../../../http/problems.ts'
import { doingOf, statusOf } from '../../../http/sign-in/asking.ts'
import { readCommonPasswords } from '../../../http/sign-in/common-passwords.ts'
import { rememberBrowser } from '../../../http/sign-in/known-browser.ts'
import { checkOwnPassword } from '../../../http/sign-in/own-password.ts'
import { readForViewer, stepUp } from '../../../http/sign-in/require-session.ts'
import { presentedSession, setSessionCookie } from '../../../http/sign-in/session.ts'
import { checkPassword, normalisePassword } from '../../../rules/people/person.ts'
import type { CommonPasswords } from '../../../rules/sign-in/common-passwords.ts'
import { hasFactor } from '../../../rules/sign-in/step-up.ts'
import { argon2id } from '../../../secrets/argon2id.ts'
import { type Attempt, makeAttempt } from '../../../secrets/form-key.ts'
import { hashPassword, noPassword } from '../../../secrets/passwords.ts'
import { hashSecret } from '../../../secrets/secret.ts'
import { hasAuditEvent } from '../../../store/audit-events.ts'
import { read, type Write } from '../../../store/database.ts'
import type { VerifiedPassword } from '../../../store/people/users.ts'
import { findFactors } from '../../../store/sign-in/factors.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { MessagePage } from '../../../ui/message-page.tsx'
import { PasswordPage } from './page.tsx'

interface Person {
  readonly session: Session
  readonly hasPassword: boolean
}

/**
 * The current password is typed again, so an old sign-in is enough for a person without other factors. A person with a factor,
 * or who sets their first password, must have signed in just now, at the highest level of the account.
 */
async function findPerson(c: Context): Promise<Person | Response> {
  const answer = await readForViewer(c, (DB, viewer) => ({ factors: findFactors(DB, viewer) }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const { hasPassword } = found.factors
  const proven = hasPassword && !hasFactor(session) ? session : stepUp(c, session)
  return proven instanceof Response ? proven : { session, hasPassword }
}

/** GET /account/password */
export async function get(c: Context<'account'>): Promise<Response> {
  const person = await findPerson(c)
  return person instanceof Response ? person : show(c, person, {})
}

/** POST /account/password: current_password, new_password, new_password_again, end_authorizations. */
export async function post(c: Context<'account'>): Promise<Response> {
  const person = await findPerson(c)
  if (person instanceof Response) return person
  const { session, hasPassword } = person
  const received = await readForm(c, session)
  if (received instanceof Response) return received
  const { pairs, attempt } = received
  const endsAuthorizations = pairs.has('end_authorizations')
  if (attempt === undefined) return show(c, person, { endsAuthorizations, problem: staleForm(c) })
  const chosen = checkChosen(c, person, pairs, await readCommonPasswords(c))
  if ('problems' in chosen) return show(c, person, { endsAuthorizations, problems: chosen.problems })

  const own = hasPassword
    ? await checkOwnPassword(c, session, pairs.get('current_password') ?? '')
    : { verified: { userId: session.user.id, passwordHash: noPassword }, forgiven: [] }
  if ('problem' in own) {
    // The form was sent twice, and the other request has just taken effect.
    const { done } = await read(c.env.DB, { done: hasAuditEvent(c.env.DB, attempt.id) })
    if (done) return changed(c, attempt)
    const problems = [{ field: 'current_password', text: own.problem }]
    return show(c, person, { endsAuthorizations, problems, status: own.status })
  }
  const passwordHash = hashPassword(await argon2id(), chosen.value)
  return change(c, session, attempt, { ...own, passwordHash, endsAuthorizations })
}

interface Decided {
  readonly verified: VerifiedPassword
  readonly forgiven: readonly Write[]
  readonly passwordHash: string
  readonly endsAuthorizations: boolean
}

async function change(
  c: Context<'account'>,
  session: Session,
  attempt: Attempt,
  { forgiven, ...decided }: Decided,
): Promise<Response> {
  const { issuer, paths } = c.var
  const presented = presentedSession(c)
  if (presented === undefined) return c.redirect(paths.login, 303)
  const ids = { session: hashSecret(presented), newSession: hashSecret(attempt.newSession) }
  const doing = doingOf(c, { session, attempt })
  const tellThem = () => tellOfChange(c, session.user, attempt.id)
  const isDone = await tellEvenIfLost(
    changePassword(doing, { ...decided, ...ids, issuer }, forgiven),
    tellThem,
  )
  deliverLogoutsSoon(c)
  if (!isDone) return lost(c)
  tellThem()
  rememberBrowser(c, { userId: session.user.id, passwordHash: decided.passwordHash })
  return changed(c, attempt)
}

/** The session has a new id, derived from the attempt: the form sent twice gives the same one. */
function changed(c: Context, attempt: Attempt): Response {
  setSessionCookie(c, attempt.newSession)
  return c.redirect(pathWith(c.var.paths.accountPassword, { changed: '' }), 303)
}

/** Another change with the same password was faster. */
function lost(c: Context<'account'>): Response | Promise<Response> {
  const site = siteFor(c, undefined)
  const t = site.texts.account.password
  return showPage(
    c,
    <MessagePage site={site} title={t.lost}>
      <p>{t.lostText}</p>
    </MessagePage>,
    409,
  )
}

function checkChosen(
  c: Context<'account'>,
  { session, hasPassword }: Person,
  pairs: URLSearchParams,
  common: CommonPasswords,
): { readonly value: string } | { readonly problems: readonly Problem[] } {
  const { user } = session
  const t = siteFor(c, session).texts.account.password
  const typed = pairs.get('new_password') ?? ''
  const current = pairs.get('current_password') ?? ''
  const checked = checkPassword(typed, common, user.username, user.email)
  const problems: Problem[] = []
  if (hasPassword && current === '') problems.push({ field: 'current_password', text: t.noCurrent })
  if ('problem' in checked) problems.push({ field: 'new_password', text: say(c, checked.problem) })
  else if (checked.value === normalisePassword(current)) {
    problems.push({ field: 'new_password', text: t.same })
  } else if (pairs.get('new_password_again') !== typed) {
    problems.push({ field: 'new_password_again', text: t.notAgain })
  }
  return 'problem' in checked || problems.length > 0 ? { problems } : checked
}

interface Shown {
  readonly endsAuthorizations?: boolean
  readonly problems?: readonly Problem[]
  readonly problem?: string
  readonly status?: 400 | 429
}

function show(c: Context<'account'>, { session, hasPassword }: Person, shown: Shown) {
  const { endsAuthorizations = false, problems = [], problem, status } = shown
  const page = (
    <PasswordPage
      site={siteFor(c, session)}
      attempt={makeAttempt()}
      changed={c.req.query('changed') !== undefined}
      hasPassword={hasPassword}
      endsAuthorizations={endsAuthorizations}
      problems={problems}
      problem={problem}
    />
  )
  return showPage(c, page, status ?? statusOf({ problem, problems }))
}
