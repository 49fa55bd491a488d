import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export function PasswordResetSentPage({
  site,
  hasOutbox,
}: {
  readonly site: Site
  /** In development the mail is there. */
  readonly hasOutbox: boolean
}) {
  return (
    <Layout site={site} title="Look at your mail" width="narrow">
      <h1>Look at your mail</h1>
      <p>
        If there is an account with this name or address, a link is on its way to it. It works once, within an
        hour. The newest link is the one that works.
      </p>
      <p>Nothing came? Look among unwanted mail. An account without an email address gets none.</p>
      {hasOutbox && (
        <p>
          In development mails are in the <a href={site.paths.outbox}>outbox</a>.
        </p>
      )}
      <p>
        <a href={site.paths.login}>Back to sign in</a>
      </p>
    </Layout>
  )
}
