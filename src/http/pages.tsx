import type { Child } from 'hono/jsx'
import { may } from '../rules/people/role.ts'
import { type ExplainedPage, explanationUri } from '../rules/refusal.ts'
import type { Session } from '../store/sign-in/sessions.ts'
import { MessagePage, type Onward } from '../ui/message-page.tsx'
import type { Site } from '../ui/site.ts'
import type { Area } from '../ui/words/messages/index.ts'
import { renderIn } from '../ui/words/speech.ts'
import { type Context, hereOf } from './context.ts'
import { formTokenOf } from './form-token.ts'
import { note } from './log.ts'

/** The facts for a page about itself and its viewer. */
export function siteFor<A extends Area>(c: Context<A>, session: Session | undefined): Site<A> {
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
    texts: c.var.texts,
    here: hereOf(c),
    canReset: c.var.config.mail.mailer !== 'off',
    brand: c.var.config.brand,
    canSignUp: c.var.config.signUp === 'open',
    canInvite: c.var.config.signUp !== 'off',
    isOnTheWay: isOnTheWay(c),
  }
}

function isOnTheWay({ var: { surface, route = '', paths } }: Context): boolean {
  const entrances: readonly string[] = [
    paths.setup,
    paths.device,
    paths.knownBrowser,
    paths.loginRecovery,
    paths.passwordReset,
    paths.passwordResetSent,
    paths.passwordResetDone,
    paths.newPassword,
    paths.passkeyOffer,
  ]
  return surface === 'flow' || entrances.includes(route)
}

/** Registering is open to everybody, unless the setting APPLICATIONS requires a role. */
export function mayRegister(c: Context, { user }: Session): boolean {
  return c.var.config.applications === 'everyone' || may(user.role, 'register')
}

export function showPage(
  c: Context,
  page: Child,
  status: 200 | 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 421 | 429 | 500 | 503 = 200,
) {
  // A more specific reason was recorded before.
  if (status !== 200) note(c, { reason: 'The form is shown again with its errors' })
  c.header('Content-Language', c.var.language)
  c.header('Vary', 'Accept-Language, Cookie')
  const speech = { language: c.var.language, common: c.var.messages.common }
  return c.html(
    renderIn(speech, () => `<!DOCTYPE html>${page}`),
    status,
  )
}

/** A page that only this answer contains; a later visit goes to `onward`. */
export function showPageOr(
  c: Context,
  page: Child | undefined,
  onward: string,
): Response | Promise<Response> {
  return page === undefined ? c.redirect(onward, 303) : showPage(c, page)
}

interface RefusalOptions {
  /** For the log, where it says more than the title. */
  readonly reason?: string
  /** Below the advice. */
  readonly detail?: Child
  /** The likeliest next step. By default the part of the console that the address belongs to. */
  readonly onward?: Onward | undefined
  /** The error, if the documentation explains it. */
  readonly explained?: ExplainedPage | undefined
}

/** Failure form 2 of 3: a page that says what happened and what to do. */
export function refusePage(
  c: Context,
  session: Session | undefined,
  status: 400 | 403 | 404 | 405 | 408 | 413 | 415 | 421 | 429 | 500 | 503,
  title: string,
  advice: Child,
  { reason = title, detail, onward = nearest(c, session), explained }: RefusalOptions = {},
) {
  note(c, { reason })
  return showPage(
    c,
    <MessagePage
      site={siteFor(c, session)}
      title={title}
      onward={onward}
      explanation={explained && explanationUri(explained)}
    >
      <p>{advice}</p>
      {detail}
    </MessagePage>,
    status,
  )
}

/** The part of the console that holds the address, for somebody who may see it. */
function nearest(c: Context, session: Session | undefined): Onward | undefined {
  if (session === undefined) return undefined
  const { paths, messages } = c.var
  const { administration, account, applications } = messages.layout
  const parts = [
    ...(may(session.user.role, 'see') ? [{ href: paths.admin, text: administration }] : []),
    { href: paths.account, text: account },
    { href: paths.applications, text: applications },
  ]
  const { pathname } = new URL(c.req.url)
  return parts.find(({ href }) => pathname.startsWith(`${href}/`))
}

/** The same page once more, where that can be asked for by its address. */
export function onceMore(c: Context): Onward | undefined {
  return c.req.method === 'GET' ? { href: hereOf(c), text: c.var.messages.failure.tryAgain } : undefined
}

/** The way to sign in, and then to `next`. */
export function toSignIn(c: Context, next = ''): Onward {
  const { paths, messages } = c.var
  return {
    href: next === '' ? paths.login : `${paths.login}?${new URLSearchParams({ next })}`,
    text: messages.layout.signIn,
  }
}
