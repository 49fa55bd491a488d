import { byteOrderMark, csvLine } from '../../values/csv.ts'
import type { SealedEvent } from './audit-chain.ts'

/** An event to be written to a file. Without a place in the chain, it has no number in the file. */
export type ExportedEvent = Omit<SealedEvent, 'number' | 'seal'> & {
  readonly number: number | undefined
  readonly seal: string | undefined
  /** Current names, which are not part of the event. */
  readonly username?: string | undefined
  readonly clientName?: string | undefined
  readonly subjectName?: string | undefined
}

/** The start of a file that does not begin with the first event: the place before it, and a MAC that proves that it is ours. */
export interface ExportStart {
  readonly number: number
  readonly seal: string
  readonly retiredAt: number
  readonly mac: string
}

/** The value of the column `event` in a line that is a start. */
export const startWord = 'audit_start'

/** The value of the column `event` in a line that is a part: `detail` is the encrypted key that verifies the events before it. */
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

/**
 * The header of an audit file, as written by /admin/audit.csv, the archive and `npm run audit:archive`. `npm run audit:verify`
 * reads it.
 */
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
