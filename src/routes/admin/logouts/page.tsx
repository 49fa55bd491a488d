import { ClientName } from '../../../ui/client-name.tsx'
import { Time } from '../../../ui/facts.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

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
  const { paths, messages, texts } = site
  const { home, logouts: t } = texts.admin
  return (
    <Layout site={site} title={home.logouts}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <h1>{home.logouts}</h1>
      <p>{t.text}</p>
      <List place={place} count={deliveries.length}>
        {deliveries.map((delivery) => (
          <li>
            <Monogram name={delivery.clientName} />
            <div>
              <ClientName site={site} id={delivery.clientId} name={delivery.clientName} />
              <p class="hint">
                <State t={t} delivery={delivery} />
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

interface StateProps {
  readonly t: Site['texts']['admin']['logouts']
  readonly delivery: Delivery
}

/** What went wrong is written down as it happened, in English. */
function State({ t, delivery }: StateProps) {
  const { deliveredAt, nextAttemptAt, lastError, attempts } = delivery
  if (deliveredAt !== undefined) return <Fill text={t.delivered} at={<Time at={deliveredAt} exact />} />
  const error = lastError === undefined ? undefined : <bdi lang="en">{lastError}</bdi>
  if (nextAttemptAt === undefined)
    return <Fill text={error === undefined ? t.lost : t.givenUp} attempts={attempts} error={error} />
  if (attempts === 0) return <>{t.waiting}</>
  const at = <Time at={nextAttemptAt} exact />
  return <Fill text={error === undefined ? t.later : t.again} error={error} at={at} />
}
