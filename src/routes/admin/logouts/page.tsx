import { ClientName } from '../../../ui/client-name.tsx'
import { Time } from '../../../ui/facts.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'

interface Delivery {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly createdAt: number
  readonly attempts: number
  readonly nextAttemptAt: number | undefined
  readonly deliveredAt: number | undefined
  readonly lastError: string | undefined
}

export interface LogoutsPageProps {
  readonly site: Site
  readonly place: ListPlace
  readonly deliveries: readonly Delivery[]
}

export function LogoutsPage({ site, place, deliveries }: LogoutsPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Logout notices">
      <Trail href={paths.admin}>Administration</Trail>
      <h1>Logout notices</h1>
      <p>
        When somebody signs out, the applications that they used hear of it at their back-channel logout URI.
        What fails is tried ten times. Notices are kept for 30 days.
      </p>
      <List place={place} count={deliveries.length}>
        {deliveries.map((delivery) => (
          <li>
            <Monogram name={delivery.clientName} />
            <div>
              <ClientName site={site} id={delivery.clientId} name={delivery.clientName} />
              <p class="hint">
                <State delivery={delivery} />
              </p>
            </div>
            <p class="meta">
              <Time at={delivery.createdAt} exact />
            </p>
          </li>
        ))}
      </List>
    </Layout>
  )
}

function State({ delivery }: { readonly delivery: Delivery }) {
  const { deliveredAt, nextAttemptAt, lastError, attempts } = delivery
  if (deliveredAt !== undefined)
    return (
      <>
        Delivered <Time at={deliveredAt} exact />
      </>
    )
  return (
    <>
      {nextAttemptAt === undefined ? `Given up after ${attempts} attempts` : 'On its way'}
      {lastError !== undefined && (
        <>
          : <bdi>{lastError}</bdi>
        </>
      )}
      {nextAttemptAt !== undefined && attempts > 0 && (
        <>
          ; tried again <Time at={nextAttemptAt} exact />
        </>
      )}
    </>
  )
}
