import type { Connection } from '../../../../rules/sign-in/connection.ts'
import type { ConnectionPeople } from '../../../../store/sign-in/connection-changes.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { People } from '../people.tsx'

export interface DeleteConnectionPageProps {
  readonly site: Site<'admin' | 'connections'>
  readonly connection: Connection
  readonly people: ConnectionPeople
  readonly attempt: string
  readonly problem: string | undefined
  readonly problems: readonly Problem[]
}

export function DeleteConnectionPage(props: DeleteConnectionPageProps) {
  const { site, connection, people, attempt, problem, problems } = props
  const { paths, texts } = site
  const t = texts.connections.delete
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={paths.deleteConnection(connection.id)}
      back={paths.adminConnection(connection.id)}
      submit={texts.admin.shared.delete}
      attempt={attempt}
      problem={problem}
      problems={problems}
      fields={
        <Field
          label={t.name}
          name="name"
          value=""
          hint={fillText(t.nameHint, { name: connection.name })}
          required
          problems={problems}
        />
      }
    >
      <p>
        <Fill text={t.text} name={<Name>{connection.name}</Name>} />
      </p>
      <ul>
        <li>{t.identities}</li>
        <li>{t.sessions}</li>
        <li>{t.domains}</li>
      </ul>
      <People site={site} {...people} />
      {connection.suspendedAt === undefined && (
        <p>
          <a href={paths.suspendConnection(connection.id)}>{t.instead}</a>
        </p>
      )}
    </ConfirmPage>
  )
}
