import { chain, emptyChain, type Mac } from '../../rules/server/audit-chain.ts'
import { auditMac, isOurHead, markHead } from '../../secrets/audit-mac.ts'
import { read, write } from '../../store/database.ts'
import { extendChain, findChain, listUnsealed, type StoredChain } from '../../store/server/audit-seals.ts'
import type { Seconds } from '../../values/time.ts'

/** Events that are sealed by one write. */
const chunk = 2000

/** Writes of one export. The schedule goes on from there. */
const mostChunks = 10

/** Statements of one call of `sealSome`. */
export const queriesOfSeal = 6

/**
 * Gives the oldest new events their places in the chain, and says whether there are more. It may be run twice at once, and stopped
 * at any point. Where the chain ends is logged: kept elsewhere, that line shows when somebody takes the database back to an
 * earlier time.
 */
export async function sealSome(db: D1Database, secret: string, now: Seconds): Promise<boolean> {
  const mac = auditMac(secret)
  const { stored, events } = await read(db, { stored: findChain(db), events: listUnsealed(db, chunk) })
  if (!isOurs(mac, stored)) {
    // Going on would cover the traces.
    console.error(JSON.stringify({ event: 'audit_chain_broken', reason: 'npm run audit:verify says where' }))
    return false
  }
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
export async function sealAuditLog(db: D1Database, secret: string, now: Seconds): Promise<number> {
  for (let i = 0; i < mostChunks && (await sealSome(db, secret, now)); i++);
  const { stored } = await read(db, { stored: findChain(db) })
  return stored.head?.number ?? 0
}

/** Whether the chain ends in a head that was made with our secret. */
export function isOurs(mac: Mac, { head, newest }: StoredChain): boolean {
  if (newest > (head?.number ?? 0)) return false
  return isOurHead(mac, head)
}
