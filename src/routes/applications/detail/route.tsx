import { readFrame } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage } from '../../../http/pages.tsx'
import { readStaticFile } from '../../../http/static-file.ts'
import { isForPeople } from '../../../rules/clients/client.ts'
import { codeChallengeOf } from '../../../rules/requests/pkce.ts'
import { formatScope, scopeOfExample } from '../../../rules/requests/scope.ts'
import { randomText } from '../../../secrets/secret.ts'
import { DetailPage } from './page.tsx'
import { fillSnippets, snippetsPath, type Templates } from './snippets.ts'

/** GET /o/applications/{client_id} */
export async function get(c: Context<'applications' | 'start'>): Promise<Response> {
  const read = await readFrame(c, () => ({}))
  if (read instanceof Response) return read
  const { frame, ownerName } = read
  const { site, client } = frame
  const scope = formatScope(isForPeople(client) ? scopeOfExample(client) : client.policy.scope)
  // The templates of every type have the same form.
  const templates = (await readStaticFile(c, snippetsPath(client))) as Templates
  // A new pair for every view: nobody copies a known one.
  const verifier = randomText(32)
  return showPage(
    c,
    <DetailPage
      {...frame}
      ownerName={ownerName}
      scope={scope}
      snippets={fillSnippets(templates, site, client, scope)}
      pkce={{ verifier, challenge: codeChallengeOf(verifier) }}
    />,
  )
}
