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

/** Events sealed by one write. */
const chunk = 1000

/** Writes of one export. The schedule continues from there. */
const mostChunks = 20

/** Statements of one call of `sealSome`. */
export const queriesOfSeal = 8

/**
 * Gives the oldest new events their places in the chain, and returns whether there are more. Two runs at once, and a stop at
 * any point, are safe. The end of the chain is logged: an external copy of that line reveals a database that was reset to an
 * earlier state.
 */
export async function sealSome(db: D1Database, ring: KeyRing, now: Seconds): Promise<boolean> {
  const { stored, start, events } = await read(db, {
    stored: findChain(db),
    start: findAuditStart(db),
    events: listUnsealed(db, chunk),
  })
  const owner = ownerOf(ring, stored, start)
  if (owner === undefined) {
    // Continuing would cover the evidence.
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

/** Seals new events, and returns the last number of the chain. */
export async function sealAuditLog(db: D1Database, ring: KeyRing, now: Seconds): Promise<number> {
  for (let i = 0; i < mostChunks && (await sealSome(db, ring, now)); i++);
  const { stored } = await read(db, { stored: findChain(db) })
  return stored.head?.number ?? 0
}

/** The secret that last sealed the chain: its head and its start were made with it. Undefined: none of these. */
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
 * The secret was replaced: the part sealed under the previous one ends here. Its key is stored, encrypted, to verify that part;
 * head and start get MACs under the new one, so that nobody who knows the old one can end or begin the chain elsewhere.
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
