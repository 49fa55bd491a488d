import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName } from '../../../ui/list.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ScopesPageProps {
  readonly site: Site
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
  const { paths, viewer } = site
  const mayChange = viewer?.isAdministrator === true
  return (
    <Layout site={site} title="Scopes">
      <Trail href={paths.admin}>Administration</Trail>
      <Saved when={saved !== undefined} />
      <div class="heading">
        <h1>Scopes</h1>
        {mayChange && (
          <a class="button" href={paths.newScope}>
            <Icon name="plus" />
            Add a scope
          </a>
        )}
      </div>
      <p>
        What applications can ask people for, in the words that people read. Scopes of an API are at{' '}
        <a href={paths.adminApis}>APIs</a>.
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
            <p class="meta">{scope.restricted && <span class="tag">Administrators allow it</span>}</p>
          </li>
        ))}
      </List>
    </Layout>
  )
}
