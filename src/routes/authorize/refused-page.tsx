import type { Client } from '../../rules/clients/client.ts'
import { errorUri, type Refusal } from '../../rules/refusal.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { redirectHost } from '../../rules/requests/redirect-uri.ts'
import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'
import type { WayBack } from './way-back.ts'

export interface RefusedPageProps {
  readonly site: Site
  readonly client: Client
  readonly destination: Destination
  readonly refusal: Refusal
  /** The way back, with the error for the client. */
  readonly back: WayBack
}

/**
 * An error as a page, for a visitor without a session and an unverified application: a redirect would make this server an open
 * redirector for anybody who registers one (RFC 9700 §4.11.2). The person decides whether to go back.
 */
export function RefusedPage({ site, client, destination, refusal, back }: RefusedPageProps) {
  const { failure } = site.messages
  const host = redirectHost(destination.redirectUri.uri)
  return (
    <Layout site={site} title={failure.refused} width="narrow">
      <h1>{failure.refused}</h1>
      <p>
        <Fill
          text={failure.refusedFact}
          application={<bdi>{client.name}</bdi>}
          host={<code dir="ltr">{host}</code>}
        />
      </p>
      <p class="hint">{failure.refusedDetail}</p>
      <p lang="en" dir="ltr">
        <a href={errorUri(refusal.refused)}>
          <code>{refusal.refused}</code>
        </a>{' '}
        {refusal.description}
      </p>
      <Back site={site} destination={destination} back={back} />
      <p class="reference">
        {failure.reference} <code>{site.reference}</code>
      </p>
    </Layout>
  )
}

/** Back to where the person came from, with the error for the client. */
export function Back({ site, destination, back }: Pick<RefusedPageProps, 'site' | 'destination' | 'back'>) {
  const host = redirectHost(destination.redirectUri.uri)
  const label = fillText(site.messages.failure.refusedBack, { host })
  return 'fields' in back ? (
    <form method="post" action={back.action} class="choices">
      {[...back.fields].map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="secondary">
        {label}
      </button>
    </form>
  ) : (
    <p>
      <a class="button secondary" href={back.location} rel="noreferrer">
        {label}
      </a>
    </p>
  )
}
