import type { Client } from '../../../../protocol/client.ts'
import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import { Time } from '../../../../ui/facts.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface DeleteSecretPageProps {
  readonly site: Site
  readonly client: Client
  readonly secret: {
    readonly id: string
    readonly createdAt: number
    readonly lastUsedAt: number | undefined
  }
  readonly isLast: boolean
  readonly attempt: string
  readonly problem?: string | undefined
}

export function DeleteSecretPage({ site, client, secret, isLast, attempt, problem }: DeleteSecretPageProps) {
  return (
    <ConfirmPage
      site={site}
      title="Delete the secret"
      action={site.paths.deleteApplicationSecret(client.id, secret.id)}
      back={site.paths.application(client.id)}
      submit="Delete"
      attempt={attempt}
      problem={problem}
    >
      <p>
        The secret of{' '}
        <strong>
          <bdi>{client.name}</bdi>
        </strong>{' '}
        that was made <Time at={secret.createdAt} exact /> and{' '}
        {secret.lastUsedAt === undefined ? (
          'never used'
        ) : (
          <>
            last used <Time at={secret.lastUsedAt} exact />
          </>
        )}{' '}
        stops working at once.
      </p>
      {isLast ? (
        <p>
          <strong>It is the only one.</strong> The application can’t get or refresh tokens until you make a
          new one and give it to it. Tokens that it already has stay good until they expire.
        </p>
      ) : (
        <p>The other secret keeps working.</p>
      )}
    </ConfirmPage>
  )
}
