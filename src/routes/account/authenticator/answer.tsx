import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import type { Attempt } from '../../../secrets/form-key.ts'
import { recoveryCodesFrom } from '../../../secrets/recovery-codes.ts'
import type { RecoveryCodes } from '../../../store/sign-in/recovery-codes.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { CodesPage } from './codes-page.tsx'

/** For so long, in seconds, a form that is sent once more shows its codes once more: a double click, an answer that was lost. */
const shownAgainFor = 300

/** The codes are in this answer alone. Whoever comes later, or with a form that made nothing, is sent on. */
export function answerWithCodes(
  c: Context<'account'>,
  session: Session,
  attempt: Attempt,
  codes: RecoveryCodes,
  outcome: 'done' | 'renewed',
  next?: string,
): Response | Promise<Response> {
  const onward = next ?? c.var.paths.authenticator
  if (codes.madeBy !== attempt.id || c.var.now - codes.createdAt >= shownAgainFor) {
    return c.redirect(onward, 303)
  }
  const site = siteFor(c, session)
  const title = site.texts.account.authenticator[outcome]
  const page = (
    <CodesPage site={site} title={title} codes={recoveryCodesFrom(attempt.newSeed)} next={onward} />
  )
  return showPage(c, page)
}
