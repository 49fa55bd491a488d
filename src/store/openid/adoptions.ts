import type { Seconds } from '../../values/time.ts'
import { first, type Query, text, type Write } from '../database.ts'
import { isVersion } from '../sign-in/connection-changes.ts'
import { insertIdentity, isNewSubject, type NewIdentity } from '../sign-in/identities.ts'
import { handOver, isFirstProof } from '../sign-in/password-resets.ts'
import { isEnforcedFor } from '../sign-in/realms.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** The account here of a person whose address a provider confirms. */
export interface AddressOwner {
  readonly id: string
  /** Nobody has confirmed the address here, and the account is no administrator's: the provider decides whose it is. */
  readonly isAdoptable: boolean
  /** People with the address sign in with the connection alone. */
  readonly isEnforced: boolean
}

/**
 * The account that has confirmed the address. In a domain whose people the connection alone signs in, otherwise the oldest one with
 * the address: an administrator made it, or it is from before. Not one that the connection knows as somebody else's.
 */
const ownerOf = (email: string, connectionId: string): Sql =>
  sql`users u WHERE lower(u.email) = lower(${email}) AND (u.email_verified_at IS NOT NULL
      OR (${isEnforcedFor(email, connectionId)}
        AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id AND i.connection_id = ${connectionId})))
    ORDER BY u.email_verified_at IS NULL, u.created_at, u.id LIMIT 1`

export function findAddressOwner(
  db: D1Database,
  email: string,
  connectionId: string,
): Query<AddressOwner | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, ${isAdoptable} AS adoptable, ${isEnforcedFor(email, connectionId)} AS enforced
        FROM ${ownerOf(email, connectionId)}`,
    ),
    read: first((row) => ({
      id: text(row, 'id'),
      isAdoptable: row.adoptable === 1,
      isEnforced: row.enforced === 1,
    })),
  }
}

const isAdoptable = sql`(${isFirstProof} AND u.suspended_at IS NULL)`

export interface Adoption {
  /** Its `linkedBy` is the id of the event. */
  readonly identity: NewIdentity
  readonly email: string
  readonly connection: { readonly name: string; readonly updatedAt: Seconds }
  readonly reference: string
  readonly issuer: string
}

/**
 * The account gets the identity, and loses everything by which an earlier owner could come in. The event first. Executed twice: the
 * second time the identity is there, and nothing happens.
 */
export function adoptAccount(db: D1Database, adoption: Adoption, now: Seconds): readonly Write[] {
  const { identity, email, connection, reference, issuer } = adoption
  const { connectionId, userId, linkedBy: id } = identity
  const person = sql`(SELECT e.user_id FROM audit_events e WHERE e.id = ${id} AND e.at = ${now} AND ${isNewSubject(identity)})`
  return [
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
        SELECT ${id}, ${now}, 'identity_linked', ${reference}, u.id, ${connection.name} FROM users u
        WHERE u.id = ${userId} AND u.id = (SELECT u.id FROM ${ownerOf(email, connectionId)}) AND ${isAdoptable}
          AND ${isVersion(connectionId, connection.updatedAt)} AND ${isNewSubject(identity)}
        ON CONFLICT DO NOTHING`,
    ),
    ...handOver(db, { person, passwordHash: '', reason: 'first_proof', link: '', issuer }, now),
    insertIdentity(db, identity, now, sql`${person} IS NOT NULL`),
  ]
}
