import type { AuditEventType, CountedEventType, FormerEventType } from '../../../store/audit-events.ts'
import type { Site } from '../../../ui/site.ts'

/** What people read for what is stored. A type without a name does not compile. */
export function eventNames({
  texts,
}: Site<'admin'>): Readonly<Record<AuditEventType | CountedEventType | FormerEventType, string>> {
  return texts.admin.events
}

/** One that another release wrote is shown as it is stored. */
export function nameOfEvent(site: Site<'admin'>, type: string): string {
  const names: Readonly<Record<string, string>> = eventNames(site)
  return names[type] ?? type
}
