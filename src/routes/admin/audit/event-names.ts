import type { AuditEventType, CountedEventType, FormerEventType } from '../../../rules/server/audit-event.ts'
import type { Site } from '../../../ui/site.ts'

/** The names of stored event types. A type without a name does not compile. */
export function eventNames({
  texts,
}: Site<'admin'>): Readonly<Record<AuditEventType | CountedEventType | FormerEventType, string>> {
  return texts.admin.events
}

/** A type of another release is shown as stored. */
export function nameOfEvent(site: Site<'admin'>, type: string): string {
  const names: Readonly<Record<string, string>> = eventNames(site)
  return names[type] ?? type
}

/** A sentence for each type. A type without one does not compile. */
export function sentencesOf({
  texts,
}: Site<'admin'>): Readonly<Record<AuditEventType | CountedEventType | FormerEventType, string>> {
  return texts.admin.sentences
}
