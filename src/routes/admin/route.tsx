import type { Context } from '../../http/context.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { requireSession } from '../../http/sign-in/require-session.ts'
import { countWaitingClients } from '../../store/clients/approval.ts'
import { countClients } from '../../store/clients/lists.ts'
import { read } from '../../store/database.ts'
import { countUsers } from '../../store/people/users.ts'
import { AdminPage } from './page.tsx'

const countedUpTo = 1000

/** GET /admin */
export async function get(c: Context<'admin' | 'applications'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { users, clients, waiting } = await read(DB, {
    users: countUsers(DB, countedUpTo + 1),
    clients: countClients(DB, countedUpTo + 1),
    waiting: countWaitingClients(DB, countedUpTo + 1),
  })
  return showPage(
    c,
    <AdminPage
      canInvite={c.var.config.signUp !== 'off'}
      site={siteFor(c, session)}
      users={users}
      applications={clients}
      waiting={waiting}
      most={countedUpTo}
    />,
  )
}
