import type { Client, ClientApproval } from '../../rules/clients/client.ts'
import { explanationUri } from '../../rules/refusal.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { Layout } from '../../ui/layout.tsx'
import { Explanation } from '../../ui/message-page.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill } from '../../ui/words/fill.tsx'
import { Back } from './refused-page.tsx'
import type { WayBack } from './way-back.ts'

export interface ApprovalPageProps {
  readonly site: Site
  readonly client: Client
  readonly approval: ClientApproval
  readonly destination: Destination
  /** The way back, with the error for the client. */
  readonly back: WayBack
}

/** Tells people that an administrator must approve the application first. */
export function ApprovalPage(props: ApprovalPageProps) {
  const { site, client, approval, destination, back } = props
  const { failure } = site.messages
  const isWaiting = approval === 'waiting'
  const title = isWaiting ? failure.waiting : failure.notApproved
  return (
    <Layout site={site} title={title} width="narrow">
      <h1>{title}</h1>
      <p>
        <Fill
          text={isWaiting ? failure.waitingFact : failure.notApprovedFact}
          application={<bdi>{client.name}</bdi>}
        />
      </p>
      {site.viewer?.isAdministrator === true && (
        <p>
          <a class="button" href={site.paths.approveApplication(client.id)}>
            {failure.review}
          </a>
        </p>
      )}
      {isWaiting && (
        <p>
          <a class="button secondary" href={site.here}>
            {failure.tryAgain}
          </a>
        </p>
      )}
      <Back site={site} destination={destination} back={back} />
      <Explanation site={site} href={explanationUri(isWaiting ? 'waiting' : 'notApproved')} />
    </Layout>
  )
}
