import { planReplacement, usableKeys } from '../../rules/server/signing-keys.ts'
import { generateSigningKey } from '../../secrets/signing-key.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { read } from '../../store/database.ts'
import { findAlgorithmsInUse } from '../../store/server/algorithms.ts'
import { withdrawSigningKey } from '../../store/server/signing-keys.ts'
import { change, type Doing } from '../act.ts'
import { ensureSigningKeys } from './rotate-keys.ts'

/**
 * Withdraws a key whose private part may be known to others: from now on it neither signs nor verifies, and another one signs.
 * The statements require an administrator. False when there is no such key, or it was withdrawn before.
 */
export async function withdrawKey(doing: Doing, secret: string, kid: string): Promise<boolean> {
  const { db, act, now } = doing
  const keys = await ensureSigningKeys(db, secret, now)
  const key = usableKeys(keys).find((known) => known.kid === kid)
  if (key === undefined) return (await read(db, { noted: hasAuditEvent(db, act.attemptId) })).noted
  const { inUse } = await read(db, { inUse: findAlgorithmsInUse(db) })
  const plan = inUse.includes(key.alg) ? planReplacement(keys, key, now) : undefined
  const successor = plan === undefined ? undefined : await generateSigningKey(plan, secret)
  const event = { type: 'signing_key_withdrawn', target: key.alg, detail: `${key.alg} ${kid}` } as const
  return change(doing, event, ...withdrawSigningKey(db, act, key, successor, now))
}
