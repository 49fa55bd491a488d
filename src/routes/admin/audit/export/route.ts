import { sealAuditLog } from '../../../../acts/server/seal-audit-log.ts'
import type { Context } from '../../../../http/context.ts'
import { requireStaff, stepUp } from '../../../../http/sign-in/require-session.ts'
import { auditCsvHeader, auditCsvLine, auditCsvPart } from '../../../../rules/server/audit-csv.ts'
import { read } from '../../../../store/database.ts'
import { type LoggedEvent, listAuditLog } from '../../../../store/server/audit-log.ts'
import { listAuditParts } from '../../../../store/server/audit-parts.ts'
import { readFilter } from '../filter.ts'

/** Rows that are in memory at a time, however long the log is. */
const chunk = 1000

/**
 * GET /admin/audit.csv: all of what the page shows by pages, newest first. With number and seal: a whole export can be verified
 * far from here (`npm run audit:verify -- --file`).
 */
export async function getAuditExport(c: Context): Promise<Response> {
  const session = stepUp(c, await requireStaff(c))
  if (session instanceof Response) return session
  const filter = readFilter(c)
  const sealed = await sealAuditLog(c.env.DB, c.var.config.keyRing, c.var.now)
  const { parts } = await read(c.env.DB, { parts: listAuditParts(c.env.DB) })
  const encoder = new TextEncoder()
  let after: string | undefined = ''
  const body = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(encoder.encode(auditCsvHeader + parts.map(auditCsvPart).join(''))),
    // Called when the reader wants more: a slow download reads slowly.
    async pull(controller) {
      if (after === undefined) return controller.close()
      const { events } = await read(c.env.DB, { events: listAuditLog(c.env.DB, filter, after, chunk) })
      after = events.next
      const lines = events.items.map((event) => auditCsvLine(upTo(sealed, event))).join('')
      if (lines !== '') controller.enqueue(encoder.encode(lines))
      if (after === undefined) controller.close()
    },
  })
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="latchkey-audit.csv"',
    },
  })
}

/** What gets a place behind this one meanwhile has none in this file, so that none is missing between. */
function upTo(sealed: number, event: LoggedEvent): LoggedEvent {
  return (event.number ?? 0) <= sealed ? event : { ...event, number: undefined, seal: undefined }
}
