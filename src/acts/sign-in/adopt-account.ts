import type { Connection } from '../../rules/sign-in/connection.ts'
import { labelOf, type Provided } from '../../rules/sign-in/provider-claims.ts'
import { write } from '../../store/database.ts'
import { adoptAccount } from '../../store/openid/adoptions.ts'
import { findProviderSignIn, type ProviderSignInFacts } from '../../store/sign-in/identities.ts'
import type { Formless } from '../act.ts'

/** The first visit of a person to whom the provider of an enforced domain confirms the address of an account. */
export interface FirstVisit {
  readonly userId: string
  readonly email: string
  readonly connection: Connection
  readonly provided: Provided
  /** Id of the attempt. */
  readonly id: string
  readonly issuer: string
}

/**
 * Gives them the account that was made with their address before, without the ways to sign in, the access and the applications'
 * secrets that somebody else may have left there. Undefined: meanwhile somebody confirmed the address, or the account or the connection was changed.
 */
export async function adoptAtProvider(
  { db, reference, now }: Formless,
  { userId, email, connection, provided, id, issuer }: FirstVisit,
): Promise<ProviderSignInFacts | undefined> {
  const at = { connectionId: connection.id, subject: provided.subject }
  const identity = { ...at, userId, label: labelOf(provided), linkedBy: id }
  const writes = adoptAccount(db, { identity, email, connection, reference, issuer }, now)
  const { found } = await write(db, writes, { found: findProviderSignIn(db, at) })
  return found
}
