import { Time } from '../../../ui/facts.tsx'
import { Field, SelectField } from '../../../ui/forms/fields.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { ClientName } from '../../../ui/words/name.tsx'
import { eventNames, nameOfEvent } from './event-names.ts'

export interface AuditPageProps {
  readonly site: Site<'admin'>
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
    readonly subjectId: string | undefined
    readonly subjectName: string | undefined
  }[]
}

export function AuditPage({ site, place, filter, events }: AuditPageProps) {
  const { paths, language, messages, texts } = site
  const { home, audit: t } = texts.admin
  const types = [
    { value: '', label: t.everything },
    ...Object.entries(eventNames(site))
      .map(([value, label]) => ({ value, label }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language)),
  ]
  return (
    <Layout site={site} title={home.audit}>
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <div class="heading">
        <h1>{home.audit}</h1>
        <a class="button secondary" href={`${paths.adminAuditExport}?${new URLSearchParams(filter)}`}>
          {t.export}
        </a>
      </div>
      <search>
        <form class="filters" method="get" action={paths.adminAudit}>
          <SelectField label={t.what} name="type" value={filter.type} choices={types} />
          <Field label={t.user} name="user" value={filter.user} />
          <Field label={t.client} name="client" value={filter.client} />
          <button type="submit" class="secondary">
            <Icon name="search" />
            {t.filter}
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

function Row({
  site,
  event,
}: {
  readonly site: Site<'admin'>
  readonly event: AuditPageProps['events'][number]
}) {
  const t = site.texts.admin.audit
  return (
    <li>
      <Icon name={/failed|locked|refused|replayed|reused/.test(event.type) ? 'warning' : 'clock'} />
      <div>
        <strong>{nameOfEvent(site, event.type)}</strong>
        <p class="hint">
          {event.userId !== undefined && (
            <>
              <Fill
                text={t.by}
                user={
                  <a href={site.paths.adminUser(event.userId)}>
                    <bdi>{event.username ?? t.gone}</bdi>
                  </a>
                }
              />{' '}
            </>
          )}
          {event.clientId !== undefined && (
            <>
              · <ClientName site={site} id={event.clientId} name={event.clientName ?? event.clientId} />{' '}
            </>
          )}
          {event.subjectId !== undefined && (
            <>
              ·{' '}
              <Fill
                text={t.about}
                user={
                  <a href={site.paths.adminUser(event.subjectId)}>
                    <bdi>{event.subjectName ?? t.gone}</bdi>
                  </a>
                }
              />{' '}
            </>
          )}
          {event.detail !== undefined && event.detail !== event.subjectId && (
            <>
              · <code>{event.detail}</code>
            </>
          )}
        </p>
      </div>
      <p class="meta">
        <code>{event.reference}</code>
        <Time at={event.at} exact ago />
      </p>
    </li>
  )
}
