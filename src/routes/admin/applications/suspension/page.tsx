import type { Client } from '../../../../rules/clients/client.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface SuspendApplicationPageProps {
  readonly site: Site<'admin'>
  readonly client: Client
  readonly attempt: string
  readonly problem?: string | undefined
}

export function SuspendApplicationPage({ site, client, attempt, problem }: SuspendApplicationPageProps) {
  const { paths, texts } = site
  const { shared, suspendApplication: t } = texts.admin
  const suspend = client.suspendedAt === undefined
  const name = <Name>{client.name}</Name>
  return (
    <ConfirmPage
      site={site}
      title={suspend ? t.suspend : t.resume}
      action={paths.suspendApplication(client.id)}
      back={paths.applicationDanger(client.id)}
      submit={suspend ? shared.suspend : shared.resume}
      hidden={{ suspended: String(suspend) }}
      mild={!suspend}
      attempt={attempt}
      problem={problem}
    >
      {suspend ? (
        <>
          <p>
            <Fill text={t.text} name={name} />
          </p>
          <ul>
            <li>{t.signIn}</li>
            <li>{t.tokens}</li>
            <li>{t.jwts}</li>
          </ul>
          <p>{t.kept}</p>
        </>
      ) : (
        <p>
          <Fill text={t.resumeText} name={name} />
        </p>
      )}
    </ConfirmPage>
  )
}
