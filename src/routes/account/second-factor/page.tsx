import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Way, Ways } from '../../../ui/ways.tsx'

export interface SecondFactorPageProps {
  readonly site: Site<'account'>
  /** The destination after this page. */
  readonly next: string
}

export function SecondFactorPage({ site, next }: SecondFactorPageProps) {
  const { paths } = site
  const query = new URLSearchParams({ next })
  const t = site.texts.account.factor
  return (
    <Layout site={site} title={t.title}>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      <Ways>
        <Way href={`${paths.setUpAuthenticator}?${query}`} icon="shield" title={t.app}>
          {t.appText}
        </Way>
        <Way href={`${paths.newPasskey}?${query}`} icon="key" title={t.passkey}>
          {t.passkeyText}
        </Way>
      </Ways>
    </Layout>
  )
}
