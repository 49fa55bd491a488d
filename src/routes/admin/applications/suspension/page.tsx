import type { Client } from '../../../../protocol/client.ts'
import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface SuspendApplicationPageProps {
  readonly site: Site
  readonly client: Client
  readonly attempt: string
  readonly problem?: string | undefined
}

export function SuspendApplicationPage({ site, client, attempt, problem }: SuspendApplicationPageProps) {
  const { paths } = site
  const suspend = client.suspendedAt === undefined
  const name = (
    <strong>
      <bdi>{client.name}</bdi>
    </strong>
  )
  return (
    <ConfirmPage
      site={site}
      title={suspend ? 'Suspend the application' : 'Resume the application'}
      action={paths.suspendApplication(client.id)}
      back={paths.application(client.id)}
      submit={suspend ? 'Suspend' : 'Resume'}
      hidden={{ suspended: String(suspend) }}
      mild={!suspend}
      attempt={attempt}
      problem={problem}
    >
      {suspend ? (
        <>
          <p>{name} stops working at once, until you resume it:</p>
          <ul>
            <li>Nobody can sign in to it, and it gets no new tokens.</li>
            <li>Tokens that it holds are answered as not valid here.</li>
            <li>An API that doesn’t ask this server accepts its JWTs until they expire.</li>
          </ul>
          <p>Nothing is deleted: what people allowed it is kept.</p>
        </>
      ) : (
        <p>{name} works again at once, with the secrets and tokens that it had and that have not expired.</p>
      )}
    </ConfirmPage>
  )
}
