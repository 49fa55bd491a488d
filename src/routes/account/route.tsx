import type { Context } from '../../http/context.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { readForViewer } from '../../http/sign-in/require-session.ts'
import { idOfSecret } from '../../secrets/derived-keys.ts'
import { countWaitingRequests } from '../../store/requests/backchannel-requests.ts'
import { countConnectedClients } from '../../store/requests/connected-clients.ts'
import { hasConnections } from '../../store/sign-in/connections.ts'
import { findFactorRemoval } from '../../store/sign-in/factor-removals.ts'
import { countSessions } from '../../store/sign-in/own-sessions.ts'
import { areOwnCodesOld } from '../../store/sign-in/recovery-codes.ts'
import { writeCount } from '../../ui/words/plural.ts'
import { AccountPage } from './page.tsx'

const mostCounted = 100

/** GET /account: the overview. */
export async function get(c: Context<'account'>): Promise<Response> {
  const { now, config } = c.var
  const answer = await readForViewer(c, (DB, viewer) => ({
    requests: countWaitingRequests(DB, viewer, now),
    hasProviders: hasConnections(DB),
    removal: findFactorRemoval(DB, viewer, now),
    sessions: countSessions(DB, viewer, config.lifetimes, now, mostCounted + 1),
    areCodesOld: areOwnCodesOld(DB, viewer, idOfSecret(config.keyEncryptionSecret)),
    applications: countConnectedClients(DB, viewer, mostCounted + 1),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const shown = (count: number) => writeCount(count, mostCounted, c.var.language)
  return showPage(
    c,
    <AccountPage
      site={siteFor(c, session)}
      email={session.user.email}
      awaitsReview={session.awaitsReview}
      hasProviders={found.hasProviders}
      isAsked={found.requests > 0}
      losesFactors={found.removal !== undefined}
      areCodesOld={found.areCodesOld}
      sessions={shown(found.sessions)}
      applications={shown(found.applications)}
    />,
  )
}
