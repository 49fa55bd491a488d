import { change } from '../../../../acts/act.ts'
import { exportAuditLog, mostExported } from '../../../../acts/server/export-audit-log.ts'
import { sealAuditLog } from '../../../../acts/server/seal-audit-log.ts'
import type { Context } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { filterFields, readFilter } from '../filter.ts'
import { AuditExportPage } from './page.tsx'

/**
 * /admin/audit.csv: GET reads nothing of the log. POST returns the newest events that the page would list, in one file, with
 * number and seal: without a filter it can be verified elsewhere (`npm run audit:verify -- --file`). Each download is an event
 * (ASVS 16.2.1), and the form sent again adds no second one.
 */
export const { get, post } = asking({ kept: filterFields, ask, act })

function ask(c: Context<'admin'>, session: Session, shown: Shown) {
  const filter = readFilter(shown.typed ?? new URL(c.req.url).searchParams)
  const page = (
    <AuditExportPage
      site={siteFor(c, session)}
      filter={{ ...filter }}
      most={mostExported}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const filter = readFilter(form.pairs)
  const { DB } = c.env
  const { now, config } = c.var
  const target = new URLSearchParams({ ...filter }).toString()
  const done = await change(doingOf(c, form), { type: 'audit_exported', target, permission: 'see' })
  if (!done) return showNothing(c, form.session)
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

/** Reads as fast as the reader: a slow download reads slowly. */
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
