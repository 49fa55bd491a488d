import type { Client } from '../../../rules/clients/client.ts'
import { CopyField, copyScript } from '../../../ui/forms/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface SecretPageProps {
  readonly site: Site
  readonly title: string
  readonly client: Client
  readonly secret: string
}

/** The one time that a secret is shown. */
export function SecretPage({ site, title, client, secret }: SecretPageProps) {
  const t = site.texts.applications.secret
  return (
    <Layout site={site} title={title} scripts={[copyScript]}>
      <h1>{title}</h1>
      <section class="card">
        <h2>
          <bdi>{client.name}</bdi>
        </h2>
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill text={t.once} copyNow={<strong>{t.copyNow}</strong>} />
          </span>
        </p>
        <CopyField label={t.id} id="client_id" value={client.id} />
        <CopyField label={t.secret} id="client_secret" value={secret} />
        <p class="hint">{t.keep}</p>
        <div class="actions">
          <a class="button" href={site.paths.application(client.id)}>
            {t.copied}
          </a>
        </div>
      </section>
    </Layout>
  )
}
