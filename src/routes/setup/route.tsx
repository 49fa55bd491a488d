import { firstAdministrator } from '../../acts/people/set-up.ts'
import { type Context, pathWith } from '../../http/context.ts'
import { readPageForm } from '../../http/form-body.ts'
import { isOwnForm } from '../../http/form-token.ts'
import { staleForm } from '../../http/own-form.ts'
import { refusePage, showPage, siteFor, toSignIn } from '../../http/pages.tsx'
import { say } from '../../http/problems.ts'
import { readCommonPasswords } from '../../http/sign-in/common-passwords.ts'
import { leaveOutdated } from '../../http/sign-in/outdated-form.ts'
import { currentSession } from '../../http/sign-in/session.ts'
import { signIn } from '../../http/sign-in/sign-in.ts'
import { type Checked, checkEmail, checkPassword, checkUsername } from '../../rules/people/person.ts'
import { argon2id } from '../../secrets/argon2id.ts'
import { hashPassword } from '../../secrets/passwords.ts'
import { hashSecret, randomText, readSecret } from '../../secrets/secret.ts'
import { read } from '../../store/database.ts'
import { isSetupOpen } from '../../store/people/setup-tokens.ts'
import { findUser } from '../../store/people/users.ts'
import type { Problem } from '../../ui/forms/fields.tsx'
import { SetupPage } from './page.tsx'

/** GET /setup?token=… Without the token, and after setup, it says where to go instead. */
export async function get(c: Context<'start'>): Promise<Response> {
  const token = c.req.query('token') ?? ''
  if (!(await isOpenWith(c, token))) return linkIsUsed(c)
  return showPage(
    c,
    <SetupPage site={siteFor(c, undefined)} token={token} username="" email="" problems={[]} />,
  )
}

/** POST /setup: token, username, email, password. */
export async function post(c: Context<'start'>): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const token = pairs.get('token') ?? ''
  if (!(await isOpenWith(c, token))) {
    // Done in another tab: the person who did it is signed in.
    const left = await leaveOutdated(c, '')
    return left instanceof Response ? left : linkIsUsed(c)
  }
  const form = { username: pairs.get('username') ?? '', email: pairs.get('email') ?? '' }
  const refuseForm = (problems: readonly Problem[]) =>
    showPage(c, <SetupPage site={siteFor(c, undefined)} token={token} {...form} problems={problems} />, 400)
  if (!isOwnForm(c, pairs)) return refuseForm([{ field: 'username', text: staleForm(c) }])

  const username = checkUsername(form.username)
  const email = checkEmail(form.email)
  const common = await readCommonPasswords(c)
  const password = checkPassword(pairs.get('password') ?? '', common, form.username, form.email)
  if ('problem' in username || 'problem' in email || 'problem' in password) {
    return refuseForm(problemsOf(c, { username, email, password }))
  }

  const { DB } = c.env
  const { now, issuer, reference } = c.var
  const id = randomText(16)
  const passwordHash = hashPassword(await argon2id(), password.value)
  const user = {
    id,
    username: username.value,
    email: email.value,
    passwordHash,
    role: 'administrator',
    createdAt: now,
  } as const
  // In one batch: a person who was not first gets no session.
  const { made } = await signIn(
    c,
    { userId: id, passwordHash, proof: { by: 'new-account', with: 'password' } },
    firstAdministrator(DB, user, { issuer, reference }, now),
    { made: findUser(DB, id) },
  )
  if (made === undefined) return linkIsUsed(c)
  return c.redirect(pathWith(c.var.paths.home, { created: '' }), 303)
}

/** One answer, whether the link was used or never printed: a stranger does not learn whether this server is set up. */
async function linkIsUsed(c: Context<'start'>): Promise<Response> {
  const session = await currentSession(c)
  const t = siteFor(c, session).texts.start.setup
  const onward = session === undefined ? { onward: toSignIn(c) } : {}
  return refusePage(c, session, 404, t.used, t.usedText, onward)
}

/** Whether we printed this link, and setup is still open. */
async function isOpenWith(c: Context, token: string): Promise<boolean> {
  const secret = readSecret('setup', token)
  if (secret === undefined) return false
  return (await read(c.env.DB, { open: isSetupOpen(c.env.DB, hashSecret(secret)) })).open
}

function problemsOf(c: Context, checks: Record<string, Checked<unknown>>): readonly Problem[] {
  return Object.entries(checks).flatMap(([field, check]) =>
    'problem' in check ? [{ field, text: say(c, check.problem) }] : [],
  )
}
