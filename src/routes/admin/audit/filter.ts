import type { Context } from '../../../http/context.ts'
import type { AuditFilter } from '../../../store/server/audit-log.ts'

/** What is asked for, by the fields of the form. */
export function readFilter(c: Context): AuditFilter {
  const typed = (name: string) => (c.req.query(name) ?? '').trim().slice(0, 200)
  return { type: typed('type'), user: typed('user'), client: typed('client') }
}
