import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace, RowName } from '../../../ui/list.tsx'
import { Saved } from '../../../ui/saved.tsx'
import type { Site } from '../../../ui/site.ts'
import { savedText } from '../saved-text.ts'

export interface DetailTypesPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly types: readonly { readonly key: string; readonly type: string; readonly title: string }[]
  readonly saved: string | undefined
}

export function DetailTypesPage({ site, place, types, saved }: DetailTypesPageProps) {
  const { paths, viewer, messages, texts } = site
  const { details: t } = texts.admin
  const mayChange = viewer?.isAdministrator === true
  return (
    <Layout site={site} title={messages.places.details}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <Saved when={saved !== undefined} text={savedText(site, saved)} />
      <div class="heading">
        <h1>{messages.places.details}</h1>
        {mayChange && (
          <a class="button" href={paths.newDetailType}>
            <Icon name="plus" />
            {t.add}
          </a>
        )}
      </div>
      <p>{t.text}</p>
      <List place={place} count={types.length} empty={t.none}>
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
      </List>
    </Layout>
  )
}
