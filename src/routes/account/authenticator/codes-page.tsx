import { CopyBlock, copyScript } from '../../../ui/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface CodesPageProps {
  readonly site: Site
  readonly title: string
  readonly codes: readonly string[]
  /** Where it goes on. */
  readonly next: string
}

/** The one time that recovery codes are shown. */
export function CodesPage({ site, title, codes, next }: CodesPageProps) {
  return (
    <Layout site={site} title={title} scripts={[copyScript]}>
      <h1>{title}</h1>
      <section class="card">
        <h2>Your recovery codes</h2>
        <p class="notice">
          <Icon name="warning" />
          <span>
            <strong>Print them or write them down now.</strong> They are shown this once.
          </span>
        </p>
        <p>
          Each of them lets you sign in once without your phone, after your password. Keep them where you
          would keep a spare key, away from the phone.
        </p>
        <CopyBlock title="Recovery codes" id="recovery_codes" text={codes.join('\n')} />
        <div class="actions">
          <a class="button" href={next}>
            I have kept them
          </a>
        </div>
      </section>
    </Layout>
  )
}
