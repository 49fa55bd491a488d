import { invitationLifetime } from '../../rules/people/mail.ts'
import { nameKey } from '../../rules/people/person.ts'
import { skeletonOf } from '../../rules/skeleton.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, type Page, type Query, type Row, text, type Write } from '../database.ts'
import { type Act, actorIs, isFirstTime, isNoted } from '../guards.ts'
import { byTime, type Chosen, listed } from '../list.ts'
import { always, type Sql, sql, statement } from '../sql.ts'

export interface NewInvitation {
  /** From the attempt: sent twice, it is one. */
  readonly id: string
  readonly hash: SecretHash<'invitation'>
  readonly email: string
  readonly wasMailed: boolean
}

/** Invitations that one address is sent in a day, however many administrators there are. */
const mostInvited = 3

/** For the invitation and its event: the address may be sent another one. */
export function mayBeInvited({ email, wasMailed }: NewInvitation, now: Seconds): Sql {
  return wasMailed
    ? sql`(SELECT count(*) FROM audit_events i WHERE i.type = 'invitation_sent' AND i.at > ${now - 86_400}
        AND lower(i.detail) = lower(${email})) < ${mostInvited}`
    : always
}

/** Whether the address has not been sent as many as it may get. */
export function isBelowLimit(db: D1Database, invitation: NewInvitation, now: Seconds): Query<boolean> {
  return {
    statement: statement(db, sql`SELECT 1 AS found WHERE ${mayBeInvited(invitation, now)}`),
    read: (rows) => rows.length > 0,
  }
}

/** By an administrator, whose attempt has not taken effect yet. It takes the place of earlier ones to the same address. */
export function insertInvitation(
  db: D1Database,
  act: Act,
  invitation: NewInvitation,
  now: Seconds,
): readonly Write[] {
  const { id, hash, email, wasMailed } = invitation
  const may = sql`${actorIs(act, 'administer')} AND ${isFirstTime(act)} AND ${mayBeInvited(invitation, now)}`
  return [
    sql`DELETE FROM invitations WHERE used_by IS NULL AND lower(email) = lower(${email}) AND id <> ${id} AND ${may}`,
    sql`INSERT INTO invitations (id, token_hash, email, was_mailed, invited_by, created_at, expires_at)
        SELECT ${id}, ${hash.sha256}, ${email}, ${wasMailed ? 1 : 0}, ${act.actorId}, ${now}, ${now + invitationLifetime}
        WHERE ${may} ON CONFLICT DO NOTHING`,
  ].map((text) => statement(db, text))
}

export interface Invitation {
  readonly id: string
  readonly email: string
  readonly createdAt: Seconds
  readonly expiresAt: Seconds
}

const columns = sql`id, email, created_at, expires_at`

function readInvitation(row: Row): Invitation {
  return {
    id: text(row, 'id'),
    email: text(row, 'email'),
    createdAt: integer(row, 'created_at'),
    expiresAt: integer(row, 'expires_at'),
  }
}

/** A valid one. */
export function findInvitation(
  db: D1Database,
  hash: SecretHash<'invitation'>,
  now: Seconds,
): Query<Invitation | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns} FROM invitations WHERE token_hash = ${hash.sha256} AND used_by IS NULL
        AND expires_at > ${now}`,
    ),
    read: first(readInvitation),
  }
}

/** A valid one that was sent to this address. */
export function findInvitationTo(
  db: D1Database,
  email: string,
  now: Seconds,
): Query<SecretHash<'invitation'> | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT token_hash FROM invitations WHERE used_by IS NULL AND expires_at > ${now}
        AND lower(email) = lower(${email}) ORDER BY created_at DESC, id DESC LIMIT 1`,
    ),
    read: first((row) => ({ kind: 'invitation', sha256: text(row, 'token_hash') })),
  }
}

/** Unused ones. */
export function listInvitations(
  db: D1Database,
  chosen: Chosen<'created'>,
  now: Seconds,
): Query<Page<Invitation>> {
  const listing = {
    columns,
    from: sql`invitations`,
    where: sql`used_by IS NULL AND expires_at > ${now}`,
    order: byTime(sql`created_at`, sql`id`),
  }
  return listed(db, listing, chosen, readInvitation)
}

/** An unused one. */
export function findOpenInvitation(db: D1Database, id: string): Query<Invitation | undefined> {
  return {
    statement: statement(db, sql`SELECT ${columns} FROM invitations WHERE id = ${id} AND used_by IS NULL`),
    read: first(readInvitation),
  }
}

/** For the event before a withdrawal. */
export function isOpenInvitation(id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM invitations WHERE id = ${id} AND used_by IS NULL)`
}

/** After its event. A used one stays, as a record, until it expires. */
export function deleteInvitation(db: D1Database, act: Act, id: string, now: Seconds): Write {
  return statement(
    db,
    sql`DELETE FROM invitations WHERE id = ${id} AND used_by IS NULL AND ${isNoted(act, now)}`,
  )
}

/** Of two at once, the first uses it. A taken username does not use it up. */
export function claimInvitation(
  db: D1Database,
  hash: SecretHash<'invitation'>,
  user: { readonly id: string; readonly username: string },
  now: Seconds,
  only: Sql,
): Write {
  return statement(
    db,
    sql`UPDATE invitations SET used_by = ${user.id} WHERE token_hash = ${hash.sha256} AND used_by IS NULL
        AND expires_at > ${now} AND NOT EXISTS (SELECT 1 FROM users WHERE username_key = ${nameKey(user.username)}
          OR username_skeleton = ${skeletonOf(user.username)}) AND ${only}`,
  )
}
