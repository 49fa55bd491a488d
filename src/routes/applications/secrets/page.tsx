import type { Client } from '../../../protocol/client.ts'
import { ConfirmPage } from '../../../ui/confirm-page.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ReplaceSecretPageProps {
  readonly site: Site
  readonly client: Client
  readonly attempt: string
  readonly problem?: string | undefined
}

export function ReplaceSecretPage({ site, client, attempt, problem }: ReplaceSecretPageProps) {
  return (
    <ConfirmPage
      site={site}
      title="Replace the secret"
      action={site.paths.applicationSecrets(client.id)}
      back={site.paths.application(client.id)}
      submit="Replace"
      attempt={attempt}
      problem={problem}
    >
      <p>
        <strong>
          <bdi>{client.name}</bdi>
        </strong>{' '}
        gets a new secret, which is shown once. The old one stops working at once: the application can’t get
        tokens until it has the new one.
      </p>
    </ConfirmPage>
  )
}
