import type { ConnectedClient } from '../../../../store/consents.ts'
import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { ScopeList } from '../page.tsx'

export interface RemovePageProps {
  readonly site: Site
  readonly client: ConnectedClient
  /** How long an access token lives. */
  readonly minutes: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemovePage({ site, client, minutes, attempt, problem }: RemovePageProps) {
  return (
    <ConfirmPage
      site={site}
      title="Remove the application"
      action={site.paths.removeAccountApplication(client.clientId)}
      back={site.paths.accountApplications}
      submit="Remove"
      attempt={attempt}
      problem={problem}
    >
      <p>
        <strong>
          <bdi>{client.name}</bdi>
        </strong>{' '}
        of <bdi>{client.ownerName}</bdi> will no longer be able to:
      </p>
      <ScopeList scopes={client.scopes} />
      <ul class="hint">
        <li>Everything that it got from you ends now, in each browser and on each device.</li>
        <li>
          An API that doesn’t ask this server may accept what the application still holds for up to {minutes}{' '}
          minutes.
        </li>
        <li>What the application itself stored about you stays there. Ask it to delete that.</li>
        <li>Use it again, and it asks you again.</li>
      </ul>
    </ConfirmPage>
  )
}
