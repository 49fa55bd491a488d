import type { Client } from '../../../../rules/clients/client.ts'
import { Time } from '../../../../ui/facts.tsx'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface DeleteSecretPageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly secret: {
    readonly id: string
    readonly createdAt: number
    readonly lastUsedAt: number | undefined
    readonly label: string
    readonly lastFour: string | undefined
  }
  readonly isLast: boolean
  readonly attempt: string
  readonly problem?: string | undefined
}

export function DeleteSecretPage({ site, client, secret, isLast, attempt, problem }: DeleteSecretPageProps) {
  const t = site.texts.applications.deleteSecret
  const { createdAt, lastUsedAt, label, lastFour } = secret
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={site.paths.deleteApplicationSecret(client.id, secret.id)}
      back={site.paths.applicationCredentials(client.id)}
      submit={t.submit}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <strong>
          <bdi>{label}</bdi> {lastFour !== undefined && <code dir="ltr">lk_…{lastFour}</code>}
        </strong>
      </p>
      <p>
        <Fill
          text={lastUsedAt === undefined ? t.unused : t.used}
          application={<Name>{client.name}</Name>}
          made={<Time at={createdAt} exact />}
          used={lastUsedAt !== undefined && <Time at={lastUsedAt} exact />}
        />
      </p>
      <p>{isLast ? <Fill text={t.last} only={<strong>{t.only}</strong>} /> : t.other}</p>
    </ConfirmPage>
  )
}
