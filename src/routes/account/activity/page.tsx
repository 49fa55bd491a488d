import type { ListedEvent } from '../../../store/audit-events.ts'
import { Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { sentenceOf } from './words.ts'

export interface ActivityPageProps {
  readonly site: Site
  readonly place: ListPlace
  readonly events: readonly ListedEvent[]
}

export function ActivityPage({ site, place, events }: ActivityPageProps) {
  return (
    <Layout site={site} title="Activity">
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>Activity</h1>
      <p>
        What happened with your account, the latest first. If something was not you,{' '}
        <a href={site.paths.accountPassword}>change your password</a>.
      </p>
      <List place={place} count={events.length}>
        {events.map((event) => (
          <Row site={site} event={event} />
        ))}
      </List>
    </Layout>
  )
}

function Row({ site, event }: { readonly site: Site; readonly event: ListedEvent }) {
  const { icon, before, name, after } = sentenceOf(event, site.texts.account.devices)
  return (
    <li>
      <span class="monogram">
        <Icon name={icon} />
      </span>
      <div>
        {before}
        {name !== undefined && (
          <strong>
            <bdi>{name}</bdi>
          </strong>
        )}
        {after}
      </div>
      <p class="meta">
        <Time at={event.at} exact />
      </p>
    </li>
  )
}
