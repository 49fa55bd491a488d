import { readFrame } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage } from '../../../http/pages.tsx'
import { listLiveSecrets, mostLiveSecrets, secretId } from '../../../store/clients/secrets.ts'
import { CredentialsPage } from './page.tsx'

const soon = 14 * 86_400

/** GET …/credentials: the credentials of the application, without any secret. */
export async function get(c: Context<'applications'>): Promise<Response> {
  const { now } = c.var
  const read = await readFrame(c, (DB, id) => ({ secrets: listLiveSecrets(DB, id, now) }))
  if (read instanceof Response) return read
  const { secrets } = read.found
  return showPage(
    c,
    <CredentialsPage
      {...read.frame}
      secrets={secrets.map((secret) => ({
        ...secret,
        id: secretId(secret.hash),
        expiresSoon: secret.expiresAt !== undefined && secret.expiresAt - now < soon,
      }))}
      mayAddSecret={secrets.length < mostLiveSecrets}
    />,
  )
}
