import type { SealedEvent } from '../../src/rules/server/audit-chain.ts'
import { partWord, startWord } from '../../src/rules/server/audit-csv.ts'
import type { MarkedStart, SealedPart } from '../../src/secrets/audit-mac.ts'
import { parseCsv } from '../../src/values/csv.ts'

export interface AuditExport {
  readonly events: readonly SealedEvent[]
  /** The starts of files that don't begin with the first event. */
  readonly starts: readonly MarkedStart[]
  /** Parts that were sealed under earlier secrets. */
  readonly parts: readonly SealedPart[]
  /** Number of events that were unsealed at the time of the export. */
  readonly unsealed: number
}

/**
 * The files of /admin/audit.csv, the archive and `npm run audit:archive`. Names of people and applications are not part of an
 * event.
 */
export function readExport(csv: string): AuditExport {
  const [header = [], ...lines] = parseCsv(csv)
  const rows = lines.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])))
  const isMark = (word: string) => (row: Row) => row.event === word && row.id === ''
  const [isStart, isPart] = [isMark(startWord), isMark(partWord)]
  const events = rows.filter((row) => !isStart(row) && !isPart(row))
  const sealed = events.filter(({ seal }) => seal)
  return {
    events: sealed.map(readEvent),
    starts: rows.filter(isStart).map(readStart),
    parts: rows.filter(isPart).map(readPart),
    unsealed: events.length - sealed.length,
  }
}

type Row = Readonly<Record<string, string>>

function readEvent(row: Row): SealedEvent {
  return {
    id: row.id ?? '',
    at: readTime(row),
    type: row.event ?? '',
    reference: row.reference ?? '',
    userId: row.user_id,
    clientId: row.client_id,
    detail: row.detail,
    subjectId: row.subject_id,
    number: Number(row.number),
    seal: row.seal ?? '',
  }
}

function readStart(row: Row): MarkedStart {
  return { number: Number(row.number), seal: row.seal ?? '', retiredAt: readTime(row), mac: row.detail ?? '' }
}

function readPart(row: Row): SealedPart {
  return { number: Number(row.number), seal: row.seal ?? '', sealed: row.detail ?? '' }
}

function readTime(row: Row): number {
  return Date.parse(row.time ?? '') / 1000
}
