import { type Delivery, DeliveryState } from '../../../ui/delivery-state.tsx'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import type { Site } from '../../../ui/site.ts'

export interface NoticesProps {
  /** Newest first. */
  readonly undelivered: readonly (Delivery & { readonly createdAt: number })[]
}

/** Logout notices that did not arrive at the application: its owner can fix the cause. */
export function Notices({ site, undelivered }: NoticesProps & { readonly site: Site<'applications'> }) {
  const t = site.texts.applications.notices
  if (undelivered.length === 0) return null
  return (
    <section>
      <h2>{t.heading}</h2>
      <p>{t.text}</p>
      <ul class="rows">
        {undelivered.map((delivery) => (
          <li>
            <Icon name="warning" />
            <div>
              <DeliveryState site={site} delivery={delivery} />
              <p class="hint">
                <Time at={delivery.createdAt} exact ago />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
