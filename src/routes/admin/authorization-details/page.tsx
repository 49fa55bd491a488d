import { Icon } from '../../../ui/icons.tsx'
import { type ListPlace, RowName } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { EditableListPage } from '../editable-list-page.tsx'

export interface DetailTypesPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly types: readonly { readonly key: string; readonly type: string; readonly title: string }[]
  readonly saved: string | undefined
  /** The title of the saved one. */
  readonly what: string | undefined
  readonly undo: string | undefined
}

export function DetailTypesPage({ site, types, ...rest }: DetailTypesPageProps) {
  const { paths, viewer, messages, texts } = site
  const { details: t } = texts.admin
  const mayChange = viewer?.isAdministrator === true
  return (
    <EditableListPage
      {...rest}
      site={site}
      title={messages.places.details}
      text={t.text}
      empty={t.none}
      add={{ href: paths.newDetailType, name: t.add }}
      count={types.length}
      sorts={[{ value: 'name', label: site.messages.common.sort.name }]}
    >
      {types.map(({ key, type, title }) => (
        <li>
          <Icon name="check" />
          <div>
            <RowName href={mayChange && paths.adminDetailType(key)}>{type}</RowName>
            <p class="hint">
              <bdi>{title}</bdi>
            </p>
          </div>
        </li>
      ))}
    </EditableListPage>
  )
}
