import type { Context } from '../../../http/context.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { readForViewer } from '../../../http/sign-in/require-session.ts'
import { findClient } from '../../../store/clients/clients.ts'
import { listConnectedClients } from '../../../store/requests/consents.ts'
import { ConnectedPage } from './page.tsx'

/** GET /account/applications */
export async function get(c: Context<'account'>): Promise<Response> {
  const { after, before } = readPlace(c)
  const removed = c.req.query('removed')
  const answer = await readForViewer(c, (DB, viewer) => ({
    clients: listConnectedClients(DB, viewer, after, pageSize),
    removed: findClient(DB, removed ?? ''),
  }))
  if (answer instanceof Response) return answer
  const { items, next } = answer.found.clients
  return showPage(
    c,
    <ConnectedPage
      site={siteFor(c, answer.session)}
      place={{ path: c.var.paths.accountApplications, search: '', after, before, next }}
      clients={items}
      isRemoved={removed !== undefined}
      removed={answer.found.removed?.name}
    />,
  )
}
