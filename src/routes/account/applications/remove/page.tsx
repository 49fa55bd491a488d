import type { ConnectedClient } from '../../../../store/requests/connected-clients.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { DetailList } from '../../../../ui/forms/requested.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { countText } from '../../../../ui/words/plural.ts'
import { ScopeList } from '../page.tsx'

export interface RemovePageProps {
  readonly site: Site<'account'>
  readonly client: ConnectedClient
  /** Lifetime of an access token. */
  readonly minutes: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function RemovePage({ site, client, minutes, attempt, problem }: RemovePageProps) {
  const t = site.texts.account.applications
  return (
    <ConfirmPage
      site={site}
      title={t.removeTitle}
      action={site.paths.removeAccountApplication(client.clientId)}
      back={site.paths.accountApplications}
      submit={t.remove}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill
          text={client.owner?.kind === 'name' ? t.able : t.ableAlone}
          application={<Name>{client.name}</Name>}
          owner={<bdi>{client.owner?.text}</bdi>}
        />
      </p>
      <ScopeList site={site} scopes={client.scopes} />
      <DetailList items={client.items} />
      <ul class="hint">
        <li>{t.ends}</li>
        <li>{countText(site.language, t.api, minutes)}</li>
        <li>{t.stored}</li>
        <li>{t.again}</li>
      </ul>
    </ConfirmPage>
  )
}
