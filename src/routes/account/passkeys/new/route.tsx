import { addPasskey } from '../../../../acts/sign-in/own-passkeys.ts'
import { type Context, learn } from '../../../../http/context.ts'
import { keptField } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { deviceOf, tellEvenIfLost, tellOfChange } from '../../../../http/people/mailer.ts'
import { say } from '../../../../http/problems.ts'
import { doingOf } from '../../../../http/sign-in/asking.ts'
import { readNewPasskey } from '../../../../http/sign-in/new-passkey.ts'
import { challengeOfRegistration, registrationOptions } from '../../../../http/sign-in/passkey-options.ts'
import { bindingIn, receiveForm, requireSession } from '../../../../http/sign-in/require-session.ts'
import { parseNextPath } from '../../../../rules/sign-in/next-path.ts'
import { checkPasskeyName } from '../../../../rules/sign-in/passkey.ts'
import { lacksProof } from '../../../../rules/sign-in/step-up.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findConnection } from '../../../../store/sign-in/connections.ts'
import { listPasskeys } from '../../../../store/sign-in/passkeys.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { countText } from '../../../../ui/words/plural.ts'
import { NewPasskeyPage } from './page.tsx'

/** GET /account/passkeys/new */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  return ask(c, session, keptField(c, session, 'name') ?? deviceOf(c), {
    next: parseNextPath(keptField(c, session, 'next') ?? c.req.query('next')),
  })
}

/** POST /account/passkeys/new: name, credential (RegistrationResponseJSON), next, mediation. */
export async function post(c: Context<'account' | 'problems'>): Promise<Response> {
  const received = await receiveForm(c, ['name', 'next'])
  if (received instanceof Response) return received
  const { session, attempt, pairs } = received
  const typed = pairs.get('name') ?? ''
  const next = parseNextPath(pairs.get('next') ?? '')
  const refuse = (field: string, text: string) =>
    ask(c, session, typed, { next, problems: [{ field, text }] })
  if (attempt === undefined) return refuse('name', staleForm(c))
  const name = checkPasskeyName(typed)
  if ('problem' in name) return refuse('name', say(c, name.problem))

  const made = readNewPasskey(c, pairs.get('credential') ?? '', pairs.get('mediation') === 'conditional')
  if (made === undefined) return refuse('name', c.var.messages.passkey.notMade)
  const challenge = challengeOfRegistration(c, session.user.id, made.challenge)
  if (challenge === undefined) return refuse('name', c.var.messages.passkey.late)

  const passkey = { ...made.made, id: attempt.id, userId: session.user.id, name: name.value }
  const rules = { most: c.var.config.quotas.passkeys, binding: bindingIn(c, session) }
  const tellThem = () => tellOfChange(c, session.user, attempt.id)
  const adding = addPasskey(doingOf(c, { session, attempt }), passkey, rules, challenge)
  if (!(await tellEvenIfLost(adding, tellThem)))
    return refuse('name', countText(c.var.language, c.var.texts.account.passkeys.full, rules.most))
  tellThem()
  return c.redirect(next ?? c.var.paths.passkeys, 303)
}

interface Shown {
  /** The destination after this page. */
  readonly next: string | undefined
  readonly problems?: readonly Problem[]
}

async function ask(c: Context<'account'>, session: Session, name: string, { next, problems = [] }: Shown) {
  if (next !== undefined) learn(c, { surface: 'flow' })
  const isFirst = lacksProof(session, c.var.now)
  const { known, connection } = await read(c.env.DB, {
    known: listPasskeys(c.env.DB, session.user.id),
    connection: findConnection(c.env.DB, isFirst ? (session.connectionId ?? '') : ''),
  })
  const page = (
    <NewPasskeyPage
      site={siteFor(c, session)}
      name={name}
      next={next}
      options={registrationOptions(c, session, known)}
      attempt={makeAttempt()}
      problems={problems}
      first={connection && { provider: connection.name, next }}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
