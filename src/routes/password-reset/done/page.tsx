import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export function PasswordResetDonePage({ site }: { readonly site: Site<'start'> }) {
  const t = site.texts.start.reset
  return (
    <Layout site={site} title={t.done} width="narrow">
      <h1>{t.done}</h1>
      <p>{t.doneText}</p>
      <p class="actions">
        <a class="button" href={site.paths.login}>
          {site.messages.login.title}
        </a>
      </p>
    </Layout>
  )
}
