import { IdentifiedListPage, type IdentifiedListPageProps } from '../editable-list-page.tsx'

export type ServersPageProps = Pick<
  IdentifiedListPageProps,
  'site' | 'place' | 'items' | 'saved' | 'what' | 'undo'
>

export function ServersPage(props: ServersPageProps) {
  const { paths, texts } = props.site
  const t = texts.admin.servers
  return (
    <IdentifiedListPage
      {...props}
      title={texts.admin.home.servers}
      text={t.text}
      empty={t.none}
      add={{ href: paths.newServer, name: t.add }}
      hrefOf={paths.adminServer}
    />
  )
}
