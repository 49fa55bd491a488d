import { replaceConnectionSecret } from '../../../../acts/sign-in/connections.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { say } from '../../../../http/problems.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { pathConnection } from '../../../../http/sign-in/path-connection.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import type { Connection } from '../../../../rules/sign-in/connection.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { sealProviderSecret } from '../../../../secrets/sign-in/provider-secret.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { findSecretProblem } from '../problems.ts'
import { ConnectionSecretPage } from './page.tsx'

type SecretContext = Context<'admin' | 'connections' | 'problems'>

/** /admin/connections/{id}/secret: POST takes `client_secret`. The old one is gone at once. */
export const { get, post } = asking({ ask, act })

/** A connection that has a secret. */
async function findWithSecret(c: Context): Promise<Connection | undefined> {
  const { known } = await pathConnection(c)
  return known?.settings.auth.method === 'private_key_jwt' ? undefined : known
}

async function ask(c: SecretContext, session: Session, shown: Shown): Promise<Response> {
  const known = await findWithSecret(c)
  if (known === undefined) return showNothing(c, session)
  const page = (
    <ConnectionSecretPage
      site={siteFor(c, session)}
      connection={known}
      attempt={makeAttempt()}
      problem={shown.problem}
      problems={shown.problems ?? []}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: SecretContext, form: OwnForm): Promise<Response> {
  const known = await findWithSecret(c)
  if (known === undefined) return showNothing(c, form.session)
  const { id, settings } = known
  const secret = (form.pairs.get('client_secret') ?? '').trim()
  const problem = await findSecretProblem(secret, settings.auth.method)
  if (problem !== undefined)
    return ask(c, form.session, { problems: [{ field: 'client_secret', text: say(c, problem) }] })
  const sealed = await sealProviderSecret(c.var.config.keyEncryptionSecret, id, secret)
  return (await replaceConnectionSecret(doingOf(c, form), id, sealed))
    ? c.redirect(pathWith(c.var.paths.adminConnection(id), { saved: 'connection_secret_replaced' }), 303)
    : showNothing(c, form.session)
}
