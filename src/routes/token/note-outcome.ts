import type { Context } from '../../http/context.ts'
import { inBackground } from '../../http/log.ts'
import { countStep, issued } from '../../rules/clients/activity.ts'
import type { Client } from '../../rules/clients/client.ts'
import type { Refusal } from '../../rules/refusal.ts'
import { countOutcome, noteClientUse } from '../../store/clients/activity.ts'
import { type Condition, type Write, write } from '../../store/database.ts'

/** For the batch that issues: that tokens were, and when the client was last used. */
export function issuedWrites(c: Context, clientId: string, only: Condition): readonly Write[] {
  const { now, reference } = c.var
  const outcome = { clientId, outcome: issued, reference, step: 1 }
  return [countOutcome(c.env.DB, outcome, now, only), noteClientUse(c.env.DB, clientId, now, only)]
}

/**
 * Where nothing else is written, nobody waits for it, and the more there are the fewer are noted: also who knows no secret, and
 * asks all day, makes few writes, in a row of their own.
 */
export function noteOutcome(
  c: Context,
  client: Client,
  refusal: Refusal | undefined,
  counted: ReadonlyMap<string, number>,
): void {
  const { now, reference } = c.var
  const { DB } = c.env
  const { id: clientId, lastUsedAt = 0 } = client
  const outcome = refusal?.refused ?? issued
  const step = countStep(counted.get(outcome) ?? 0)
  const isUsed = refusal === undefined && now - lastUsedAt >= 3600
  const isCounted = Math.random() * step < 1
  const writes = [
    ...(isCounted
      ? [countOutcome(DB, { clientId, outcome, reason: refusal?.reason, reference, step }, now)]
      : []),
    ...(isUsed ? [noteClientUse(DB, clientId, now)] : []),
  ]
  if (writes.length > 0) inBackground(c, 'count_outcome', write(DB, writes, {}))
}
