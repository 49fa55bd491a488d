import { planReplacement, usableKeys } from '../../rules/server/signing-keys.ts'
import { generateSigningKey } from '../../secrets/signing-key.ts'
import { insertAdminEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import type { Act } from '../../store/guards.ts'
import { withdrawSigningKey } from '../../store/server/signing-keys.ts'
import type { Seconds } from '../../values/time.ts'
import { ensureSigningKeys } from './rotate-keys.ts'

/**
 * A key whose private part may be known to somebody else neither signs nor verifies from now on, and another one signs in its
 * place. By an administrator: the statements ask. Nothing happens when there is no such key, or it is withdrawn already.
 */
export async function withdrawKey(
  db: D1Database,
  secret: string,
  act: Act,
  kid: string,
  reference: string,
  now: Seconds,
): Promise<void> {
  const keys = await ensureSigningKeys(db, secret, now)
  const key = usableKeys(keys).find((known) => known.kid === kid)
  if (key === undefined) return
  const plan = planReplacement(keys, key, now)
  const successor = plan === undefined ? undefined : await generateSigningKey(plan, secret)
  const event = {
    type: 'signing_key_withdrawn',
    reference,
    target: key.alg,
    detail: `${key.alg} ${kid}`,
  } as const
  await write(
    db,
    [...withdrawSigningKey(db, act, key, successor, now), insertAdminEvent(db, act, event, now)],
    {},
  )
}
