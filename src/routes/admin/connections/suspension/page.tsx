import type { Connection } from '../../../../rules/sign-in/connection.ts'
import type { ConnectionPeople } from '../../../../store/sign-in/connection-changes.ts'
import type { Site } from '../../../../ui/site.ts'
import { SuspensionPage } from '../../suspension-page.tsx'
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
  const { paths } = site
  const t = site.texts.connections.suspend
  return (
    <SuspensionPage
      site={site}
      texts={t}
      name={connection.name}
      isSuspended={connection.suspendedAt !== undefined}
      action={paths.suspendConnection(connection.id)}
      back={paths.adminConnection(connection.id)}
      attempt={attempt}
      problem={problem}
    >
      <ul>
        <li>{t.button}</li>
        <li>{t.sessions}</li>
      </ul>
      <People site={site} {...people} />
    </SuspensionPage>
  )
}
