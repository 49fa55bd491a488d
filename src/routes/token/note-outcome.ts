import { countStep, dayOf, issued } from '../../rules/clients/activity.ts'
import type { Client } from '../../rules/clients/client.ts'
import type { Refusal } from '../../rules/refusal.ts'
import { countOutcome, noteClientUse } from '../../store/clients/activity.ts'
import { write } from '../../store/database.ts'
import type { TokenServer } from './grant.ts'

/**
 * Counts the result of a request, for the owner of the client. Written in the background, and sampled as the count of the day
 * grows, so that neither a flood nor a busy client causes many writes. Undefined when this one is left out.
 */
export function noteOutcome(
  server: TokenServer,
  client: Client,
  refusal: Refusal | undefined,
): Promise<void> | undefined {
  const outcome = refusal?.refused ?? issued
  const key = `${dayOf(server.now)} ${outcome} ${client.id}`
  const step = countStep(countsOf(server.db).get(key) ?? 0)
  return Math.random() * step < 1 ? countOne(server, client, refusal, key, step) : undefined
}

async function countOne(
  { db, now, reference }: TokenServer,
  { id: clientId, lastUsedAt = 0 }: Client,
  refusal: Refusal | undefined,
  key: string,
  step: number,
): Promise<void> {
  const isUsed = refusal === undefined && now - lastUsedAt >= 3600
  const outcome = refusal?.refused ?? issued
  const counting = { clientId, outcome, reason: refusal?.reason, reference, step }
  const { counted } = await write(db, isUsed ? [noteClientUse(db, clientId, now)] : [], {
    counted: countOutcome(db, counting, now),
  })
  const counts = countsOf(db)
  if (counts.size >= mostCounts) counts.clear()
  if (counted !== undefined) counts.set(key, counted)
}

/**
 * The last known count of each outcome in this isolate. It only decides how many are left out: whatever the count, each
 * recorded one represents those that were not. Per binding: two databases never mix.
 */
const kept = new WeakMap<D1Database, Map<string, number>>()

/** Number of clients and outcomes that an isolate remembers. */
const mostCounts = 1000

function countsOf(db: D1Database): Map<string, number> {
  const known = kept.get(db)
  if (known !== undefined) return known
  const counts = new Map<string, number>()
  kept.set(db, counts)
  return counts
}
