import type { Context } from '../../../../http/context.ts'
import { placeOn, readList } from '../../../../http/list-page.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { canMail } from '../../../../http/people/mailer.ts'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { identityKey } from '../../../../http/sign-in/path-identity.ts'
import { requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { nameKey } from '../../../../rules/people/person.ts'
import { mayEndOf } from '../../../../rules/people/role.ts'
import { subjectsOfAccount } from '../../../../secrets/try-subject.ts'
import { searchClients } from '../../../../store/clients/search.ts'
import { read } from '../../../../store/database.ts'
import { findUserStanding, listAccess } from '../../../../store/people/standing.ts'
import { findFactors } from '../../../../store/sign-in/factors.ts'
import { listIdentities } from '../../../../store/sign-in/identities.ts'
import { listSessions } from '../../../../store/sign-in/own-sessions.ts'
import { countAllAttempts } from '../../../../store/sign-in/tries.ts'
import { byDevice } from '../../../../values/device-name.ts'
import { UserPage } from './page.tsx'

/** Number of own applications on the page; the list has them all. */
const mostOwned = 5

/** Number of sessions that are read, seen last. */
const mostSessions = 100

/** GET /admin/users/{id} */
export async function get(c: Context<'account' | 'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { paths, now, config } = c.var
  const id = userIdOf(c)
  const { asked, chosen } = readList(c, ['granted'])
  const { found, factors, identities, owned, sessions, connected } = await read(DB, {
    found: findUserStanding(DB, id, now),
    factors: findFactors(DB, { userId: id }),
    owned: searchClients(DB, { ownerId: id, search: '' }, mostOwned),
    identities: listIdentities(DB, id),
    sessions: listSessions(DB, { userId: id }, config.lifetimes, now, mostSessions),
    connected: listAccess(DB, id, chosen),
  })
  if (found === undefined) return showNothing(c, session)
  const subjects = subjectsOfAccount(nameKey(found.user.username), id)
  const { failed } = await read(DB, { failed: countAllAttempts(DB, subjects, now) })
  return showPage(
    c,
    <UserPage
      site={siteFor(c, session)}
      {...found}
      canMail={canMail(c)}
      factors={factors}
      identities={identities.map((identity) => ({ ...identity, key: identityKey(identity) }))}
      devices={byDevice(sessions, c.var.messages.devices)}
      failed={failed}
      owned={owned.page.items}
      ownsMore={owned.page.next !== undefined}
      connected={connected.items}
      place={placeOn(paths.adminUser(id), asked, connected, chosen.sort)}
      isSelf={id === session.user.id}
      mayEnd={mayEndOf(session.user.role, found.user.role)}
      saved={c.req.query('saved')}
    />,
  )
}
