import type { AuditFilter } from '../../../store/server/audit-log.ts'

/** The names of the fields. */
export const filterFields: readonly string[] = ['type', 'user', 'client', 'from', 'to']

/** The filter from the fields of the form. */
export function readFilter(sent: URLSearchParams): AuditFilter {
  const typed = (name: string) => (sent.get(name) ?? '').trim().slice(0, 200)
  const date = (name: string) => (isDate(typed(name)) ? typed(name) : '')
  return {
    type: typed('type'),
    user: typed('user'),
    client: typed('client'),
    from: date('from'),
    to: date('to'),
  }
}

/** A valid date, as a date field sends it. */
function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}
