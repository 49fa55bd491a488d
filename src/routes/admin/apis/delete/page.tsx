import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

export interface DeleteApiPageProps {
  readonly site: Site<'admin'>
  readonly api: { readonly key: string; readonly identifier: string; readonly name: string }
  readonly scopes: readonly string[]
  readonly attempt: string
  readonly problem?: string | undefined
}

export function DeleteApiPage({ site, api, scopes, attempt, problem }: DeleteApiPageProps) {
  const { paths, texts } = site
  const t = texts.admin.api
  const name = <Name>{api.name}</Name>
  return (
    <ConfirmPage
      site={site}
      title={t.delete}
      action={paths.deleteApi(api.key)}
      back={paths.adminApi(api.key)}
      submit={texts.admin.shared.delete}
      attempt={attempt}
      problem={problem}
    >
      <p>
        <Fill text={t.gone} name={name} identifier={<code>{api.identifier}</code>} />
      </p>
      <ul>
        <li>{t.goneRequests}</li>
        <li>{t.goneRefresh}</li>
        {scopes.length > 0 && <li>{fillText(t.goneScopes, { scopes: scopes.join(', ') })}</li>}
        <li>{t.goneTokens}</li>
      </ul>
    </ConfirmPage>
  )
}
