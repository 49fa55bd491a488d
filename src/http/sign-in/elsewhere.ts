import { domainOf } from '../../rules/people/domain.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import { none, type Query, read } from '../../store/database.ts'
import type { ConnectionButton } from '../../store/sign-in/connections.ts'
import { findElsewhere, findRealm, hasIdentityAt, type Realm } from '../../store/sign-in/realms.ts'
import { fillText } from '../../ui/words/fill-text.ts'
import { type Context, pathWith } from '../context.ts'
import { refusePage } from '../pages.tsx'

/** The provider of the domain of a typed address. Nobody has to own the address. */
export function realmQuery(db: D1Database, address: string): Query<Realm | undefined> {
  const domain = address.includes('@') ? domainOf(address) : undefined
  return domain === undefined ? none : findRealm(db, domain)
}

/** The same, if people with the address sign in with nothing else. */
export async function enforcedFor(c: Context, address: string): Promise<ConnectionButton | undefined> {
  const { realm } = await read(c.env.DB, { realm: realmQuery(c.env.DB, address) })
  return realm?.isEnforced ? realm.connection : undefined
}

/** For a form: the problem of an address whose people sign in with the provider alone. */
export function elsewhereText(c: Context, { name }: ConnectionButton): string {
  return fillText(c.var.messages.login.elsewhere, { provider: name })
}

/** The page for somebody who tried another way: it shows the right one. */
export function sendElsewhere(
  c: Context,
  connection: ConnectionButton,
  next = '',
): Response | Promise<Response> {
  const { elsewhereTitle } = c.var.messages.login
  const title = fillText(elsewhereTitle, { provider: connection.name })
  const href = pathWith(c.var.paths.loginWith(connection.id), { next: parseNextPath(next) })
  return refusePage(c, undefined, 403, title, elsewhereText(c, connection), {
    reason: 'Their domain has a provider',
    onward: { href, text: title },
  })
}

/**
 * Why a person can't have this address: they would leave the domain of their provider, or enter one and could not sign in any
 * more. `kept`: of the present address; `notYet`: of the new one.
 */
export async function addressFault(
  c: Context,
  userId: string,
  email: string,
): Promise<{ readonly fault: 'kept' | 'notYet'; readonly provider: string } | undefined> {
  const { DB } = c.env
  const there = await enforcedFor(c, email)
  const { present, isKnown } = await read(DB, {
    present: findElsewhere(DB, userId),
    isKnown: hasIdentityAt(DB, userId, there?.id ?? ''),
  })
  if (present !== undefined && present.id !== there?.id) return { fault: 'kept', provider: present.name }
  return there === undefined || isKnown ? undefined : { fault: 'notYet', provider: there.name }
}
