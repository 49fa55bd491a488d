import type { Config } from '../../config.ts'
import { logoutTokenClaims } from '../../rules/openid/logout-token.ts'
import { sectorFor, sessionIdIn, subjectIn } from '../../rules/openid/subject.ts'
import { currentKey } from '../../rules/server/signing-keys.ts'
import { randomText } from '../../secrets/secret.ts'
import { openSigningKey, type StoredSigningKey, signJwt } from '../../secrets/signing-key.ts'
import { findClient } from '../../store/clients/clients.ts'
import { read, write } from '../../store/database.ts'
import {
  claimDeliveries,
  type DeliveryFailure,
  findClaimedDeliveries,
  type LogoutDelivery,
  mostAtOnce,
  noteDelivered,
  noteDeliveryFailure,
} from '../../store/openid/logout-deliveries.ts'
import type { Seconds } from '../../values/time.ts'
import { callOut } from '../outgoing.ts'
import { saltFor } from '../server/kept-keys.ts'
import { ensureSigningKeys } from '../server/rotate-keys.ts'

/** Rounds of one run. Even when every receiver times out, it ends before another run may take the same notice again. */
const mostRounds = 8

/** Sends the due notices (OIDC Back-Channel Logout §2.5). The scheduled handler retries failed ones. */
export async function deliverLogouts(db: D1Database, config: Config, now: Seconds): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    if (!(await deliverSome(db, config, now))) return
  }
}

/** Statements of one call of `deliverSome` for this many notices. */
export function queriesOfDelivery(most: number): number {
  return 2 * most + 7
}

/** Sends the newest of the due notices, and returns whether there are more. */
export async function deliverSome(
  db: D1Database,
  config: Config,
  now: Seconds,
  most: number = mostAtOnce,
): Promise<boolean> {
  const runId = randomText(16)
  const { due } = await write(db, [claimDeliveries(db, runId, most, now)], {
    due: findClaimedDeliveries(db, runId),
  })
  if (due.length === 0) return false
  const keys = await ensureSigningKeys(db, config.keyEncryptionSecret, now)
  await Promise.all(due.map((delivery) => deliver(db, config, keys, delivery, now)))
  return due.length === most
}

async function deliver(
  db: D1Database,
  config: Config,
  keys: readonly StoredSigningKey[],
  delivery: LogoutDelivery,
  now: Seconds,
): Promise<void> {
  const failure = await send(db, config, keys, delivery, now).catch(noteOwnFailure)
  const note =
    failure === undefined
      ? noteDelivered(db, delivery.id, now)
      : noteDeliveryFailure(db, delivery.id, failure)
  await write(db, [note], {})
}

/** A notice that can't be created does not block the others. */
function noteOwnFailure(error: unknown): DeliveryFailure {
  const reason = error instanceof Error ? error.message : 'It failed'
  console.error(JSON.stringify({ event: 'logout_notice_failed', reason }))
  return 'server'
}

/** Undefined when the client accepted it. */
async function send(
  db: D1Database,
  config: Config,
  keys: readonly StoredSigningKey[],
  delivery: LogoutDelivery,
  now: Seconds,
): Promise<DeliveryFailure | undefined> {
  const { client } = await read(db, { client: findClient(db, delivery.clientId) })
  const uri = client?.openid.backchannelLogoutUri
  if (client === undefined || uri === undefined) return undefined
  const key = currentKey(keys, client.openid.idTokenAlg, now)
  if (key === undefined) throw new Error(`There is no current key for ${client.openid.idTokenAlg}`)
  const { sector = sectorFor(client) } = delivery
  const salt = await saltFor(db, config.keyRing, sector)
  const claims = logoutTokenClaims(
    {
      issuer: delivery.issuer,
      clientId: client.id,
      subject: subjectIn(sector, delivery.userId, salt),
      sid: sessionIdIn(sector, delivery.sid, salt),
      // A new one each time: a client that recorded the first and then failed must not treat the next as a replay.
      id: randomText(16),
    },
    now,
  )
  const token = await signJwt(await openSigningKey(key, config.keyRing), 'logout+jwt', claims)
  const called = await callOut({
    url: uri,
    issuer: config.issuer ?? delivery.issuer,
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
    about: { call: 'backchannel_logout_uri', client: client.id },
  })
  return called.ok ? undefined : called.failure
}
