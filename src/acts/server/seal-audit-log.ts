import { chain, emptyChain, type Mac } from '../../rules/server/audit-chain.ts'
import { auditMac, markHead } from '../../secrets/audit-mac.ts'
import { read, write } from '../../store/database.ts'
import { extendChain, findChain, listUnsealed, type StoredChain } from '../../store/server/audit-seals.ts'
import type { Seconds } from '../../values/time.ts'

/** Events that are sealed by one write, and writes of one run. The next run goes on where this one stopped. */
const chunk = 500
const mostChunks = 40

/**
 * Gives every event that is new its place in the chain. It may be run twice at once, and stopped between any two writes. Where
 * the chain ends is logged: kept elsewhere, that line shows when somebody takes the database back to an earlier time.
 */
export async function sealAuditLog(db: D1Database, secret: string, now: Seconds): Promise<number> {
  const mac = auditMac(secret)
  for (let i = 0; i < mostChunks; i++) {
    const { stored, events } = await read(db, { stored: findChain(db), events: listUnsealed(db, chunk) })
    if (!isOurs(mac, stored)) {
      // Going on would cover the traces.
      console.error(
        JSON.stringify({ event: 'audit_chain_broken', reason: 'npm run audit:verify says where' }),
      )
      break
    }
    const { head = emptyChain } = stored
    const links = chain(mac, head, events)
    const { number, seal } = links.at(-1) ?? head
    const next = markHead(mac, { number, seal, sealedAt: Math.max(now, head.sealedAt) })
    await write(db, extendChain(db, head.seal, links, next), {})
    if (events.length < chunk) break
  }
  const { stored } = await read(db, { stored: findChain(db) })
  const { number, seal } = stored.head ?? emptyChain
  console.log(JSON.stringify({ event: 'audit_sealed', number, seal }))
  return number
}

/** Whether the chain ends in a head that was made with our secret. */
export function isOurs(mac: Mac, { head, newest }: StoredChain): boolean {
  if (newest > (head?.number ?? 0)) return false
  return head === undefined || markHead(mac, head).mac === head.mac
}
