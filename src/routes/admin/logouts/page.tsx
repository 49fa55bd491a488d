import { DeliveryState, type Delivery as Progress } from '../../../ui/delivery-state.tsx'
import { Time } from '../../../ui/facts.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'
import { ClientName } from '../../../ui/words/name.tsx'

interface Delivery extends Progress {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly createdAt: number
}

export interface LogoutsPageProps {
  readonly site: Site<'admin' | 'applications'>
  readonly place: ListPlace
  readonly deliveries: readonly Delivery[]
}

export function LogoutsPage({ site, place, deliveries }: LogoutsPageProps) {
  const { paths, messages, texts } = site
  const { home, logouts: t } = texts.admin
  return (
    <Layout site={site} title={home.logouts}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <h1>{home.logouts}</h1>
      <p>{t.text}</p>
      <List
        place={place}
        sorts={[{ value: '-time', label: site.messages.common.sort.time }]}
        count={deliveries.length}
        empty={t.none}
      >
        {deliveries.map((delivery) => (
          <li>
            <Monogram name={delivery.clientName} />
            <div>
              <ClientName site={site} id={delivery.clientId} name={delivery.clientName} />
              <p class="hint">
                <DeliveryState site={site} delivery={delivery} />
              </p>
            </div>
            <p class="meta">
              <Time at={delivery.createdAt} exact ago />
            </p>
          </li>
        ))}
      </List>
    </Layout>
  )
}
