import type { ClientApproval } from '../../rules/clients/client.ts'
import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'
import { Back, type WayBack } from './refused-page.tsx'

export interface ApprovalPageProps {
  readonly site: Site
  readonly approval: ClientApproval
  readonly applicationName: string
  readonly host: string
  readonly back: WayBack
  /** The same request again. */
  readonly again: string
  /** For an administrator, who can decide. */
  readonly review: string | undefined
}

/** Tells people that an administrator must approve the application first. */
export function ApprovalPage(props: ApprovalPageProps) {
  const { site, approval, applicationName, host, back, again, review } = props
  const { failure } = site.messages
  const isWaiting = approval === 'waiting'
  const title = isWaiting ? failure.waiting : failure.notApproved
  return (
    <Layout site={site} title={title} width="narrow">
      <h1>{title}</h1>
      <p>
        <Fill
          text={isWaiting ? failure.waitingFact : failure.notApprovedFact}
          application={<bdi>{applicationName}</bdi>}
        />
      </p>
      {review !== undefined && (
        <p>
          <a class="button" href={review}>
            {failure.review}
          </a>
        </p>
      )}
      {isWaiting && (
        <p>
          <a class="button secondary" href={again}>
            {failure.tryAgain}
          </a>
        </p>
      )}
      <Back label={fillText(failure.refusedBack, { host })} back={back} />
    </Layout>
  )
}
