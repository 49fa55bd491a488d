import { ChainCheck, type SealedEvent } from '../../rules/server/audit-chain.ts'
import { auditCsvHeader, auditCsvLine, auditCsvStart } from '../../rules/server/audit-csv.ts'
import { auditMac, isOurStart, type MarkedStart, markStart } from '../../secrets/audit-mac.ts'
import { read, write } from '../../store/database.ts'
import { findChain } from '../../store/server/audit-seals.ts'
import { findAuditStart, listOldestSealed, moveAuditStart } from '../../store/server/audit-starts.ts'
import type { Seconds } from '../../values/time.ts'
import { isOurs } from './seal-audit-log.ts'

const chunk = 1000

/** Statements of one call of `retireSome`. */
export const queriesOfRetiring = 6

/** A bucket, as far as it is needed. */
export interface Archive {
  put(key: string, content: string): Promise<unknown>
}

/**
 * Deletes the first sealed events that are older than the retention, and says whether there are more. Where the chain begins now
 * is kept with a MAC, so that the rest still verifies. With an archive they are written there before; when that fails, nothing is
 * deleted. Events that are not as they were sealed are not deleted either: they are traces.
 */
export async function retireSome(
  db: D1Database,
  secret: string,
  retention: Seconds,
  archive: Archive | undefined,
  now: Seconds,
): Promise<boolean> {
  const mac = auditMac(secret)
  const { stored, start, oldest } = await read(db, {
    stored: findChain(db),
    start: findAuditStart(db),
    oldest: listOldestSealed(db, chunk),
  })
  const kept = oldest.findIndex(({ at }) => at > now - retention)
  const old = kept === -1 ? oldest : oldest.slice(0, kept)
  const last = old.at(-1)
  if (last === undefined) return false
  if (!isOurs(mac, stored) || !isWhole(secret, start, old)) {
    console.error(JSON.stringify({ event: 'audit_chain_broken', reason: 'npm run audit:verify says where' }))
    return false
  }
  const first = old[0]?.number ?? last.number
  await archive?.put(`audit/${digits(first)}-${digits(last.number)}.csv`, auditFile(start, old))
  const next = markStart(mac, { number: last.number, seal: last.seal, retiredAt: now })
  await write(db, moveAuditStart(db, start?.seal ?? '', next), {})
  console.log(JSON.stringify({ event: 'audit_retired', number: next.number, seal: next.seal }))
  return old.length === chunk
}

/** Whether these are the first events after the start, as they were sealed. */
function isWhole(secret: string, start: MarkedStart | undefined, events: readonly SealedEvent[]): boolean {
  const mac = auditMac(secret)
  if (!isOurStart(mac, start)) return false
  const check = new ChainCheck(mac, start)
  return events.every((event) => check.take(event).length === 0)
}

/** What `npm run audit:verify -- --file` reads. */
export function auditFile(start: MarkedStart | undefined, events: readonly SealedEvent[]): string {
  const begin = start === undefined ? '' : auditCsvStart(start)
  return auditCsvHeader + begin + events.map(auditCsvLine).join('')
}

/** So that names are in the order of numbers. */
function digits(number: number): string {
  return String(number).padStart(12, '0')
}
