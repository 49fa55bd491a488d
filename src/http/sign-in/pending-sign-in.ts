import type { ProviderSignIn } from '../../rules/sign-in/proof.ts'
import { hashSecret, makeSecret, readSecret } from '../../secrets/secret.ts'
import { openKeptIdToken, sealKeptIdToken } from '../../secrets/sign-in/kept-id-token.ts'
import { read, type Write } from '../../store/database.ts'
import {
  endPendingSignIns,
  findPendingSignIn,
  insertPendingSignIn,
  type PendingSignIn,
} from '../../store/sign-in/pending-sign-ins.ts'
import type { Context } from '../context.ts'
import { dropCookie, keepCookie, readCookie } from './cookies.ts'

/**
 * A half-completed sign-in: the password was right, or a provider said who it is. It has a cookie and a table of its own, so that nothing can treat it as a
 * session, and an existing session stays until the second step is done, too.
 */
export async function startPendingSignIn(
  c: Context,
  userId: string,
  passwordHash: string,
  at?: ProviderSignIn,
): Promise<Write> {
  const id = makeSecret('sign-in')
  const hash = hashSecret(id)
  const { config, now } = c.var
  keepCookie(c, 'sign-in', id.plain)
  const idToken = await sealKeptIdToken(config.keyEncryptionSecret, hash.sha256, at?.idToken)
  return insertPendingSignIn(c.env.DB, hash, userId, passwordHash, at && { ...at, idToken }, now)
}

/** The person with a half-completed sign-in in this browser. */
export async function pendingUser(c: Context): Promise<PendingSignIn | undefined> {
  const id = readSecret('sign-in', readCookie(c, 'sign-in') ?? '')
  if (id === undefined) return undefined
  const hash = hashSecret(id)
  const { config, now } = c.var
  const { user } = await read(c.env.DB, { user: findPendingSignIn(c.env.DB, hash, now) })
  if (user?.at === undefined) return user
  const idToken = await openKeptIdToken(config.keyRing, hash.sha256, user.at.idToken)
  return { ...user, at: { ...user.at, idToken } }
}

/** For the batch that starts the session. */
export function finishPendingSignIn(c: Context, userId: string): Write {
  dropCookie(c, 'sign-in')
  return endPendingSignIns(c.env.DB, userId)
}
