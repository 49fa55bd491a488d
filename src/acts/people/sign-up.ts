import { argon2id } from '../../secrets/argon2id.ts'
import type { Challenge } from '../../secrets/passkey-challenge.ts'
import { hashPassword, noPassword } from '../../secrets/passwords.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { holds, type Write, write } from '../../store/database.ts'
import { insertSignUp, isNameTaken } from '../../store/people/sign-ups.ts'
import { findUser, findUserForSignIn } from '../../store/people/users.ts'
import { hasPasskey, insertPasskey, isNewCredential, type NewPasskey } from '../../store/sign-in/passkeys.ts'
import { type Budget, findLock } from '../../store/sign-in/tries.ts'
import { challengeIsMine, claimChallenge } from '../../store/sign-in/used-challenges.ts'
import { always, and, type Sql } from '../../store/sql.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'

/** The first way to sign in: a password, or only a passkey, of which they may have `most`. */
export type FirstWayIn =
  | { readonly by: 'password'; readonly password: string }
  | {
      readonly by: 'passkey'
      readonly passkey: NewPasskey
      readonly challenge: Challenge
      readonly most: number
    }

export interface SigningUp {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly way: FirstWayIn
  readonly invitation: SecretHash<'invitation'> | undefined
  /** Daily limits of the person's networks. None for an invited person. */
  readonly budgets: readonly Budget[]
  /** Writes that follow once the account exists: the link that confirms the address. */
  readonly after: readonly Write[]
  readonly reference: string
}

/**
 * A person creates their own account. `made` undefined: the name is `taken`, their network is full until `fullUntil`, or the
 * invitation or the passkey was used. The form sent twice creates one account, and returns it both times.
 */
export async function signUp(db: D1Database, signingUp: SigningUp, now: Seconds) {
  const { id, username, email, way, invitation, budgets, reference } = signingUp
  const passwordHash = way.by === 'password' ? hashPassword(await argon2id(), way.password) : noPassword
  const user = { id, username, email, role: 'user', createdAt: now, passwordHash } as const
  const { before, only, after, isThere } = writesOf(db, way, reference, now)
  return write(
    db,
    [
      ...before,
      ...insertSignUp(db, { user, invitation, budgets, reference }, now, only),
      ...after,
      ...signingUp.after,
    ],
    {
      made: findUser(db, id),
      account: findUserForSignIn(db, username),
      taken: isNameTaken(db, username),
      isThere: holds(db, isThere),
      fullUntil: findLock(db, budgets, id, now),
    },
  )
}

interface WayWrites {
  readonly before: readonly Write[]
  /** Condition for creating the account. */
  readonly only: Sql
  readonly after: readonly Write[]
  /** Whether the person can sign in now. */
  readonly isThere: Sql
}

function writesOf(db: D1Database, way: FirstWayIn, reference: string, now: Seconds): WayWrites {
  if (way.by === 'password') return { before: [], only: always, after: [], isThere: always }
  const { passkey, challenge, most } = way
  const { id, userId, credentialId } = passkey
  const mine = challengeIsMine(challenge, id)
  const added = hasPasskey(userId, id)
  const event = { id, type: 'passkey_added', reference, userId, detail: id } as const
  return {
    before: [claimChallenge(db, challenge, id)],
    only: and(mine, isNewCredential(credentialId)),
    after: [
      insertPasskey(db, passkey, { most, binding: undefined }, now, mine),
      insertAuditEvent(db, event, now, added),
    ],
    isThere: added,
  }
}
