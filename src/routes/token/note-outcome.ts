import { countStep, issued } from '../../rules/clients/activity.ts'
import type { Client } from '../../rules/clients/client.ts'
import type { Refusal } from '../../rules/refusal.ts'
import { countOutcome, noteClientUse } from '../../store/clients/activity.ts'
import type { Write } from '../../store/database.ts'
import type { Sql } from '../../store/sql.ts'
import type { TokenServer } from './grant.ts'

/** For the batch that issues: that tokens were, and when the client was last used. */
export function issuedWrites(
  { db, now, reference }: TokenServer,
  clientId: string,
  only: Sql,
): readonly Write[] {
  const outcome = { clientId, outcome: issued, reference, step: 1 }
  return [countOutcome(db, outcome, now, only), noteClientUse(db, clientId, now, only)]
}

/**
 * For requests that write nothing else. Sampled as the count of the day grows, so that an unauthenticated flood causes few
 * writes.
 */
export function outcomeWrites(
  { db, now, reference }: TokenServer,
  client: Client,
  refusal: Refusal | undefined,
  counted: ReadonlyMap<string, number>,
): readonly Write[] {
  const { id: clientId, lastUsedAt = 0 } = client
  const outcome = refusal?.refused ?? issued
  const step = countStep(counted.get(outcome) ?? 0)
  const isUsed = refusal === undefined && now - lastUsedAt >= 3600
  const isCounted = Math.random() * step < 1
  return [
    ...(isCounted
      ? [countOutcome(db, { clientId, outcome, reason: refusal?.reason, reference, step }, now)]
      : []),
    ...(isUsed ? [noteClientUse(db, clientId, now)] : []),
  ]
}
