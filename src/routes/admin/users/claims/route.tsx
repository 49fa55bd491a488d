import { saveClaims } from '../../../../acts/people/save-claims.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { canMail, sendMail } from '../../../../http/people/mailer.ts'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { say, sayAll } from '../../../../http/problems.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { checkGroups, type Groups } from '../../../../rules/people/groups.ts'
import {
  allFields,
  checkProfileForm,
  fillProfileForm,
  type ProfileForm,
  readProfileForm,
} from '../../../../rules/people/profile-form.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findClaimsSubject } from '../../../../store/people/profiles.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { ClaimsPage } from './page.tsx'

/**
 * /admin/users/{id}/claims: POST takes `email`, `groups`, and the fields of a profile by the names of their claims, all of
 * them. The owner of the address can reset the password, so it needs a fresh proof.
 */
export const { get, post } = asking({
  kept: ['groups', 'groups_before', 'email_before', ...allFields],
  ask,
  act,
})

async function ask(c: Context<'account' | 'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const userId = userIdOf(c)
  const { subject } = await read(DB, { subject: findClaimsSubject(DB, { userId }) })
  if (subject === undefined) return showNothing(c, session)
  const typed = shown.typed?.has('groups') ? readTyped(shown.typed) : undefined
  const groups = subject.groups.join('\n')
  const page = (
    <ClaimsPage
      site={siteFor(c, session)}
      user={{ id: userId, username: subject.username }}
      form={typed?.form ?? fillProfileForm(subject.email, subject.profile)}
      groups={typed?.groups ?? groups}
      before={{ email: typed?.emailBefore ?? subject.email ?? '', groups: typed?.groupsBefore ?? groups }}
      attempt={makeAttempt()}
      problems={shown.problems ?? []}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

interface Typed {
  readonly form: ProfileForm
  readonly groups: string
  /** The value that was shown first. Without it, everything is changed. */
  readonly emailBefore: string | undefined
  readonly groupsBefore: string | undefined
}

function readTyped(pairs: URLSearchParams): Typed {
  return {
    form: readProfileForm((name) => pairs.get(name) ?? ''),
    groups: pairs.get('groups') ?? '',
    emailBefore: pairs.get('email_before') ?? undefined,
    groupsBefore: pairs.get('groups_before') ?? undefined,
  }
}

async function act(c: Context<'account' | 'admin' | 'problems'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const typed = readTyped(pairs)
  const checked = checkProfileForm(typed.form)
  const groups = checkGroups(typed.groups)
  if ('problems' in checked || 'problem' in groups) {
    const problems: readonly Problem[] = [
      ...('problem' in groups ? [{ field: 'groups', text: say(c, groups.problem) }] : []),
      ...('problems' in checked ? sayAll(c, checked.problems) : []),
    ]
    return ask(c, session, { typed: pairs, problems })
  }
  const claims = {
    email: checked.email,
    emailBefore: typed.emailBefore === '' ? undefined : typed.emailBefore,
    changesEmail: (checked.email ?? '') !== typed.emailBefore,
    profile: checked.profile,
    groups: groups.value,
    changesGroups: isOther(typed.groupsBefore, groups.value),
  }
  const userId = userIdOf(c)
  const { done, subject, replaced } = await saveClaims(doingOf(c, form), userId, claims)
  if (!done) return showNothing(c, session)
  if (replaced !== undefined && canMail(c))
    sendMail(
      c,
      replaced,
      { name: 'emailReplaced', username: subject.username },
      { userId, about: form.attempt.id },
    )
  return c.redirect(pathWith(c.var.paths.adminUser(userId), { saved: 'claims_changed' }), 303)
}

/** Whether these groups differ from the shown ones. */
function isOther(shown: string | undefined, groups: Groups): boolean {
  const before = shown === undefined ? undefined : checkGroups(shown)
  return before === undefined || !('value' in before) || `${groups}` !== `${before.value}`
}
