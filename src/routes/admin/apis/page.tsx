import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface ApisPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly apis: readonly { readonly key: string; readonly identifier: string; readonly name: string }[]
  readonly saved: string | undefined
}

export function ApisPage({ site, place, apis, saved }: ApisPageProps) {
  const { paths, viewer, messages, texts } = site
  const t = texts.admin.apis
  const title = texts.admin.home.apis
  const mayChange = viewer?.isAdministrator === true
  return (
    <Layout site={site} title={title}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <Saved when={saved !== undefined} />
      <div class="heading">
        <h1>{title}</h1>
        {mayChange && (
          <a class="button" href={paths.newApi}>
            <Icon name="plus" />
            {t.add}
          </a>
        )}
      </div>
      <p>
        <Fill text={t.text} aud={<code>aud</code>} />
      </p>
      <List place={place} count={apis.length}>
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
      </List>
    </Layout>
  )
}
