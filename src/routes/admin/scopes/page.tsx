import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName } from '../../../ui/list.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface ScopesPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly scopes: readonly {
    readonly key: string
    readonly name: string
    readonly description: string
    readonly restricted: boolean
  }[]
  readonly saved: string | undefined
}

export function ScopesPage({ site, place, scopes, saved }: ScopesPageProps) {
  const { paths, viewer, messages, texts } = site
  const { home, scopes: t } = texts.admin
  const mayChange = viewer?.isAdministrator === true
  return (
    <Layout site={site} title={home.scopes}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <Saved when={saved !== undefined} />
      <div class="heading">
        <h1>{home.scopes}</h1>
        {mayChange && (
          <a class="button" href={paths.newScope}>
            <Icon name="plus" />
            {t.add}
          </a>
        )}
      </div>
      <p>
        <Fill text={t.text} apis={<a href={paths.adminApis}>{home.apis}</a>} />
      </p>
      <List place={place} count={scopes.length}>
        {scopes.map((scope) => (
          <li>
            <Icon name="check" />
            <div>
              <RowName href={mayChange && paths.adminScope(scope.key)}>{scope.name}</RowName>
              <p class="hint">
                <bdi>{scope.description}</bdi>
              </p>
            </div>
            <p class="meta">{scope.restricted && <span class="tag">{t.restricted}</span>}</p>
          </li>
        ))}
      </List>
    </Layout>
  )
}
