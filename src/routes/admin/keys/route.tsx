import { ensureSigningKeys } from '../../../acts/server/rotate-keys.ts'
import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { keyAlgorithms, keyStatus, shortestLead, usableKeys } from '../../../rules/server/signing-keys.ts'
import { KeysPage } from './page.tsx'

/** GET /admin/keys */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { now, config } = c.var
  const keys = await ensureSigningKeys(c.env.DB, config.keyEncryptionSecret, now)
  const known = keyAlgorithms.filter((alg) => keys.some((key) => key.alg === alg))
  const algorithms = known.map((alg) => ({
    alg,
    mayRotate: !usableKeys(keys).some(
      (key) => key.alg === alg && key.activeAt > now && key.activeAt <= now + shortestLead,
    ),
    keys: keys
      .filter((key) => key.alg === alg)
      .map((key) => ({
        kid: key.kid,
        activeAt: key.activeAt,
        withdrawnAt: key.withdrawnAt,
        status: keyStatus(keys, key, now),
      }))
      .toReversed(),
  }))
  return showPage(
    c,
    <KeysPage
      site={siteFor(c, session)}
      algorithms={algorithms}
      saved={c.req.query('saved')}
      what={c.req.query('key')}
    />,
  )
}
