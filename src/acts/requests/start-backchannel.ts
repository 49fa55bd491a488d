import { firstInterval } from '../../rules/requests/device.ts'
import { hashSecret, makeSecret } from '../../secrets/secret.ts'
import { write } from '../../store/database.ts'
import {
  insertBackchannelRequest,
  type NewBackchannelRequest,
} from '../../store/requests/backchannel-requests.ts'
import { hasDeviceRequest } from '../../store/requests/device-requests.ts'
import type { Seconds } from '../../values/time.ts'

export type BackchannelStart = Omit<
  NewBackchannelRequest,
  'hash' | 'interval' | 'createdAt' | 'expiresAt'
> & {
  readonly lifetime: Seconds
}

/**
 * A client asks a person to sign in to it (CIBA Core §7.3). Returns the `auth_req_id`, with which it asks for the tokens;
 * undefined when the person, or the network of the client, has too many requests.
 */
export async function startBackchannel(
  db: D1Database,
  { lifetime, ...asked }: BackchannelStart,
  now: Seconds,
): Promise<string | undefined> {
  const id = makeSecret('auth-request')
  const hash = hashSecret(id)
  const request = { ...asked, hash, interval: firstInterval, createdAt: now, expiresAt: now + lifetime }
  const { started } = await write(db, [insertBackchannelRequest(db, request)], {
    started: hasDeviceRequest(db, hash),
  })
  return started ? id.plain : undefined
}
