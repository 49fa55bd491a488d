import { type Context, pathWith } from '../../../../http/context.ts'
import { keptField } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { canMail, sendMail } from '../../../../http/people/mailer.ts'
import { say, sayAll } from '../../../../http/problems.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { checkGroups } from '../../../../rules/people/groups.ts'
import {
  allFields,
  checkProfileForm,
  fillProfileForm,
  type ProfileForm,
  readProfileForm,
} from '../../../../rules/people/profile-form.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { updatePersonClaims } from '../../../../store/people/person-claims.ts'
import { findClaimsSubject } from '../../../../store/people/profiles.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { actOf, userIdOf } from '../../form.ts'
import { ClaimsPage } from './page.tsx'

/** GET /admin/users/{id}/claims. Whoever has the address can get a new password, so the sign-in must be a recent one. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const kept = (name: string) => keptField(c, session, name)
  return show(c, session, kept('groups') === undefined ? {} : { typed: readTyped(kept) })
}

interface Typed {
  readonly form: ProfileForm
  readonly groups: string
  /** What was shown first. Without it, all is changed. */
  readonly emailBefore: string | undefined
  readonly groupsBefore: string | undefined
}

function readTyped(field: (name: string) => string | undefined): Typed {
  return {
    form: readProfileForm((name) => field(name) ?? ''),
    groups: field('groups') ?? '',
    emailBefore: field('email_before'),
    groupsBefore: field('groups_before'),
  }
}

/** POST: `email`, `groups`, and the fields of a profile by the names of their claims. The whole of it. */
export async function post(c: Context): Promise<Response> {
  const names = ['groups', 'groups_before', 'email_before', ...allFields]
  const received = await receiveForm(c, names)
  if (received instanceof Response) return received
  const { session, attempt, pairs } = received
  const typed = readTyped((name) => pairs.get(name) ?? undefined)
  if (attempt === undefined) return show(c, session, { typed, problem: staleForm(c) })
  const checked = checkProfileForm(typed.form)
  const groups = checkGroups(typed.groups)
  if ('problems' in checked || 'problem' in groups) {
    const problems: readonly Problem[] = [
      ...('problem' in groups ? [{ field: 'groups', text: say(c, groups.problem) }] : []),
      ...('problems' in checked ? sayAll(c, checked.problems) : []),
    ]
    return show(c, session, { typed, problems })
  }

  const { DB } = c.env
  const { now, reference, paths } = c.var
  const target = userIdOf(c)
  const { subject } = await read(DB, { subject: findClaimsSubject(DB, { userId: target }) })
  if (subject === undefined) return showNothing(c, session)
  const act = actOf(session, attempt)
  const groupsBefore = checkGroups(typed.groupsBefore ?? '')
  const claims = {
    email: checked.email,
    changesEmail: (checked.email ?? '') !== typed.emailBefore,
    profile: checked.profile,
    groups: groups.value,
    changesGroups:
      typed.groupsBefore === undefined ||
      !('value' in groupsBefore) ||
      `${groups.value}` !== `${groupsBefore.value}`,
  }
  const event = { type: 'claims_changed', reference, target } as const
  const { noted } = await write(
    DB,
    [...updatePersonClaims(DB, act, target, claims, now), insertAdminEvent(DB, act, event, now)],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  if (!noted) return showNothing(c, session)
  const isReplaced = claims.changesEmail && subject.email !== checked.email
  if (subject.email !== undefined && isReplaced && canMail(c)) {
    const letter = { name: 'emailReplaced', username: subject.username } as const
    sendMail(c, subject.email, letter, { userId: target })
  }
  return c.redirect(pathWith(paths.adminUser(target), { saved: '' }), 303)
}

interface Shown {
  /** Otherwise what is known is filled in. */
  readonly typed?: Typed
  readonly problems?: readonly Problem[]
  readonly problem?: string
}

async function show(c: Context, session: Session, { typed, problems = [], problem }: Shown) {
  const { DB } = c.env
  const id = userIdOf(c)
  const { subject } = await read(DB, { subject: findClaimsSubject(DB, { userId: id }) })
  if (subject === undefined) return showNothing(c, session)
  const groups = subject.groups.join('\n')
  const page = (
    <ClaimsPage
      site={siteFor(c, session)}
      user={{ id, username: subject.username }}
      form={typed?.form ?? fillProfileForm(subject.email, subject.profile)}
      groups={typed?.groups ?? groups}
      before={{ email: typed?.emailBefore ?? subject.email ?? '', groups: typed?.groupsBefore ?? groups }}
      attempt={makeAttempt()}
      problems={problems}
      problem={problem}
    />
  )
  return showPage(c, page, problems.length > 0 || problem !== undefined ? 400 : 200)
}
