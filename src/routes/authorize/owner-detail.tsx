import type { Client } from '../../rules/clients/client.ts'
import { may } from '../../rules/people/role.ts'
import type { Asked } from '../../rules/requests/asked.ts'
import type { Site } from '../../ui/site.ts'
import type { KnownFacts } from './facts.ts'

/** More information for a person who can correct the request. Nobody else learns which URIs are registered. */
export function CorrectionDetail({
  site,
  asked: { parameters },
  facts: { session, owned },
}: {
  readonly site: Site
  readonly asked: Asked
  readonly facts: KnownFacts
}) {
  if (session === undefined) return null
  if (owned === undefined)
    return site.viewer?.registers === true ? (
      <ClientIdDetail site={site} asked={parameters.get('client_id')} />
    ) : null
  const { client } = owned
  const isTheirs = session.user.id === client.ownerId || may(session.user.role, 'administer')
  if (!isTheirs) return null
  return <OwnerDetail site={site} client={client} asked={parameters.get('redirect_uri')} />
}

interface OwnerDetailProps {
  readonly site: Site
  readonly client: Client
  /** The value that was sent; undefined: none. */
  readonly asked: string | undefined
}

function OwnerDetail({ site, client, asked }: OwnerDetailProps) {
  const { failure } = site.messages
  return (
    <section>
      <p>{failure.owner}</p>
      <h2>{failure.ownerAsked}</h2>
      <p>
        <code dir="ltr">redirect_uri={asked ?? ''}</code>
      </p>
      <h2>{failure.ownerRegistered}</h2>
      <ul class="lines" dir="ltr">
        {client.redirectUris.map((uri) => (
          <li>
            <code>{uri}</code>
          </li>
        ))}
      </ul>
      <p>
        <a href={site.paths.updateApplication(client.id)}>{failure.ownerFix}</a>
      </p>
    </section>
  )
}

/** A `client_id` is an identifier or a URL: a longer value is cut. */
const mostShown = 200

/** For a person who registers applications: where to find the right `client_id`. */
function ClientIdDetail({
  site,
  asked,
}: {
  readonly site: Site
  /** The value that was sent; undefined: none. */
  readonly asked: string | undefined
}) {
  const { failure, layout } = site.messages
  return (
    <section>
      {asked !== undefined && (
        <>
          <h2>{failure.ownerAsked}</h2>
          <p>
            <code dir="ltr">client_id={asked.slice(0, mostShown)}</code>
          </p>
        </>
      )}
      <p>{failure.clientIdAdvice}</p>
      <p class="actions">
        <a class="button" href={site.paths.applications}>
          {layout.applications}
        </a>
      </p>
    </section>
  )
}
