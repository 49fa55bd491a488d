import type { Client } from '../../../../rules/clients/client.ts'
import type { Site } from '../../../../ui/site.ts'
import { SuspensionPage } from '../../suspension-page.tsx'

export interface SuspendApplicationPageProps {
  readonly site: Site<'admin'>
  readonly client: Client
  readonly attempt: string
  readonly problem?: string | undefined
}

export function SuspendApplicationPage({ site, client, attempt, problem }: SuspendApplicationPageProps) {
  const { paths } = site
  const t = site.texts.admin.suspendApplication
  return (
    <SuspensionPage
      site={site}
      texts={t}
      name={client.name}
      isSuspended={client.suspendedAt !== undefined}
      action={paths.suspendApplication(client.id)}
      back={paths.applicationDanger(client.id)}
      attempt={attempt}
      problem={problem}
    >
      <ul>
        <li>{t.signIn}</li>
        <li>{t.tokens}</li>
        <li>{t.jwts}</li>
      </ul>
    </SuspensionPage>
  )
}
