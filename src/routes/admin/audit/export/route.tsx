import { exportAuditLog, mostExported } from '../../../../acts/server/export-audit-log.ts'
import { sealAuditLog } from '../../../../acts/server/seal-audit-log.ts'
import type { Context } from '../../../../http/context.ts'
import { keptFields } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { write } from '../../../../store/database.ts'
import type { AuditFilter } from '../../../../store/server/audit-log.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { always } from '../../../../store/sql.ts'
import { actOf } from '../../form.ts'
import { filterFields, readFilter } from '../filter.ts'
import { AuditExportPage } from './page.tsx'

/** GET /admin/audit.csv asks: it reads nothing of the log, and changes nothing. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  return ask(c, session, readFilter(keptFields(c, session) ?? new URL(c.req.url).searchParams))
}

/**
 * POST: the newest of what the page shows by pages, in one file. With number and seal: without a filter it can be verified far
 * from here (`npm run audit:verify -- --file`). Each file is an event (ASVS 16.2.1), and the form sent again makes no second.
 */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c, filterFields)
  if (received instanceof Response) return received
  const { session, pairs, attempt } = received
  const filter = readFilter(pairs)
  if (attempt === undefined) return ask(c, session, filter, staleForm(c))
  const { DB } = c.env
  const { now, reference, config } = c.var
  const act = actOf(session, attempt)
  const event = {
    type: 'audit_exported',
    reference,
    target: new URLSearchParams({ ...filter }).toString(),
  } as const
  const { noted } = await write(DB, [insertAdminEvent(DB, act, event, now, always, 'see')], {
    noted: hasAuditEvent(DB, act.attemptId),
  })
  if (!noted) return showNothing(c, session)
  const ring = config.keyRing
  const sealed = await sealAuditLog(DB, ring, now)
  const lines = exportAuditLog(DB, { ring, filter, sealed, now, most: mostExported })
  return new Response(streamOf(lines), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="latchkey-audit.csv"',
      'Cache-Control': 'no-store',
    },
  })
}

/** Read as the reader wants more: a slow download reads slowly. */
function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { value, done } = await lines.next()
        if (done === true) return controller.close()
        if (value !== '') return controller.enqueue(encoder.encode(value))
      }
    },
  })
}

function ask(c: Context, session: Session, filter: AuditFilter, problem?: string) {
  const page = (
    <AuditExportPage
      site={siteFor(c, session)}
      filter={{ ...filter }}
      most={mostExported}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
