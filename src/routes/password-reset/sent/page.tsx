import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export function PasswordResetSentPage({
  site,
  hasCompanies,
  hasOutbox,
}: {
  readonly site: Site<'start'>
  /** Whether there are people who get no link, because they sign in with the provider of their company alone. */
  readonly hasCompanies: boolean
  /** In development the mail is there. */
  readonly hasOutbox: boolean
}) {
  const t = site.texts.start.reset
  return (
    <Layout site={site} title={t.sent} width="narrow">
      <h1>{t.sent}</h1>
      <p>{t.sentText}</p>
      <p>{t.nothingCame}</p>
      {hasCompanies && (
        <p>
          {t.company} <a href={site.paths.loginWork}>{site.messages.login.work}</a>
        </p>
      )}
      {hasOutbox && (
        <p>
          <Fill text={t.inOutbox} outbox={<a href={site.paths.outbox}>{t.outbox}</a>} />
        </p>
      )}
      <p>
        <a href={site.paths.login}>{t.back}</a>
      </p>
    </Layout>
  )
}
