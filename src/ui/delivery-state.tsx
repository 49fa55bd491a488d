import { Time } from './facts.tsx'
import type { Site } from './site.ts'
import { Fill } from './words/fill.tsx'
import { pluralForm } from './words/plural.ts'

/** The state of a logout notice. */
export interface Delivery {
  readonly attempts: number
  /** Undefined: delivered, or given up. */
  readonly nextAttemptAt: number | undefined
  readonly deliveredAt: number | undefined
  /** The name of a reason; for older notices a sentence in English. */
  readonly lastError: string | undefined
}

export interface DeliveryStateProps {
  readonly site: Site<'applications'>
  readonly delivery: Delivery
}

/** The result of a notice, and why it did not arrive. */
export function DeliveryState({ site, delivery }: DeliveryStateProps) {
  const { delivery: t } = site.texts.applications
  const { deliveredAt, nextAttemptAt, lastError, attempts } = delivery
  if (deliveredAt !== undefined) return <Fill text={t.delivered} at={<Time at={deliveredAt} exact />} />
  const error = lastError === undefined ? undefined : reasonOf(t.reasons, lastError)
  if (nextAttemptAt === undefined) {
    const text = error === undefined ? t.lost : t.givenUp
    return <Fill text={pluralForm(site.language, text, attempts)} count={attempts} error={error} />
  }
  if (attempts === 0) return <>{t.waiting}</>
  const at = <Time at={nextAttemptAt} exact />
  return <Fill text={error === undefined ? t.later : t.again} error={error} at={at} />
}

function reasonOf(reasons: Readonly<Record<string, string>>, name: string) {
  return Object.hasOwn(reasons, name) ? reasons[name] : <bdi lang="en">{name}</bdi>
}
