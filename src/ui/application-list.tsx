import type { Client } from '../rules/clients/client.ts'
import { Time } from './facts.tsx'
import { Icon } from './icons.tsx'
import { Layout, Trail } from './layout.tsx'
import { List, type ListPlace, RowName, SearchForm } from './list.tsx'
import { ClientMark } from './monogram.tsx'
import type { Site } from './site.ts'
import { TrustTag } from './trust.tsx'
import { Fill } from './words/fill.tsx'

export interface ApplicationListProps {
  readonly site: Site
  readonly title: string
  readonly place: ListPlace
  readonly items: readonly Pick<RowProps, 'client' | 'ownerName' | 'logo'>[]
  /** For lists that hold those of several people. */
  readonly showOwner: boolean
  /** The page above this one. */
  readonly trail?: { readonly href: string; readonly name: string }
}

/** The one list of applications: a developer's own ones, or all of them for administrators. */
export function ApplicationListPage({ site, title, place, items, showOwner, trail }: ApplicationListProps) {
  const { form, list: t } = site.texts.applications
  const isEmpty = items.length === 0 && place.search === '' && place.after === ''
  return (
    <Layout site={site} title={title}>
      {trail !== undefined && <Trail href={trail.href}>{trail.name}</Trail>}
      <div class="heading">
        <h1>{title}</h1>
        {site.viewer?.registers && (
          <a class="button" href={site.paths.registerApplication}>
            <Icon name="plus" />
            {form.register}
          </a>
        )}
      </div>
      {isEmpty ? (
        <p class="empty">{site.viewer?.registers ? t.empty : t.emptyRole}</p>
      ) : (
        <>
          <SearchForm place={place} label={t.find} />
          <List place={place} count={items.length}>
            {items.map((item) => (
              <Row site={site} {...item} showOwner={showOwner} />
            ))}
          </List>
        </>
      )}
    </Layout>
  )
}

interface RowProps {
  readonly site: Site
  readonly client: Client
  readonly ownerName: string
  readonly logo: string | undefined
  readonly showOwner: boolean
}

function Row({ site, client, ownerName, logo, showOwner }: RowProps) {
  const { paths } = site
  const { words, list: t } = site.texts.applications
  return (
    <li>
      <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
      <div>
        <RowName href={(!showOwner || site.viewer?.isAdministrator === true) && paths.application(client.id)}>
          {client.name}
        </RowName>
        <p class="hint">
          <code>{client.id}</code>
        </p>
      </div>
      <p class="meta">
        {client.suspendedAt !== undefined && <span class="tag">{words.suspended}</span>}
        {client.openid.pkceOptional && <span class="tag">{t.noPkce}</span>}
        {client.trust !== 'unverified' && <TrustTag site={site} trust={client.trust} />}
        <span class="tag">{words[client.type]}</span>
        {showOwner && (
          <span>
            <Fill text={t.of} owner={<bdi>{ownerName}</bdi>} />
          </span>
        )}
        {client.lastUsedAt === undefined ? (
          t.neverUsed
        ) : (
          <span>
            <Fill text={t.lastUsed} time={<Time at={client.lastUsedAt} />} />
          </span>
        )}
      </p>
    </li>
  )
}
