import { env } from 'cloudflare:workers'
import { rotateNow } from '../src/acts/server/rotate-keys.ts'
import type { SigningAlgorithm } from '../src/rules/server/signing-keys.ts'
import { randomText } from '../src/secrets/secret.ts'
import { addUser } from './server.ts'

/** A manual rotation by an administrator, a new one each time. */
export async function rotateByHand(
  alg: SigningAlgorithm,
  now: number,
  db: D1Database = env.DB,
): Promise<void> {
  const { id } = await addUser(`keys-${randomText(6)}`, 'administrator')
  const act = { actorId: id, attemptId: randomText(16) }
  const rotated = await rotateNow({ db, act, reference: 'r', now }, String(env.KEY_ENCRYPTION_SECRET), alg)
  if (!rotated) throw new Error('No key was rotated')
}

/** APIs that accept only one of the other algorithms: then all of them are in use. */
export async function useEveryAlgorithm(): Promise<void> {
  await env.DB.prepare(
    `INSERT OR IGNORE INTO resources (identifier, name, created_at, access_token_alg) VALUES ('https://eddsa.example', 'EdDSA', 0, 'EdDSA'),
       ('https://ps256.example', 'PS256', 0, 'PS256')`,
  ).run()
}
