import {
  ChainCheck,
  type ChainPart,
  emptyChain,
  type SealedEvent,
} from '../../src/rules/server/audit-chain.ts'
import {
  auditMac,
  isOurHead,
  isOurStart,
  type MarkedStart,
  openPart,
  type SealedPart,
} from '../../src/secrets/audit-mac.ts'
import { integer, type Row, text } from '../../src/store/database.ts'
import { readAuditPart } from '../../src/store/server/audit-parts.ts'
import { auditedColumns, readHead } from '../../src/store/server/audit-seals.ts'
import { readAuditStart, readSealedEvent } from '../../src/store/server/audit-starts.ts'
import type { KeyRing } from '../../src/values/key-ring.ts'
import type { AuditExport } from './export.ts'

/** Reads rows of a database, local or remote. */
export type Ask = (sql: string) => Promise<readonly Row[]>

/** A place of the chain that was noted elsewhere: `audit_sealed` in the log, or the last line of an earlier check. */
export interface Expected {
  readonly number: number
  readonly seal: string
}

export interface Verified {
  /** One line per difference from the seals. */
  readonly problems: readonly string[]
  readonly end: Expected
  /** Events that are not sealed yet. */
  readonly unsealed: number
}

export const partsQuery = 'SELECT number, seal, sealed, closed_at FROM audit_parts ORDER BY number'

const chunk = 2000

/** Reads the whole log. The head is read first: later seals are ignored, and checked the next time. */
export async function verifyDatabase(
  ask: Ask,
  ring: KeyRing,
  expected?: Expected,
  size = chunk,
): Promise<Verified> {
  const [found] = await ask('SELECT number, seal, sealed_at, mac FROM audit_heads')
  const head = found === undefined ? undefined : readHead(found)
  const [begun] = await ask('SELECT number, seal, retired_at, mac FROM audit_starts')
  const start = begun === undefined ? undefined : readAuditStart(begun)
  // One that was just replaced: the next run of the schedule closes the part that was sealed under it.
  const owner = ring.find((secret) => isOurHead(auditMac(secret), head))
  const { parts, problems } = await openParts(ring, (await ask(partsQuery)).map(readAuditPart))
  const log = new LogCheck(owner ?? ring[0], expected, start, parts)
  log.problems.push(...problems)
  if (owner === undefined) {
    log.problems.push(
      'The head of the chain is not ours: it was replaced, or KEY_ENCRYPTION_SECRET is a different one',
    )
  }
  const { number: last } = head ?? emptyChain
  for (let after = log.chain.head.number; after < last; ) {
    const rows = await ask(
      `SELECT ${auditedColumns}, number, seal FROM audit_events
       WHERE number > ${after} AND number <= ${last} ORDER BY number LIMIT ${size}`,
    )
    const events = rows.map(readSealedEvent)
    for (const event of events) log.take(event)
    after = rows.length < size ? last : (events.at(-1)?.number ?? last)
  }
  if (head !== undefined) log.problems.push(...log.chain.finish(head))
  const behind = await ask(
    `SELECT id FROM audit_events WHERE number > ifnull((SELECT number FROM audit_heads), 0) ORDER BY number LIMIT 100`,
  )
  for (const row of behind) log.problems.push(`${text(row, 'id')}: inserted after the end of the chain`)
  const [old] = await ask(
    `SELECT h.sealed_at FROM audit_heads h, maintenance_runs r WHERE r.ran_at > h.sealed_at + 3600`,
  )
  if (old !== undefined) {
    log.problems.push('The chain ends long before the last scheduled run: it was reset to an earlier state')
  }
  const [unsealed] = await ask('SELECT count(*) AS n FROM audit_events WHERE number IS NULL')
  return log.verified(unsealed === undefined ? 0 : integer(unsealed, 'n'))
}

/**
 * An export of the log, or several that follow one another, in any order. An event in two of them counts once. The export can't
 * prove its own end: compare it with an end that was noted elsewhere.
 */
export async function verifyExport(
  { events, starts, parts: sealedParts, unsealed }: AuditExport,
  ring: KeyRing,
  expected?: Expected,
): Promise<Verified> {
  const once = new Map(events.map((event) => [`${event.number} ${event.id} ${event.seal}`, event]))
  const sorted = [...once.values()].toSorted((a, b) => a.number - b.number)
  const [start] = starts.toSorted((a, b) => a.number - b.number)
  const isNeeded = start !== undefined && start.number < (sorted[0]?.number ?? 0)
  const { parts, problems } = await openParts(ring, sealedParts)
  // A file from before the secret was replaced does not say so: all of it was sealed under an earlier one.
  const attempts = ring.map((secret) => {
    const log = new LogCheck(secret, expected, isNeeded ? start : undefined, parts)
    log.problems.push(...problems)
    for (const event of sorted) log.take(event)
    return log.verified(unsealed)
  })
  return attempts.reduce((best, one) => (one.problems.length < best.problems.length ? one : best))
}

/** The keys of the parts that were sealed under earlier secrets, each once. */
async function openParts(
  ring: KeyRing,
  sealed: readonly SealedPart[],
): Promise<{ readonly parts: readonly ChainPart[]; readonly problems: readonly string[] }> {
  const parts: ChainPart[] = []
  const problems: string[] = []
  const once = new Map(sealed.map((part) => [part.number, part]))
  for (const part of [...once.values()].toSorted((a, b) => a.number - b.number)) {
    try {
      parts.push(await openPart(ring, part))
    } catch {
      problems.push(
        `The key of the part up to number ${part.number} can't be opened: it was replaced, or KEY_ENCRYPTION_SECRET is a different one`,
      )
    }
  }
  return { parts, problems }
}

class LogCheck {
  readonly problems: string[] = []
  readonly chain: ChainCheck
  readonly #expected: Expected | undefined
  #seen = false

  /** `start`: the start of the chain, if its first events were deleted. One without our MAC is ignored. */
  constructor(
    secret: string,
    expected: Expected | undefined,
    start: MarkedStart | undefined,
    parts: readonly ChainPart[],
  ) {
    const mac = auditMac(secret)
    const isOurs = start !== undefined && isOurStart(mac, start)
    if (start !== undefined && !isOurs) {
      this.problems.push(
        'The start of the chain is not ours: it was replaced, or KEY_ENCRYPTION_SECRET is a different one',
      )
    }
    this.chain = new ChainCheck(mac, isOurs ? start : undefined, parts)
    this.#expected = expected
    this.#seen = isOurs && expected !== undefined && expected.number <= start.number
  }

  take(event: SealedEvent): void {
    this.problems.push(...this.chain.take(event))
    const { number, seal } = this.#expected ?? {}
    if (number !== event.number) return
    this.#seen = true
    if (seal !== event.seal) this.problems.push(`${event.id}: its seal differs from the one that was noted`)
  }

  verified(unsealed: number): Verified {
    if (this.#expected !== undefined && !this.#seen) {
      this.problems.push(`Number ${this.#expected.number}, which was noted, is missing`)
    }
    return { problems: this.problems, end: this.chain.head, unsealed }
  }
}
