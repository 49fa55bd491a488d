import { CopyBlock, copyScript, DownloadLink } from '../../../ui/forms/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface CodesPageProps {
  readonly site: Site<'account'>
  readonly title: string
  readonly codes: readonly string[]
  /** The next page. */
  readonly next: string
}

/** The only time that recovery codes are shown. */
export function CodesPage({ site, title, codes, next }: CodesPageProps) {
  const t = site.texts.account.authenticator
  return (
    <Layout site={site} title={title} scripts={[copyScript, '/print.js']}>
      <h1>{title}</h1>
      <section class="card">
        <h2>{t.yours}</h2>
        <p class="notice">
          <Icon name="warning" />
          <span>
            <strong>{t.print}</strong> {t.once}
          </span>
        </p>
        <p>{t.codesText}</p>
        <CopyBlock title={t.codes} id="recovery_codes" text={codes.join('\n')} />
        <div class="actions">
          <a class="button" href={next}>
            {t.kept}
          </a>
          <DownloadLink name="recovery-codes.txt" text={codes.join('\n')} />
          <button type="button" class="secondary" data-print hidden>
            {site.messages.common.print}
          </button>
        </div>
      </section>
    </Layout>
  )
}
