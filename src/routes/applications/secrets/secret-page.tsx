import type { Client } from '../../../rules/clients/client.ts'
import { CopyBlock, CopyField, copyScript, DownloadLink } from '../../../ui/forms/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { mayTry, TryLink, tryScript } from '../try-link.tsx'

export interface SecretPageProps {
  readonly site: Site<'applications'>
  readonly title: string
  readonly client: Client
  readonly secret: string
}

/** The only time that a secret is shown. */
export function SecretPage({ site, title, client, secret }: SecretPageProps) {
  const t = site.texts.applications.secret
  return (
    <Layout site={site} title={title} scripts={[copyScript, tryScript]}>
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
        <CopyBlock title={t.environment} id="environment" text={environmentOf(site, client, secret)} />
        <div class="actions">
          <TryLink site={site} client={client} secret={secret} />
          <a
            class={mayTry(site, client) ? 'button secondary' : 'button'}
            href={site.paths.application(client.id)}
          >
            <span title={client.name}>{fillText(t.goOn, { application: client.name })}</span>
          </a>
          <DownloadLink name=".env" what=".env" text={environmentOf(site, client, secret)} />
        </div>
      </section>
    </Layout>
  )
}

/** The lines of a settings file, with the names that the examples read. */
function environmentOf({ issuer }: Site<'applications'>, { id }: Client, secret: string): string {
  return `ISSUER=${issuer}\nCLIENT_ID=${id}\nCLIENT_SECRET=${secret}`
}
