import { firstInterval } from '../../rules/requests/device.ts'
import type { UsedOnce } from '../../secrets/clients/client-assertion.ts'
import { hashSecret, makeSecret, randomText } from '../../secrets/secret.ts'
import { holds, write } from '../../store/database.ts'
import {
  insertBackchannelRequest,
  type NewBackchannelRequest,
} from '../../store/requests/backchannel-requests.ts'
import { hasDeviceRequest } from '../../store/requests/device-requests.ts'
import { claimAssertion, hasClaimedAssertion } from '../../store/tokens/used-assertions.ts'
import type { Seconds } from '../../values/time.ts'

export type BackchannelStart = Omit<
  NewBackchannelRequest,
  'hash' | 'interval' | 'createdAt' | 'expiresAt'
> & {
  readonly lifetime: Seconds
  /** The signed request, which may be sent once. Undefined: the request is not signed. */
  readonly once: UsedOnce | undefined
}

/**
 * A client asks a person to sign in to it (CIBA Core §7.3). Returns the `auth_req_id`, with which it asks for the tokens; or why
 * not: the signed request was used before, or the person, or the network of the client, has too many requests.
 */
export async function startBackchannel(
  db: D1Database,
  { lifetime, once, ...asked }: BackchannelStart,
  now: Seconds,
): Promise<{ readonly id: string } | 'used' | 'many'> {
  const id = makeSecret('auth-request')
  const hash = hashSecret(id)
  const request = { ...asked, hash, interval: firstInterval, createdAt: now, expiresAt: now + lifetime }
  const started = hasDeviceRequest(db, hash)
  if (once === undefined) {
    const found = await write(db, [insertBackchannelRequest(db, request)], { started })
    return found.started ? { id: id.plain } : 'many'
  }
  const { client } = asked
  const attemptId = randomText(16)
  const claimed = hasClaimedAssertion(client, once, attemptId)
  const found = await write(
    db,
    [claimAssertion(db, client, once, attemptId), insertBackchannelRequest(db, request, claimed)],
    { started, mine: holds(db, claimed) },
  )
  if (!found.mine) return 'used'
  return found.started ? { id: id.plain } : 'many'
}
