import type { Connection } from '../../../../rules/sign-in/connection.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { SecretField } from '../connection/page.tsx'

export interface ConnectionSecretPageProps {
  readonly site: Site<'admin' | 'connections'>
  readonly connection: Connection
  readonly attempt: string
  readonly problem: string | undefined
  readonly problems: readonly Problem[]
}

export function ConnectionSecretPage(props: ConnectionSecretPageProps) {
  const { site, connection, attempt, problem, problems } = props
  const t = site.texts.connections.secret
  return (
    <FormPage
      site={site}
      title={t.title}
      back={{ href: site.paths.adminConnection(connection.id), name: connection.name }}
      action={site.paths.connectionSecret(connection.id)}
      attempt={attempt}
      problem={problem}
      problems={problems}
      submit={t.replace}
      above={
        <p>
          <Fill text={t.text} name={<Name>{connection.name}</Name>} />
        </p>
      }
    >
      <SecretField site={site} isApple={connection.settings.auth.method === 'apple'} problems={problems} />
    </FormPage>
  )
}
