import { ClientName } from '../../../ui/client-name.tsx'
import { Time } from '../../../ui/facts.tsx'
import { Field, SelectField } from '../../../ui/fields.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { eventNames, nameOfEvent } from './event-names.ts'

export interface AuditPageProps {
  readonly site: Site
  readonly place: ListPlace
  readonly filter: { readonly type: string; readonly user: string; readonly client: string }
  readonly events: readonly {
    readonly id: string
    readonly at: number
    readonly type: string
    readonly reference: string
    readonly userId: string | undefined
    readonly username: string | undefined
    readonly clientId: string | undefined
    readonly clientName: string | undefined
    readonly detail: string | undefined
  }[]
}

const types = [
  { value: '', label: 'Everything' },
  ...Object.entries(eventNames)
    .map(([value, label]) => ({ value, label }))
    .toSorted((a, b) => a.label.localeCompare(b.label)),
]

export function AuditPage({ site, place, filter, events }: AuditPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Audit log">
      <Trail href={paths.admin}>Administration</Trail>
      <div class="heading">
        <h1>Audit log</h1>
        <a class="button secondary" href={`${paths.adminAuditExport}?${new URLSearchParams(filter)}`}>
          Export as CSV
        </a>
      </div>
      <search>
        <form class="filters" method="get" action={paths.adminAudit}>
          <SelectField label="What" name="type" value={filter.type} choices={types} />
          <Field label="User" name="user" value={filter.user} />
          <Field label="Client ID" name="client" value={filter.client} />
          <button type="submit" class="secondary">
            <Icon name="search" />
            Filter
          </button>
        </form>
      </search>
      <List place={place} count={events.length}>
        {events.map((event) => (
          <Row site={site} event={event} />
        ))}
      </List>
    </Layout>
  )
}

function Row({ site, event }: { readonly site: Site; readonly event: AuditPageProps['events'][number] }) {
  return (
    <li>
      <Icon name={/failed|locked|refused|replayed|reused/.test(event.type) ? 'warning' : 'clock'} />
      <div>
        <strong>{nameOfEvent(event.type)}</strong>
        <p class="hint">
          {event.userId !== undefined && (
            <>
              by{' '}
              <a href={site.paths.adminUser(event.userId)}>
                <bdi>{event.username ?? 'somebody who is gone'}</bdi>
              </a>{' '}
            </>
          )}
          {event.clientId !== undefined && (
            <>
              · <ClientName site={site} id={event.clientId} name={event.clientName ?? event.clientId} />{' '}
            </>
          )}
          {event.detail !== undefined && (
            <>
              · <code>{event.detail}</code>
            </>
          )}
        </p>
      </div>
      <p class="meta">
        <code>{event.reference}</code>
        <Time at={event.at} exact />
      </p>
    </li>
  )
}
