import { signInUrl } from '../../../rules/openid/initiate-sign-in.ts'
import type { ConnectedClient } from '../../../store/requests/connected-clients.ts'
import { Time } from '../../../ui/facts.tsx'
import { DetailList } from '../../../ui/forms/requested.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { ClientMark } from '../../../ui/monogram.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { describeScope } from '../../../ui/words/messages/index.ts'
import { Isolated, Name } from '../../../ui/words/name.tsx'

export interface ConnectedPageProps {
  readonly site: Site<'account'>
  readonly place: ListPlace
  readonly clients: readonly ConnectedClient[]
  readonly isRemoved: boolean
  /** Its name, if it still exists. */
  readonly removed: string | undefined
}

export function ConnectedPage({ site, place, clients, isRemoved, removed }: ConnectedPageProps) {
  const t = site.texts.account.applications
  const isEmpty = clients.length === 0 && place.after === ''
  return (
    <Layout site={site} title={t.title}>
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      {isRemoved && (
        <Done>
          {removed === undefined ? (
            t.removed
          ) : (
            <span>
              <Fill text={t.removedAccess} application={<Name>{removed}</Name>} />
            </span>
          )}
        </Done>
      )}
      {isEmpty ? (
        <p class="empty">{t.empty}</p>
      ) : (
        <List
          place={place}
          sorts={[{ value: '-granted', label: site.messages.common.sort.granted }]}
          count={clients.length}
        >
          {clients.map((client) => (
            <Row site={site} client={client} />
          ))}
        </List>
      )}
    </Layout>
  )
}

const ofs = { name: 'of', domain: 'ofDomain', host: 'ofHost' } as const

function Row({ site, client }: { readonly site: Site<'account'>; readonly client: ConnectedClient }) {
  const t = site.texts.account.applications
  return (
    <li>
      <ClientMark site={site} id={client.clientId} name={client.name} logo={client.logo} />
      <div>
        <Name>{client.name}</Name>
        {client.owner !== undefined && (
          <p class="hint">
            <Fill text={t[ofs[client.owner.kind]]} owner={<Isolated>{client.owner.text}</Isolated>} />
          </p>
        )}
        <ScopeList site={site} scopes={client.scopes} />
        <DetailList items={client.items} />
        <p class="hint">
          <Fill
            text={t.used}
            first={<Time at={client.firstUsedAt} />}
            last={<Time at={client.lastUsedAt} />}
          />
        </p>
      </div>
      <p class="meta">
        {client.initiateLoginUri !== undefined && (
          <a class="button secondary small" href={signInUrl(client.initiateLoginUri, site.issuer)}>
            {t.open}
            <span class="unseen">
              {' '}
              <bdi>{client.name}</bdi>
            </span>
          </a>
        )}
        <a class="button secondary small" href={site.paths.removeAccountApplication(client.clientId)}>
          {t.remove}
          <span class="unseen">
            {' '}
            <bdi>{client.name}</bdi>
          </span>
        </a>
      </p>
    </li>
  )
}

/** In plain words. */
export function ScopeList({
  site,
  scopes,
}: { readonly site: Site<'account'> } & Pick<ConnectedClient, 'scopes'>) {
  return (
    <ul>
      {scopes.map((scope) => (
        <li>{describeScope(scope, site.messages)}</li>
      ))}
    </ul>
  )
}
