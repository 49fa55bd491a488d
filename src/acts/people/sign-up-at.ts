import type { Connection } from '../../rules/sign-in/connection.ts'
import type { Arrived } from '../../rules/sign-in/provider-attempt.ts'
import { labelOf } from '../../rules/sign-in/provider-claims.ts'
import { noPassword } from '../../secrets/passwords.ts'
import { type Write, write } from '../../store/database.ts'
import { insertSignUp, isMadeNow, isNameTaken } from '../../store/people/sign-ups.ts'
import { findUser } from '../../store/people/users.ts'
import { isVersion } from '../../store/sign-in/connection-changes.ts'
import { isConnected } from '../../store/sign-in/connections.ts'
import { findProviderSignIn, insertIdentity, isNewSubject } from '../../store/sign-in/identities.ts'
import { type Budget, findLock } from '../../store/sign-in/tries.ts'
import { and } from '../../store/sql.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Formless } from '../act.ts'
import { refreshProvided } from '../sign-in/refresh-provided.ts'

export interface SigningUpAt extends Arrived {
  /** Of the arrival: it creates one account. */
  readonly id: string
  readonly connection: Connection
  readonly username: string
  readonly email: string
  readonly invitation: SecretHash<'invitation'> | undefined
  /** Daily limits of the person's networks. None for people whom an administrator lets in. */
  readonly budgets: readonly Budget[]
  /** Writes that follow once the account exists: the link that confirms the address. */
  readonly after: readonly Write[]
}

/**
 * A person creates their own account by an identity, without a password. `made` undefined: the name is `taken`, their network is
 * full until `fullUntil`, or the identity, the connection or the invitation is gone. The form sent twice creates one account. Sent
 * again later, it changes nothing: meanwhile the identity or the role may have been taken from them.
 */
export function signUpAt(doing: Formless, signingUp: SigningUpAt) {
  const { db, reference, now } = doing
  const { id, connection, username, email, invitation, budgets, provided, at } = signingUp
  const user = { id, username, email, role: 'user', createdAt: now, passwordHash: noPassword } as const
  const only = and(
    isConnected(connection.id),
    isVersion(connection.id, connection.updatedAt),
    isNewSubject(at),
  )
  const isMade = isMadeNow(id, now)
  const identity = { ...at, userId: id, label: labelOf(provided), linkedBy: id }
  return write(
    db,
    [
      ...insertSignUp(db, { user, invitation, budgets, reference }, now, only),
      insertIdentity(db, identity, now, isMade),
      ...refreshProvided(doing, connection, provided, id, id, isMade),
      ...signingUp.after,
    ],
    {
      made: findUser(db, id),
      mine: findProviderSignIn(db, at),
      taken: isNameTaken(db, username),
      fullUntil: findLock(db, budgets, id, now),
    },
  )
}
