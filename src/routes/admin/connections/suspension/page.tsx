import type { Connection } from '../../../../rules/sign-in/connection.ts'
import type { ConnectionPeople } from '../../../../store/sign-in/connection-changes.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { People } from '../people.tsx'

export interface SuspendConnectionPageProps {
  readonly site: Site<'admin' | 'connections'>
  readonly connection: Connection
  readonly people: ConnectionPeople
  readonly attempt: string
  readonly problem: string | undefined
}

export function SuspendConnectionPage(props: SuspendConnectionPageProps) {
  const { site, connection, people, attempt, problem } = props
  const { paths, texts } = site
  const t = texts.connections.suspend
  const { shared } = texts.admin
  const suspend = connection.suspendedAt === undefined
  const name = <Name>{connection.name}</Name>
  return (
    <ConfirmPage
      site={site}
      title={suspend ? t.suspend : t.resume}
      action={paths.suspendConnection(connection.id)}
      back={paths.adminConnection(connection.id)}
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
            <li>{t.button}</li>
            <li>{t.sessions}</li>
          </ul>
          <People site={site} {...people} />
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
