import { type ListPlace, RowName } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'
import { EditableListPage } from '../editable-list-page.tsx'

export interface ServersPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly servers: readonly { readonly key: string; readonly issuer: string; readonly name: string }[]
  readonly saved: string | undefined
  /** The name of the saved one. */
  readonly what: string | undefined
  readonly undo: string | undefined
}

export function ServersPage({ site, place, servers, saved, what, undo }: ServersPageProps) {
  const { paths, viewer, texts } = site
  const t = texts.admin.servers
  const mayChange = viewer?.isAdministrator === true
  return (
    <EditableListPage
      site={site}
      title={texts.admin.home.servers}
      text={t.text}
      empty={t.none}
      add={{ href: paths.newServer, name: t.add }}
      place={place}
      count={servers.length}
      sorts={[
        { value: 'name', label: site.messages.common.sort.name },
        { value: 'identifier', label: site.messages.common.sort.identifier },
      ]}
      saved={saved}
      what={what}
      undo={undo}
    >
      {servers.map((server) => (
        <li>
          <Monogram name={server.name} />
          <div>
            <RowName href={mayChange && paths.adminServer(server.key)}>{server.name}</RowName>
            <p class="hint">
              <code>{server.issuer}</code>
            </p>
          </div>
        </li>
      ))}
    </EditableListPage>
  )
}
