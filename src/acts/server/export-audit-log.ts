import { auditCsvHeader, auditCsvLine, auditCsvPart, auditCsvStart } from '../../rules/server/audit-csv.ts'
import { auditMac, type MarkedStart, markStart } from '../../secrets/audit-mac.ts'
import { read } from '../../store/database.ts'
import {
  type AuditFilter,
  type LoggedEvent,
  listAuditLog,
  listByNumber,
} from '../../store/server/audit-log.ts'
import { listAuditParts } from '../../store/server/audit-parts.ts'
import { findAuditStart, findPlace } from '../../store/server/audit-starts.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Seconds } from '../../values/time.ts'

/** Rows in memory at a time. */
const chunk = 1000

/** Limit of one export. */
export const mostExported = 100_000

export interface Exporting {
  readonly ring: KeyRing
  readonly filter: AuditFilter
  /** The last number of the chain when the export began: later seals are not in it. */
  readonly sealed: number
  readonly now: Seconds
  /** Limit of events in the file. */
  readonly most: number
}

/**
 * The lines of a file, while it is read. Without a filter the sealed events have no gap, starting with the newest, and the last
 * line says where they begin: so the file verifies by itself, even when it is not the whole log. With a filter there are gaps,
 * and no such line.
 */
export async function* exportAuditLog(db: D1Database, exporting: Exporting): AsyncGenerator<string> {
  const { parts } = await read(db, { parts: listAuditParts(db) })
  yield auditCsvHeader + parts.map(auditCsvPart).join('')
  const { filter } = exporting
  const isWhole = filter.type === '' && filter.user === '' && filter.client === ''
  yield* isWhole ? everything(db, exporting) : filtered(db, exporting)
}

async function* filtered(db: D1Database, { filter, sealed, most }: Exporting): AsyncGenerator<string> {
  let after: string | undefined = ''
  for (let left = most; left > 0 && after !== undefined; left -= chunk) {
    const size = Math.min(chunk, left)
    const { events }: { events: Awaited<ReturnType<typeof readPage>> } = {
      events: await readPage(db, filter, after, size),
    }
    after = events.next
    yield events.items.map((event) => auditCsvLine(upTo(sealed, event))).join('')
  }
}

const newestFirst = { by: 'time', descending: true } as const

async function readPage(db: D1Database, filter: AuditFilter, after: string, size: number) {
  return (await read(db, { page: listAuditLog(db, filter, { after, size, sort: newestFirst }, false) })).page
}

async function* everything(db: D1Database, { ring, sealed, now, most }: Exporting): AsyncGenerator<string> {
  let before = sealed + 1
  for (let left = most; left > 0; left -= chunk) {
    const { events } = await read(db, { events: listByNumber(db, before, Math.min(chunk, left)) })
    yield events.map(auditCsvLine).join('')
    before = events.at(-1)?.number ?? before
    if (events.length < chunk) break
  }
  const start = await findBeginning(db, ring, before - 1, now)
  if (start !== undefined) yield auditCsvStart(start)
}

/** The place before the first event of a file, with our MAC, unless it is the very beginning. */
async function findBeginning(
  db: D1Database,
  ring: KeyRing,
  number: number,
  now: Seconds,
): Promise<MarkedStart | undefined> {
  if (number <= 0) return undefined
  const { place, start } = await read(db, { place: findPlace(db, number), start: findAuditStart(db) })
  if (place !== undefined) return markStart(auditMac(ring[0]), { number, seal: place, retiredAt: now })
  return start?.number === number ? start : undefined
}

/** An event that is sealed after this place has no number in this file. */
function upTo(sealed: number, event: LoggedEvent): LoggedEvent {
  return (event.number ?? 0) <= sealed ? event : { ...event, number: undefined, seal: undefined }
}
