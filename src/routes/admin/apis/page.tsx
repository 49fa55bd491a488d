import { Fill } from '../../../ui/words/fill.tsx'
import { IdentifiedListPage, type IdentifiedListPageProps } from '../editable-list-page.tsx'

export type ApisPageProps = Pick<
  IdentifiedListPageProps,
  'site' | 'place' | 'items' | 'saved' | 'what' | 'undo'
>

export function ApisPage(props: ApisPageProps) {
  const { paths, texts } = props.site
  const t = texts.admin.apis
  return (
    <IdentifiedListPage
      {...props}
      title={texts.admin.home.apis}
      empty={t.none}
      text={<Fill text={t.text} aud={<code>aud</code>} />}
      add={{ href: paths.newApi, name: t.add }}
      hrefOf={paths.adminApi}
    />
  )
}
