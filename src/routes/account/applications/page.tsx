import type { ConnectedClient } from '../../../store/consents.ts'
import { Time } from '../../../ui/facts.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface ConnectedPageProps {
  readonly site: Site
  readonly place: ListPlace
  readonly clients: readonly ConnectedClient[]
  readonly removed: boolean
}

export function ConnectedPage({ site, place, clients, removed }: ConnectedPageProps) {
  const isEmpty = clients.length === 0 && place.after === ''
  return (
    <Layout site={site} title="Connected applications">
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>Connected applications</h1>
      <p>What you allowed applications to do. Remove one, and it can do nothing more for you.</p>
      {removed && <Done>Removed. All that it had is ended.</Done>}
      {isEmpty ? (
        <p class="empty">No application has access. When you allow one something, it is listed here.</p>
      ) : (
        <List place={place} count={clients.length}>
          {clients.map((client) => (
            <Row site={site} client={client} />
          ))}
        </List>
      )}
    </Layout>
  )
}

function Row({ site, client }: { readonly site: Site; readonly client: ConnectedClient }) {
  return (
    <li>
      <Monogram name={client.name} />
      <div>
        <strong>
          <bdi>{client.name}</bdi>
        </strong>
        <p class="hint">
          An application of <bdi>{client.ownerName}</bdi>
        </p>
        <ScopeList scopes={client.scopes} />
        <p class="hint">
          First used <Time at={client.firstUsedAt} /> · last used <Time at={client.lastUsedAt} />
        </p>
      </div>
      <p class="meta">
        {client.initiateLoginUri !== undefined && (
          <a class="button secondary small" href={signInUrl(client.initiateLoginUri, site.issuer)}>
            Open
            <span class="unseen">
              {' '}
              <bdi>{client.name}</bdi>
            </span>
          </a>
        )}
        <a class="button secondary small" href={site.paths.removeAccountApplication(client.clientId)}>
          Remove
          <span class="unseen">
            {' '}
            <bdi>{client.name}</bdi>
          </span>
        </a>
      </p>
    </li>
  )
}

/** OIDC Core §4: the application starts the sign-in, at the issuer that it is told. */
function signInUrl(initiateLoginUri: string, issuer: string): string {
  const url = new URL(initiateLoginUri)
  url.searchParams.set('iss', issuer)
  return url.href
}

/** In people's words. */
export function ScopeList({ scopes }: Pick<ConnectedClient, 'scopes'>) {
  return (
    <ul>
      {scopes.map(({ description }) => (
        <li>{description}</li>
      ))}
    </ul>
  )
}
