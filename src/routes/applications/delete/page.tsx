import type { Client } from '../../../rules/clients/client.ts'
import { ConfirmPage } from '../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'
import { countText } from '../../../ui/words/plural.ts'

export interface DeletePageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  /** Lifetime of an access token. */
  readonly minutes: number
  readonly attempt: string
  readonly problem?: string | undefined
}

export function DeletePage({ site, client, minutes, attempt, problem }: DeletePageProps) {
  const t = site.texts.applications.delete
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={site.paths.deleteApplication(client.id)}
      back={site.paths.applicationDanger(client.id)}
      submit={t.submit}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill text={t.text} application={<Name>{client.name}</Name>} />
      </p>
      <ul>
        <li>{t.credentials}</li>
        <li>{t.people}</li>
        <li>{countText(site.language, t.tokens, minutes)}</li>
        <li>{t.consents}</li>
      </ul>
    </ConfirmPage>
  )
}
