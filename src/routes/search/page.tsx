import { SearchForm } from '../../ui/forms/search-form.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Layout } from '../../ui/layout.tsx'
import { RowName } from '../../ui/list.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill } from '../../ui/words/fill.tsx'
import { Isolated } from '../../ui/words/name.tsx'

interface Hit {
  readonly href: string
  readonly name: string
  /** Distinguishes it from others with the same name. */
  readonly under?: string
}

export interface SearchPageProps {
  readonly site: Site<'start'>
  readonly search: string
  readonly pages: readonly Hit[]
  readonly applications?: readonly Hit[]
  readonly users?: readonly Hit[] | undefined
}

/** The pages of the console, until something is searched for. */
export function SearchPage({ site, search, pages, applications = [], users = [] }: SearchPageProps) {
  const { search: t } = site.texts.start
  const title = site.messages.common.search
  const isFound = pages.length + applications.length + users.length > 0
  const place = { path: site.paths.search, search }
  return (
    <Layout site={site} title={title}>
      <h1>{title}</h1>
      <SearchForm place={place} label={t.label} autofocus />
      <p class="hint">{t.hint}</p>
      <Hits title={t.applications} hits={applications} />
      <Hits title={t.users} hits={users} />
      <Hits title={t.pages} hits={pages} />
      {!isFound && (
        <p class="empty">
          <Fill text={t.none} query={<bdi>{search}</bdi>} />
        </p>
      )}
    </Layout>
  )
}

function Hits({ title, hits }: { readonly title: string; readonly hits: readonly Hit[] }) {
  if (hits.length === 0) return null
  return (
    <>
      <h2>{title}</h2>
      <ul class="rows">
        {hits.map(({ href, name, under }) => (
          <li>
            <Icon name="arrow" />
            <RowName href={href}>{name}</RowName>
            {under !== undefined && (
              <p class="meta">
                <Isolated>{under}</Isolated>
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
