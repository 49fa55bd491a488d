import type { Client } from '../../../protocol/client.ts'
import { CopyField, copyScript } from '../../../ui/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface SecretPageProps {
  readonly site: Site
  readonly title: string
  readonly client: Client
  readonly secret: string
}

/** The one time that a secret is shown. */
export function SecretPage({ site, title, client, secret }: SecretPageProps) {
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
            <strong>Copy the secret now.</strong> It is shown this once: the server keeps only its hash.
          </span>
        </p>
        <CopyField label="Client ID" id="client_id" value={client.id} />
        <CopyField label="Client secret" id="client_secret" value={secret} />
        <p class="hint">
          Keep it where only your server can read it: not in source code, not in a page or an app.
        </p>
        <div class="actions">
          <a class="button" href={site.paths.application(client.id)}>
            I have copied it
          </a>
        </div>
      </section>
    </Layout>
  )
}
