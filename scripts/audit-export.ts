import type { SealedEvent } from '../src/rules/server/audit-chain.ts'
import { parseCsv } from '../src/values/csv.ts'

export interface AuditExport {
  readonly events: readonly SealedEvent[]
  /** How many had no seal when it was made. */
  readonly unsealed: number
}

/** What /admin/audit.csv wrote. Names of people and applications are not part of an event: they are those of the day. */
export function readExport(csv: string): AuditExport {
  const [header = [], ...lines] = parseCsv(csv)
  const rows = lines.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])))
  const sealed = rows.filter(({ seal }) => seal)
  return { events: sealed.map(readEvent), unsealed: rows.length - sealed.length }
}

function readEvent(row: Readonly<Record<string, string>>): SealedEvent {
  return {
    id: row.id ?? '',
    at: Date.parse(row.time ?? '') / 1000,
    type: row.event ?? '',
    reference: row.reference ?? '',
    userId: row.user_id,
    clientId: row.client_id,
    detail: row.detail,
    number: Number(row.number),
    seal: row.seal ?? '',
  }
}
