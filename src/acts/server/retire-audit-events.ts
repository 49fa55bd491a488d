import { ChainCheck, type ChainPart, type Mac, type SealedEvent } from '../../rules/server/audit-chain.ts'
import { auditCsvHeader, auditCsvLine, auditCsvPart, auditCsvStart } from '../../rules/server/audit-csv.ts'
import { auditMac, type MarkedStart, markStart, openPart } from '../../secrets/audit-mac.ts'
import { read, write } from '../../store/database.ts'
import { listAuditParts, type StoredPart } from '../../store/server/audit-parts.ts'
import { findChain } from '../../store/server/audit-seals.ts'
import { findAuditStart, listOldestSealed, moveAuditStart } from '../../store/server/audit-starts.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Seconds } from '../../values/time.ts'
import { ownerOf } from './seal-audit-log.ts'

const chunk = 1000

/** Statements of one call of `retireSome`. */
export const queriesOfRetiring = 8

/** The part of a bucket that is used. */
export interface Archive {
  put(key: string, content: string): Promise<unknown>
}

/**
 * Deletes the first sealed events that are past the retention period, and returns whether there are more. The new start of the
 * chain is stored with a MAC, so that the rest still verifies. With an archive the events are written there before; when that
 * fails, nothing is deleted. Events that differ from their seal are kept: they are evidence.
 */
export async function retireSome(
  db: D1Database,
  ring: KeyRing,
  retention: Seconds,
  archive: Archive | undefined,
  now: Seconds,
): Promise<boolean> {
  const { stored, start, parts, oldest } = await read(db, {
    parts: listAuditParts(db),
    stored: findChain(db),
    start: findAuditStart(db),
    oldest: listOldestSealed(db, chunk),
  })
  const kept = oldest.findIndex(({ at }) => at > now - retention)
  const old = kept === -1 ? oldest : oldest.slice(0, kept)
  const last = old.at(-1)
  if (last === undefined) return false
  const owner = ownerOf(ring, stored, start)
  // The part of the previous secret is closed first.
  if (owner !== undefined && owner !== ring[0]) return false
  const mac = auditMac(ring[0])
  if (owner === undefined || !isWhole(mac, start, await openParts(ring, parts), old)) {
    console.error(JSON.stringify({ event: 'audit_chain_broken', reason: 'npm run audit:verify says where' }))
    return false
  }
  const first = old[0]?.number ?? last.number
  await archive?.put(`audit/${digits(first)}-${digits(last.number)}.csv`, auditFile(start, parts, old))
  const next = markStart(mac, { number: last.number, seal: last.seal, retiredAt: now })
  await write(db, moveAuditStart(db, start?.seal ?? '', next), {})
  console.log(JSON.stringify({ event: 'audit_retired', number: next.number, seal: next.seal }))
  return old.length === chunk
}

function openParts(ring: KeyRing, parts: readonly StoredPart[]): Promise<readonly ChainPart[]> {
  return Promise.all(parts.map((part) => openPart(ring, part)))
}

/** Whether these are the first events after the start, with valid seals. */
function isWhole(
  mac: Mac,
  start: MarkedStart | undefined,
  parts: readonly ChainPart[],
  events: readonly SealedEvent[],
): boolean {
  const check = new ChainCheck(mac, start, parts)
  return events.every((event) => check.take(event).length === 0)
}

/** The input of `npm run audit:verify -- --file`. */
function auditFile(
  start: MarkedStart | undefined,
  parts: readonly StoredPart[],
  events: readonly SealedEvent[],
): string {
  const begin = (start === undefined ? '' : auditCsvStart(start)) + parts.map(auditCsvPart).join('')
  return auditCsvHeader + begin + events.map(auditCsvLine).join('')
}

/** So that file names sort by number. */
function digits(number: number): string {
  return String(number).padStart(12, '0')
}
