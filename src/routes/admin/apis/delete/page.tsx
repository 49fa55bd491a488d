import { ConfirmPage } from '../../../../ui/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface DeleteApiPageProps {
  readonly site: Site
  readonly api: { readonly key: string; readonly identifier: string; readonly name: string }
  readonly scopes: readonly string[]
  readonly attempt: string
  readonly problem?: string | undefined
}

export function DeleteApiPage({ site, api, scopes, attempt, problem }: DeleteApiPageProps) {
  const { paths } = site
  return (
    <ConfirmPage
      site={site}
      title="Delete the API"
      action={paths.deleteApi(api.key)}
      back={paths.adminApi(api.key)}
      submit="Delete"
      attempt={attempt}
      problem={problem}
    >
      <p>
        <strong>
          <bdi>{api.name}</bdi>
        </strong>
        , <code>{api.identifier}</code>, will be gone. This can’t be undone.
      </p>
      <ul>
        <li>No application can ask for it any more: such requests are refused.</li>
        <li>Refreshing ends for applications that have access to it alone; others lose it from theirs.</li>
        {scopes.length > 0 && <li>Its scopes go with it: {scopes.join(', ')}.</li>}
        <li>Tokens for it that are out there stay good until they expire.</li>
      </ul>
    </ConfirmPage>
  )
}
