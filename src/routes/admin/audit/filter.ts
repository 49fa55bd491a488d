import { readDays } from '../../../http/list-page.ts'
import type { AuditFilter } from '../../../store/server/audit-log.ts'

/** The names of the fields. */
export const filterFields: readonly string[] = ['type', 'user', 'client', 'from', 'to']

/** The filter from the fields of the form. */
export function readFilter(sent: URLSearchParams): AuditFilter {
  const typed = (name: string) => (sent.get(name) ?? '').trim().slice(0, 200)
  return { type: typed('type'), user: typed('user'), client: typed('client'), ...readDays(sent) }
}
