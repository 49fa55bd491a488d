import { Icon } from '../../../ui/icons.tsx'
import { type ListPlace, RowName } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { describeScope } from '../../../ui/words/messages/index.ts'
import { EditableListPage } from '../editable-list-page.tsx'

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
  /** The name of the saved one. */
  readonly what: string | undefined
  readonly undo: string | undefined
}

export function ScopesPage({ site, place, scopes, saved, what, undo }: ScopesPageProps) {
  const { paths, viewer, texts } = site
  const { home, scopes: t } = texts.admin
  const mayChange = viewer?.isAdministrator === true
  return (
    <EditableListPage
      site={site}
      title={home.scopes}
      text={<Fill text={t.text} apis={<a href={paths.adminApis}>{home.apis}</a>} />}
      add={{ href: paths.newScope, name: t.add }}
      place={place}
      count={scopes.length}
      sorts={[{ value: 'name', label: site.messages.common.sort.name }]}
      saved={saved}
      what={what}
      undo={undo}
    >
      {scopes.map((scope) => (
        <li>
          <Icon name="check" />
          <div>
            <RowName href={mayChange && paths.adminScope(scope.key)}>{scope.name}</RowName>
            <p class="hint">
              <bdi>{describeScope(scope, site.messages)}</bdi>
            </p>
          </div>
          <p class="meta">{scope.restricted && <span class="tag">{t.restricted}</span>}</p>
        </li>
      ))}
    </EditableListPage>
  )
}
