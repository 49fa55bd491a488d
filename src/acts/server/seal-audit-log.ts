import { chain, emptyChain } from '../../rules/server/audit-chain.ts'
import {
  auditMac,
  isOurHead,
  isOurStart,
  type MarkedHead,
  type MarkedStart,
  markHead,
  markStart,
  sealPart,
} from '../../secrets/audit-mac.ts'
import { read, write } from '../../store/database.ts'
import { closeAuditPart } from '../../store/server/audit-parts.ts'
import { extendChain, findChain, listUnsealed, type StoredChain } from '../../store/server/audit-seals.ts'
import { findAuditStart } from '../../store/server/audit-starts.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Seconds } from '../../values/time.ts'

/** Events that are sealed by one write. */
const chunk = 2000

/** Writes of one export. The schedule goes on from there. */
const mostChunks = 10

/** Statements of one call of `sealSome`. */
export const queriesOfSeal = 8

/**
 * Gives the oldest new events their places in the chain, and says whether there are more. It may be run twice at once, and stopped
 * at any point. Where the chain ends is logged: kept elsewhere, that line shows when somebody takes the database back to an
 * earlier time.
 */
export async function sealSome(db: D1Database, ring: KeyRing, now: Seconds): Promise<boolean> {
  const { stored, start, events } = await read(db, {
    stored: findChain(db),
    start: findAuditStart(db),
    events: listUnsealed(db, chunk),
  })
  const owner = ownerOf(ring, stored, start)
  if (owner === undefined) {
    // Going on would cover the traces.
    console.error(JSON.stringify({ event: 'audit_chain_broken', reason: 'npm run audit:verify says where' }))
    return false
  }
  if (owner !== ring[0]) {
    await closePart(db, ring, owner, stored.head, start, now)
    return true
  }
  const mac = auditMac(owner)
  const { head = emptyChain } = stored
  const links = chain(mac, head, events)
  const { number, seal } = links.at(-1) ?? head
  const next = markHead(mac, { number, seal, sealedAt: Math.max(now, head.sealedAt) })
  await write(db, extendChain(db, head.seal, links, next), {})
  if (events.length === chunk) return true
  console.log(JSON.stringify({ event: 'audit_sealed', number, seal }))
  return false
}

/** Seals what is new, and returns the number that the chain ends with. */
export async function sealAuditLog(db: D1Database, ring: KeyRing, now: Seconds): Promise<number> {
  for (let i = 0; i < mostChunks && (await sealSome(db, ring, now)); i++);
  const { stored } = await read(db, { stored: findChain(db) })
  return stored.head?.number ?? 0
}

/**
 * The secret that the chain was sealed under last: it ends in a head, and begins with a start, that were made with it. Undefined:
 * with none of these.
 */
export function ownerOf(
  ring: KeyRing,
  { head, newest }: StoredChain,
  start: MarkedStart | undefined,
): string | undefined {
  if (newest > (head?.number ?? 0)) return undefined
  if (head === undefined) return ring[0]
  return ring.find((secret) => {
    const mac = auditMac(secret)
    return isOurStart(mac, start) && isOurHead(mac, head)
  })
}

/**
 * The secret was replaced: what was sealed under the one before ends here. Its key is kept, sealed, to verify that part; the head
 * and the start are marked under the new one, so that nobody who knows the old one can end or begin the chain elsewhere.
 */
async function closePart(
  db: D1Database,
  ring: KeyRing,
  owner: string,
  head: MarkedHead | undefined,
  start: MarkedStart | undefined,
  now: Seconds,
): Promise<void> {
  if (head === undefined) return
  const mac = auditMac(ring[0])
  const part = { ...(await sealPart(ring, owner, head)), closedAt: now }
  await write(
    db,
    closeAuditPart(db, part, [head, markHead(mac, head)], start && [start, markStart(mac, start)]),
    {},
  )
  console.log(JSON.stringify({ event: 'audit_part_closed', number: head.number, seal: head.seal }))
}
