import type { Child } from 'hono/jsx'
import { may } from '../rules/people/role.ts'
import type { Session } from '../store/sign-in/sessions.ts'
import { MessagePage } from '../ui/message-page.tsx'
import type { Site } from '../ui/site.ts'
import type { Texts } from '../ui/words/messages/index.ts'
import { renderIn } from '../ui/words/speech.ts'
import type { Context } from './context.ts'
import { formTokenOf } from './form-token.ts'
import { note } from './log.ts'

/** What a page is told about itself and its viewer. */
export function siteFor(c: Context, session: Session | undefined): Site {
  const { pathname, search } = new URL(c.req.url)
  return {
    paths: c.var.paths,
    issuer: c.var.issuer,
    viewer:
      session === undefined
        ? undefined
        : {
            username: session.user.username,
            isAdministrator: may(session.user.role, 'administer'),
            isStaff: may(session.user.role, 'see'),
            registers: mayRegister(c, session),
          },
    formToken: formTokenOf(c),
    reference: c.var.reference,
    language: c.var.language,
    languages: c.var.config.languages,
    messages: c.var.messages,
    get texts() {
      return textsFor(c)
    },
    here: pathname + search,
    canReset: c.var.config.mail.mailer !== 'off',
    brand: c.var.config.brand,
    canSignUp: c.var.config.signUp === 'open',
  }
}

/** Only pages that say more than the way through have them. */
export function textsFor(c: Context): Texts {
  if (c.var.texts === undefined) throw new Error('The texts of this page were not read')
  return c.var.texts
}

/** Registering is for everybody, unless the setting APPLICATIONS says that it takes a role. */
export function mayRegister(c: Context, { user }: Session): boolean {
  return c.var.config.applications === 'everyone' || may(user.role, 'register')
}

export function showPage(
  c: Context,
  page: Child,
  status: 200 | 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 421 | 429 | 500 | 503 = 200,
) {
  // Whoever knows more has said so before.
  if (status !== 200) note(c, { reason: 'The form is shown again, with what is wrong' })
  c.header('Content-Language', c.var.language)
  c.header('Vary', 'Accept-Language, Cookie')
  const speech = { language: c.var.language, common: c.var.messages.common }
  return c.html(
    renderIn(speech, () => `<!DOCTYPE html>${page}`),
    status,
  )
}

/** Failure form 2 of 3: a page that says what happened and what to do. */
export function refusePage(
  c: Context,
  session: Session | undefined,
  status: 400 | 403 | 404 | 405 | 408 | 413 | 415 | 421 | 429 | 500 | 503,
  title: string,
  advice: Child,
  reason: string = title,
  /** Below the advice. */
  detail?: Child,
) {
  note(c, { reason })
  return showPage(
    c,
    <MessagePage site={siteFor(c, session)} title={title}>
      <p>{advice}</p>
      {detail}
    </MessagePage>,
    status,
  )
}
