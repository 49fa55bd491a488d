import type { ProviderSignIn } from '../../rules/sign-in/proof.ts'
import { hashSecret, makeSecret, readSecret } from '../../secrets/secret.ts'
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
export function startPendingSignIn(
  c: Context,
  userId: string,
  passwordHash: string,
  at?: ProviderSignIn,
): Write {
  const id = makeSecret('sign-in')
  keepCookie(c, 'sign-in', id.plain)
  return insertPendingSignIn(c.env.DB, hashSecret(id), userId, passwordHash, at, c.var.now)
}

/** The person with a half-completed sign-in in this browser. */
export async function pendingUser(c: Context): Promise<PendingSignIn | undefined> {
  const id = readSecret('sign-in', readCookie(c, 'sign-in') ?? '')
  if (id === undefined) return undefined
  const { user } = await read(c.env.DB, { user: findPendingSignIn(c.env.DB, hashSecret(id), c.var.now) })
  return user
}

/** For the batch that starts the session. */
export function finishPendingSignIn(c: Context, userId: string): Write {
  dropCookie(c, 'sign-in')
  return endPendingSignIns(c.env.DB, userId)
}
