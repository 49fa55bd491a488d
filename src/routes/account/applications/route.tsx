import type { Context } from '../../../http/context.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { readForViewer } from '../../../http/sign-in/require-session.ts'
import { findClient } from '../../../store/clients/clients.ts'
import { listConnectedClients } from '../../../store/requests/connected-clients.ts'
import { ConnectedPage } from './page.tsx'

/** GET /account/applications */
export async function get(c: Context<'account'>): Promise<Response> {
  const { asked, chosen } = readList(c, ['granted'])
  const removed = c.req.query('removed')
  const answer = await readForViewer(c, (DB, viewer) => ({
    clients: listConnectedClients(DB, viewer, chosen, c.var.now),
    removed: findClient(DB, removed ?? ''),
  }))
  if (answer instanceof Response) return answer
  const { clients } = answer.found
  return showPage(
    c,
    <ConnectedPage
      site={siteFor(c, answer.session)}
      place={placeOn(c.var.paths.accountApplications, asked, clients, chosen.sort)}
      clients={clients.items}
      isRemoved={removed !== undefined}
      removed={answer.found.removed?.name}
    />,
  )
}
