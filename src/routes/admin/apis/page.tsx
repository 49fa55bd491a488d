import { type ListPlace, RowName } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { EditableListPage } from '../editable-list-page.tsx'

export interface ApisPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly apis: readonly { readonly key: string; readonly identifier: string; readonly name: string }[]
  readonly saved: string | undefined
  /** The name of the saved one. */
  readonly what: string | undefined
  readonly undo: string | undefined
}

export function ApisPage({ site, place, apis, saved, what, undo }: ApisPageProps) {
  const { paths, viewer, texts } = site
  const t = texts.admin.apis
  const mayChange = viewer?.isAdministrator === true
  return (
    <EditableListPage
      site={site}
      title={texts.admin.home.apis}
      empty={t.none}
      text={<Fill text={t.text} aud={<code>aud</code>} />}
      add={{ href: paths.newApi, name: t.add }}
      place={place}
      count={apis.length}
      sorts={[
        { value: 'name', label: site.messages.common.sort.name },
        { value: 'identifier', label: site.messages.common.sort.identifier },
      ]}
      saved={saved}
      what={what}
      undo={undo}
    >
      {apis.map((api) => (
        <li>
          <Monogram name={api.name} />
          <div>
            <RowName href={mayChange && paths.adminApi(api.key)}>{api.name}</RowName>
            <p class="hint">
              <code>{api.identifier}</code>
            </p>
          </div>
        </li>
      ))}
    </EditableListPage>
  )
}
