import { saveProfile } from '../../../acts/people/own-profile.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { sayAll } from '../../../http/problems.ts'
import { doingOf, statusOf } from '../../../http/sign-in/asking.ts'
import { readForViewer, receiveForm } from '../../../http/sign-in/require-session.ts'
import {
  checkProfileForm,
  fillProfileForm,
  type ProfileForm,
  readProfileForm,
} from '../../../rules/people/profile-form.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { findClaimsSubject } from '../../../store/people/profiles.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { ProfilePage } from './page.tsx'

/** GET /account/profile */
export function get(c: Context<'account'>): Promise<Response> {
  return show(c, {})
}

/** POST /account/profile: the whole profile. The fields have the names of the claims, including those of the address. */
export async function post(c: Context<'account' | 'problems'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session } = received
  // The email address is not part of this form: it has a page of its own, which confirms it.
  const form = readProfileForm((field) => (field === 'email' ? '' : (received.pairs.get(field) ?? '')))
  if (received.attempt === undefined) return show(c, { form, problem: staleForm(c) })
  const checked = checkProfileForm(form)
  if ('problems' in checked) return show(c, { form, problems: sayAll(c, checked.problems) })

  await saveProfile(doingOf(c, { session, attempt: received.attempt }), checked.profile)
  return c.redirect(pathWith(c.var.paths.accountProfile, { saved: '' }), 303)
}

interface Shown {
  /** The input. Otherwise the stored values are filled in. */
  readonly form?: ProfileForm
  readonly problems?: readonly Problem[]
  readonly problem?: string
}

async function show(c: Context<'account'>, { form, problems = [], problem }: Shown): Promise<Response> {
  const answer = await readForViewer(c, (DB, viewer) => ({ subject: findClaimsSubject(DB, viewer) }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const { email, emailVerified = false, profile = {} } = found.subject ?? {}
  const page = (
    <ProfilePage
      site={siteFor(c, session)}
      form={form ?? fillProfileForm(email, profile)}
      email={email ?? ''}
      emailVerified={emailVerified}
      attempt={makeAttempt()}
      saved={c.req.query('saved') !== undefined}
      problems={problems}
      problem={problem}
    />
  )
  return showPage(c, page, statusOf({ problem, problems }))
}
