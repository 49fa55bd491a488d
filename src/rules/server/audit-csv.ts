import { byteOrderMark, csvLine } from '../../values/csv.ts'
import type { SealedEvent } from './audit-chain.ts'

/** An event on its way into a file. What has no place in the chain yet has none in the file. */
export type ExportedEvent = Omit<SealedEvent, 'number' | 'seal'> & {
  readonly number: number | undefined
  readonly seal: string | undefined
  /** Names of today, which are no part of the event. */
  readonly username?: string | undefined
  readonly clientName?: string | undefined
  readonly subjectName?: string | undefined
}

/** Where the events of a file begin, when they don't begin with the first: the place before, and a MAC that says that it is ours. */
export interface ExportStart {
  readonly number: number
  readonly seal: string
  readonly retiredAt: number
  readonly mac: string
}

/** The word in the column `event` of a line that is a start. */
export const startWord = 'audit_start'

/** The word in the column `event` of a line that is a part: `detail` is the key that verifies what comes before, sealed. */
export const partWord = 'audit_part'

export interface ExportPart {
  readonly number: number
  readonly seal: string
  readonly sealed: string
  readonly closedAt: number
}

const columns = [
  'time',
  'event',
  'reference',
  'user_id',
  'username',
  'client_id',
  'application',
  'detail',
  'id',
  'number',
  'seal',
  'subject_id',
  'subject',
] as const

/** A file of events, as /admin/audit.csv, the archive and `npm run audit:archive` write it. `npm run audit:verify` reads it. */
export const auditCsvHeader: string = byteOrderMark + csvLine(columns)

export function auditCsvLine(event: ExportedEvent): string {
  return csvLine([
    timeText(event.at),
    event.type,
    event.reference,
    event.userId ?? '',
    event.username ?? '',
    event.clientId ?? '',
    event.clientName ?? '',
    event.detail ?? '',
    event.id,
    event.number === undefined ? '' : String(event.number),
    event.seal ?? '',
    event.subjectId ?? '',
    event.subjectName ?? '',
  ])
}

export function auditCsvStart({ number, seal, retiredAt, mac }: ExportStart): string {
  return csvLine([timeText(retiredAt), startWord, '', '', '', '', '', mac, '', String(number), seal])
}

export function auditCsvPart({ number, seal, sealed, closedAt }: ExportPart): string {
  return csvLine([timeText(closedAt), partWord, '', '', '', '', '', sealed, '', String(number), seal])
}

function timeText(at: number): string {
  return new Date(at * 1000).toISOString()
}
