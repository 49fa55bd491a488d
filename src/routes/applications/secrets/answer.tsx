import type { Context } from '../../../http/context.ts'
import { pathWith } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { hashSecret } from '../../../secrets/secret.ts'
import type { OwnedClient } from '../../../store/clients/clients.ts'
import type { ClientSecret } from '../../../store/clients/secrets.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Secret } from '../../../values/secret.ts'
import { SecretPage } from './secret-page.tsx'

/** For so long, in seconds, a form that is sent once more shows its secret once more: a double click, an answer that was lost. */
const shownAgainFor = 300

/**
 * The answer to a POST after which a secret may have to be shown. It is in this answer alone, which nobody may store: not in
 * a URL, not in the database. Whoever comes later, or to a secret that is no longer in force, is sent on to the application.
 */
export function answerWithSecret(
  c: Context<'applications'>,
  session: Session,
  { client }: OwnedClient,
  secrets: readonly ClientSecret[],
  secret: Secret<'client'>,
  what: 'registered' | 'saved' | 'made',
): Response | Promise<Response> {
  const { sha256 } = hashSecret(secret)
  const inForce = secrets.find(({ hash }) => hash.sha256 === sha256)
  if (inForce === undefined || c.var.now - inForce.createdAt >= shownAgainFor) {
    const { paths } = c.var
    const after = {
      registered: paths.application,
      saved: paths.applicationSettings,
      made: paths.applicationCredentials,
    }[what]
    return c.redirect(pathWith(after(client.id), { saved: '' }), 303)
  }
  c.header('Cache-Control', 'no-store')
  const site = siteFor(c, session)
  const title = site.texts.applications.secret[what]
  return showPage(c, <SecretPage site={site} title={title} client={client} secret={secret.plain} />)
}
