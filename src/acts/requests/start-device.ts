import type { Client } from '../../rules/clients/client.ts'
import type { AuthorizationDetail } from '../../rules/requests/detail-type.ts'
import { deviceCodeLifetime, firstInterval } from '../../rules/requests/device.ts'
import type { Scope } from '../../rules/requests/scope.ts'
import { hashSecret, makeSecret } from '../../secrets/secret.ts'
import { hashUserCode, makeUserCode } from '../../secrets/user-code.ts'
import { write } from '../../store/database.ts'
import type { NetworkOrigin } from '../../store/origin.ts'
import { hasDeviceRequest, insertDeviceRequest } from '../../store/requests/device-requests.ts'
import type { Sql } from '../../store/sql.ts'
import type { Seconds } from '../../values/time.ts'

export interface DeviceStart {
  readonly client: Client
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly details: readonly AuthorizationDetail[]
  /** The location of the device, in words for the person who is asked. */
  readonly place: string | undefined
  /** Hash of its address block. */
  readonly origin: NetworkOrigin
  /** The key-encryption secret: it keys the hash of the user code. */
  readonly secret: string
  /** A condition, where not everybody may start one. */
  readonly allowed?: Sql
}

export interface StartedDevice {
  readonly deviceCode: string
  readonly userCode: string
}

/**
 * A device requests authorization (RFC 8628 §3.2): it gets a code for polling, and one that a person types elsewhere. Undefined
 * when too many of this network are waiting, or the client may not.
 */
export async function startDevice(
  db: D1Database,
  { client, secret, allowed, ...asked }: DeviceStart,
  now: Seconds,
): Promise<StartedDevice | undefined> {
  const code = makeSecret('device-code')
  const userCode = makeUserCode()
  const hash = hashSecret(code)
  const request = {
    ...asked,
    hash,
    userCodeHash: hashUserCode(secret, userCode),
    client,
    interval: firstInterval,
    createdAt: now,
    expiresAt: now + deviceCodeLifetime,
  }
  const { started } = await write(db, [insertDeviceRequest(db, request, allowed)], {
    started: hasDeviceRequest(db, hash),
  })
  return started ? { deviceCode: code.plain, userCode } : undefined
}
