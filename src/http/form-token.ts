import { createHmac } from 'node:crypto'
import { isEqual } from '../values/equal.ts'
import type { Context } from './context.ts'
import { presentedSession, presentedVisit, visit } from './sign-in/session.ts'

/** The cookie that forms of this browser are bound to: the session, or before sign-in the visit. */
export function bindingOf(c: Context): string {
  return presentedSession(c)?.plain ?? visit(c)
}

/** The hidden `form_token` of every form: bound to the session, or before sign-in to the visit. */
export function formTokenOf(c: Context): string {
  return tokenFor(bindingOf(c))
}

/**
 * Whether a POST comes from one of our own forms in this browser: by the browser's headers (Origin, Sec-Fetch-Site) and the
 * token. Either one alone stops a forged request; together they also stop one from a sibling subdomain.
 */
export function isOwnForm(c: Context, pairs: URLSearchParams): boolean {
  if (isFromElsewhere(c)) return false
  const bound = presentedSession(c)?.plain ?? presentedVisit(c)
  const sent = pairs.get('form_token')
  return bound !== undefined && sent !== null && isEqual(sent, tokenFor(bound))
}

/**
 * Why a form is not one of ours: another site sent it, this browser has no cookie of ours, or the form is older than the
 * cookie.
 */
export function whyNotOwn(c: Context): 'foreign' | 'cookies' | 'outdated' {
  if (isFromElsewhere(c)) return 'foreign'
  return (presentedSession(c)?.plain ?? presentedVisit(c)) === undefined ? 'cookies' : 'outdated'
}

function isFromElsewhere(c: Context): boolean {
  const origin = c.req.header('origin')
  const site = c.req.header('sec-fetch-site')
  return (origin !== undefined && origin !== c.var.issuer) || (site !== undefined && site !== 'same-origin')
}

/** Bytes: `node:crypto` takes longer than `TextEncoder` to encode a text. */
const utf8 = new TextEncoder()
const form = utf8.encode('form')

function tokenFor(binding: string): string {
  return createHmac('sha256', utf8.encode(binding)).update(form).digest('base64url')
}
