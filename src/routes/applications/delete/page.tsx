import type { Client } from '../../../protocol/client.ts'
import { ConfirmPage } from '../../../ui/confirm-page.tsx'
import type { Site } from '../../../ui/site.ts'

export interface DeletePageProps {
  readonly site: Site
  readonly client: Client
  /** How long an access token lives. */
  readonly minutes: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function DeletePage({ site, client, minutes, attempt, problem }: DeletePageProps) {
  return (
    <ConfirmPage
      site={site}
      title="Delete the application"
      action={site.paths.deleteApplication(client.id)}
      back={site.paths.application(client.id)}
      submit="Delete"
      attempt={attempt}
      problem={problem}
    >
      <p>
        <strong>
          <bdi>{client.name}</bdi>
        </strong>{' '}
        and all that belongs to it will be gone. This can’t be undone.
      </p>
      <ul>
        <li>Its client ID and its secret stop working at once.</li>
        <li>Everybody who uses it is cut off: all its codes and refresh tokens end now.</li>
        <li>
          Access tokens that it holds end too; an API that doesn’t ask this server may accept them for up to{' '}
          {minutes} minutes.
        </li>
        <li>What people allowed it is forgotten.</li>
      </ul>
    </ConfirmPage>
  )
}
