import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import type { Purpose } from '../../rules/sign-in/provider-attempt.ts'
import { countEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { fillText } from '../../ui/words/fill-text.ts'
import { type Context, pathWith } from '../context.ts'
import { inBackground } from '../log.ts'
import { refusePage } from '../pages.tsx'

/** Why nobody was signed in, in words of the page. */
export type Fault =
  | 'cancelled'
  | 'refused'
  | 'busy'
  | 'unreachable'
  | 'invalid'
  | 'notFresh'
  | 'late'
  | 'used'
  | 'long'
  | 'suspended'
  | 'closed'
  | 'taken'
  | 'full'
  | 'otherPerson'

function statusOf(fault: Fault): 400 | 403 | 503 {
  if (fault === 'busy' || fault === 'unreachable') return 503
  return fault === 'suspended' || fault === 'closed' ? 403 : 400
}

export interface Failed {
  readonly connection: { readonly id: string; readonly name: string } | undefined
  readonly purpose: Purpose
  readonly next: string
  /** For the log. Never a text of the provider. */
  readonly reason?: string | undefined
  /** A new sign-in at the provider is required. */
  readonly again?: boolean | undefined
  readonly session?: Session | undefined
}

/** The page that says why, with a way back. */
export function showFailed(c: Context, fault: Fault, failed: Failed): Response | Promise<Response> {
  const { provider: t, login } = c.var.messages
  const { connection, purpose, next, reason = fault, again, session } = failed
  const { paths } = c.var
  const name = connection?.name ?? ''
  const onward =
    connection === undefined || fault === 'suspended' || fault === 'closed'
      ? { href: pathWith(paths.login, { next: parseNextPath(next) }), text: login.title }
      : {
          href: pathWith(paths.loginWith(connection.id), {
            next: parseNextPath(next),
            purpose: purpose === 'sign-in' ? undefined : purpose,
            again: again ? '' : undefined,
          }),
          text: t.tryAgain,
        }
  const title = connection === undefined ? t.offTitle : fillText(t.failed, { provider: name })
  return refusePage(c, session, statusOf(fault), title, fillText(t[fault], { provider: name }), {
    reason: `provider: ${reason}`,
    onward,
  })
}

/** Counted by the day: anybody with a button can cause it. A person who cancelled is no failure. */
export function showCounted(c: Context, fault: Fault, failed: Failed): Response | Promise<Response> {
  const { DB } = c.env
  const { reference, now } = c.var
  if (fault !== 'cancelled')
    inBackground(c, 'count_refused', write(DB, [countEvent(DB, 'provider_refused', reference, now)], {}))
  return showFailed(c, fault, failed)
}

/** A connection that does not exist, or that an administrator suspended. */
export function showOff(c: Context, session: Session | undefined, next = ''): Response | Promise<Response> {
  const { provider: t, login } = c.var.messages
  const onward = { href: pathWith(c.var.paths.login, { next: parseNextPath(next) }), text: login.title }
  return refusePage(c, session, 404, t.offTitle, t.off, { onward })
}

/**
 * An account here has confirmed the address that the provider confirms. It is never linked by that: its person signs in with their
 * own proof, and then adds the identity.
 */
export function showOwned(
  c: Context,
  {
    connection,
    next,
    arrival,
  }: {
    readonly connection: { readonly id: string; readonly name: string }
    readonly next: string
    /** Where their own proof alone signs nobody in: it then adds the identity that arrived. */
    readonly arrival?: string | undefined
  },
): Response | Promise<Response> {
  const { provider: t, login } = c.var.messages
  const { paths } = c.var
  const link =
    arrival === undefined
      ? pathWith(paths.loginWith(connection.id), { purpose: 'link', next: parseNextPath(next) })
      : pathWith(paths.loginWithNew(connection.id), { arrival })
  const onward = { href: pathWith(paths.login, { next: link }), text: login.title }
  const text = fillText(t.owned, { provider: connection.name })
  return refusePage(c, undefined, 403, t.ownedTitle, text, { reason: 'provider: owned', onward })
}
