import type { Client } from '../protocol/client.ts'
import { Time } from './facts.tsx'
import { Icon } from './icons.tsx'
import { Layout, Trail } from './layout.tsx'
import { List, type ListPlace, RowName, SearchForm } from './list.tsx'
import { ClientMark } from './monogram.tsx'
import type { Site } from './site.ts'
import { TrustTag } from './trust.tsx'
import { clientTypeNames } from './words.ts'

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
  const isEmpty = items.length === 0 && place.search === '' && place.after === ''
  return (
    <Layout site={site} title={title}>
      {trail !== undefined && <Trail href={trail.href}>{trail.name}</Trail>}
      <div class="heading">
        <h1>{title}</h1>
        {site.viewer?.registers && (
          <a class="button" href={site.paths.registerApplication}>
            <Icon name="plus" />
            Register an application
          </a>
        )}
      </div>
      {isEmpty ? (
        <p class="empty">
          {site.viewer?.registers
            ? 'Nothing is here yet. Register an application, and it gets a client ID with which it can ask people for access.'
            : 'Nothing is here. On this server developers register applications: ask an administrator for that role.'}
        </p>
      ) : (
        <>
          <SearchForm place={place} label="Find by the start of the name" />
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
        {client.suspendedAt !== undefined && <span class="tag">Suspended</span>}
        {client.openid.pkceOptional && <span class="tag">No PKCE</span>}
        {client.trust !== 'unverified' && <TrustTag trust={client.trust} />}
        <span class="tag">{clientTypeNames[client.type]}</span>
        {showOwner && (
          <span>
            of <bdi>{ownerName}</bdi>
          </span>
        )}
        {client.lastUsedAt === undefined ? (
          'Never used'
        ) : (
          <span>
            Last used <Time at={client.lastUsedAt} />
          </span>
        )}
      </p>
    </li>
  )
}
