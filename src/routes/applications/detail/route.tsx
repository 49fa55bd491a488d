import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { readStaticFile } from '../../../http/static-file.ts'
import { dayOf } from '../../../rules/clients/activity.ts'
import { isForPeople } from '../../../rules/clients/client.ts'
import { codeChallengeOf } from '../../../rules/requests/pkce.ts'
import { formatScope, scopeOfExample } from '../../../rules/requests/scope.ts'
import { randomText } from '../../../secrets/secret.ts'
import { listActivity } from '../../../store/clients/activity.ts'
import { findAwaitsOwner } from '../../../store/clients/awaiting-owner.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { listLiveSecrets, mostLiveSecrets, secretId } from '../../../store/clients/secrets.ts'
import { read } from '../../../store/database.ts'
import { listUndelivered } from '../../../store/openid/logout-deliveries.ts'
import { clientIdOf } from '../managed.ts'
import { DetailPage } from './page.tsx'
import { fillSnippets, snippetsPath, type Templates } from './snippets.ts'

const soon = 14 * 86_400

/** Enough to see what is wrong: the reason is usually the same for all. */
const mostNotices = 5

/** GET /o/applications/{client_id} */
export async function get(c: Context<'applications' | 'start'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const id = clientIdOf(c)
  const { owned, awaitsOwner, secrets, outcomes, undelivered } = await read(DB, {
    owned: findManagedClient(DB, id, session.user.id),
    awaitsOwner: findAwaitsOwner(DB, id),
    secrets: listLiveSecrets(DB, id, c.var.now),
    outcomes: listActivity(DB, id, c.var.now),
    undelivered: listUndelivered(DB, id, mostNotices),
  })
  if (owned === undefined) return showNothing(c, session)
  const site = siteFor(c, session)
  const scope = formatScope(
    isForPeople(owned.client) ? scopeOfExample(owned.client) : owned.client.policy.scope,
  )
  // As those of this type, whichever of them it is.
  const templates = (await readStaticFile(c, snippetsPath(owned.client))) as Templates
  // A pair of its own for every view: nobody copies one that is known.
  const verifier = randomText(32)
  return showPage(
    c,
    <DetailPage
      site={site}
      {...owned}
      awaitsOwner={awaitsOwner}
      secrets={secrets.map((secret) => ({
        ...secret,
        id: secretId(secret.hash),
        expiresSoon: secret.expiresAt !== undefined && secret.expiresAt - c.var.now < soon,
      }))}
      activity={{ today: dayOf(c.var.now), outcomes }}
      undelivered={undelivered}
      mayAddSecret={secrets.length < mostLiveSecrets}
      scope={scope}
      snippets={fillSnippets(templates, site, owned.client, scope)}
      pkce={{ verifier, challenge: codeChallengeOf(verifier) }}
      saved={c.req.query('saved') !== undefined}
    />,
  )
}
