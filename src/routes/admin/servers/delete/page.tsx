import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface DeleteServerPageProps {
  readonly site: Site<'admin'>
  readonly server: { readonly key: string; readonly issuer: string; readonly name: string }
  readonly attempt: string
  readonly problem?: string | undefined
}

export function DeleteServerPage({ site, server, attempt, problem }: DeleteServerPageProps) {
  const { paths, texts } = site
  const t = texts.admin.server
  return (
    <ConfirmPage
      site={site}
      title={t.delete}
      action={paths.deleteServer(server.key)}
      back={paths.adminServer(server.key)}
      submit={texts.admin.shared.delete}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill text={t.gone} name={<Name>{server.name}</Name>} issuer={<code>{server.issuer}</code>} />
      </p>
      <ul>
        <li>{t.goneAccepted}</li>
        <li>{t.goneAsserted}</li>
      </ul>
    </ConfirmPage>
  )
}
