import { linkAtSignIn } from '../../acts/sign-in/link-identity.ts'
import type { ProviderSignIn } from '../../rules/sign-in/proof.ts'
import { isArrivalAt } from '../../rules/sign-in/provider-attempt.ts'
import { labelOf } from '../../rules/sign-in/provider-claims.ts'
import { read, type Write } from '../../store/database.ts'
import { findConnection } from '../../store/sign-in/connections.ts'
import { findIdentity } from '../../store/sign-in/identities.ts'
import type { Context } from '../context.ts'
import { newcomerQuery } from './newcomer.ts'
import { findAttempt } from './provider-attempts.ts'

/** A sign-in by one's own proof and by the provider together. */
interface Joined {
  readonly at: ProviderSignIn
  /** They add the identity, before the session in the same batch. */
  readonly writes: readonly Write[]
  readonly next: string
}

/**
 * For a person of an enforced domain who has not added its provider yet: they came from there just now, in this browser, with
 * the very address of their account, and `next` names that arrival. Their own proof, which alone signs nobody in there, then
 * adds the identity.
 */
export async function joinOnArrival(
  c: Context,
  userId: string,
  connectionId: string,
  next: string,
): Promise<Joined | undefined> {
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const [path, query] = next.split('?')
  if (path !== paths.loginWithNew(connectionId)) return undefined
  const attempt = await findAttempt(c, new URLSearchParams(query).get('arrival') ?? '')
  const arrived = attempt?.arrived
  if (attempt === undefined || arrived === undefined || attempt.connectionId !== connectionId)
    return undefined
  const { connection } = await read(DB, { connection: findConnection(DB, connectionId) })
  if (connection === undefined || !isArrivalAt(arrived, connection)) return undefined
  const { newcomer, known } = await read(DB, {
    newcomer: newcomerQuery(c, connection, arrived, attempt.next),
    known: findIdentity(DB, arrived.at),
  })
  // An arrival counts once. From then on they sign in with the provider.
  if (newcomer.owner?.id !== userId || known !== undefined) return undefined
  const identity = { ...arrived.at, label: labelOf(arrived.provided), connectionName: connection.name }
  return {
    at: arrived.at,
    writes: linkAtSignIn({ db: DB, reference, now }, userId, identity, attempt.id),
    next: attempt.next,
  }
}
