import { removeSecret } from '../../../../acts/clients/secrets.ts'
import { clientIdOf } from '../../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findManagedClient } from '../../../../store/clients/clients.ts'
import { listLiveSecrets, secretId } from '../../../../store/clients/secrets.ts'
import { read } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { DeleteSecretPage } from './page.tsx'

/** …/secrets/{id}/delete: POST invalidates only that secret. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'applications'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const { owned, secrets } = await read(DB, {
    owned: findManagedClient(DB, clientIdOf(c), session.user.id),
    secrets: listLiveSecrets(DB, clientIdOf(c), c.var.now),
  })
  const secret = secrets.find(({ hash }) => secretId(hash) === secretIdOf(c))
  if (owned === undefined || secret === undefined) return showNothing(c, session)
  const page = (
    <DeleteSecretPage
      site={siteFor(c, session)}
      client={owned.client}
      secret={{ ...secret, id: secretId(secret.hash) }}
      isLast={secrets.length === 1}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const clientId = clientIdOf(c)
  return (await removeSecret(doingOf(c, form), clientId, secretIdOf(c)))
    ? c.redirect(pathWith(c.var.paths.applicationCredentials(clientId), { saved: '' }), 303)
    : showNothing(c, form.session)
}

function secretIdOf(c: Context): string {
  return c.req.param('secretId') ?? ''
}
