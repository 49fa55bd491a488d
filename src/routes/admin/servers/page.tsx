import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ServersPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly servers: readonly { readonly key: string; readonly issuer: string; readonly name: string }[]
  readonly saved: string | undefined
}

export function ServersPage({ site, place, servers, saved }: ServersPageProps) {
  const { paths, viewer, messages, texts } = site
  const t = texts.admin.servers
  const title = texts.admin.home.servers
  const mayChange = viewer?.isAdministrator === true
  return (
    <Layout site={site} title={title}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <Saved when={saved !== undefined} />
      <div class="heading">
        <h1>{title}</h1>
        {mayChange && (
          <a class="button" href={paths.newServer}>
            <Icon name="plus" />
            {t.add}
          </a>
        )}
      </div>
      <p>{t.text}</p>
      <List place={place} count={servers.length}>
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
      </List>
    </Layout>
  )
}
