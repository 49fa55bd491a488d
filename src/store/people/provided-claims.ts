import type { MappedGroups, MappedRole } from '../../rules/openid/provider-mapping.ts'
import { roles } from '../../rules/people/role.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { mayMoveTo } from '../sign-in/realms.ts'
import { always, type Sql, sql, statement, tableOf } from '../sql.ts'
import { keepTerms } from './user-terms.ts'

/** An address of a person at a provider that calls it confirmed, and is believed. */
export interface ProvidedEmail {
  readonly userId: string
  readonly email: string
  readonly connectionId: string
}

/**
 * The address counts as confirmed: unless another account has confirmed it, or this one another, or the company of the present
 * or the new address lets its people in by another provider alone.
 */
export function confirmProvidedEmail(
  db: D1Database,
  { userId, email, connectionId }: ProvidedEmail,
  now: Seconds,
  only: Sql,
): readonly Write[] {
  return [
    statement(
      db,
      sql`UPDATE OR IGNORE users SET email = ${email}, email_verified_at = ${now}, updated_at = ${now}
        WHERE id = ${userId} AND email_verified_at IS NULL AND ${mayMoveTo(userId, email, connectionId)} AND ${only}`,
    ),
    ...keepTerms(db, userId, { email: { now: email } }),
  ]
}

/** For an event before it. */
export function confirmsEmail({ userId, email, connectionId }: ProvidedEmail): Sql {
  return sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND email_verified_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(${email}) AND email_verified_at IS NOT NULL)
    AND ${mayMoveTo(userId, email, connectionId)}`
}

/** The groups that a connection decides about; all others stay. */
export function putMappedGroups(
  db: D1Database,
  userId: string,
  { given, all }: MappedGroups,
  now: Seconds,
  only: Sql,
): Write {
  const next = sql`(SELECT json_group_array(value) FROM (
    SELECT value FROM json_each(users.groups) WHERE value NOT IN (SELECT value FROM json_each(${JSON.stringify(all)}))
    UNION SELECT value FROM json_each(${JSON.stringify(given)})))`
  return statement(
    db,
    sql`UPDATE users SET groups = ${next}, updated_at = ${now} WHERE id = ${userId} AND groups IS NOT ${next} AND ${only}`,
  )
}

/** For the event before it: it changes something, and the last administrator remains one. */
export function changesRole(userId: string, { role, instead }: MappedRole): Sql {
  const others = sql`EXISTS (SELECT 1 FROM users o WHERE o.role = 'administrator' AND o.id <> u.id AND o.suspended_at IS NULL)`
  const isMapped =
    instead === undefined
      ? always
      : sql`u.role IN (SELECT value FROM ${tableOf(roles.filter((one) => instead.includes(one)))})`
  return sql`EXISTS (SELECT 1 FROM users u WHERE u.id = ${userId} AND u.role <> ${role} AND ${isMapped}
    AND (u.role <> 'administrator' OR ${others}))`
}

/** After its event. */
export function putMappedRole(db: D1Database, userId: string, mapped: MappedRole, only: Sql): Write {
  return statement(
    db,
    sql`UPDATE users SET role = ${mapped.role} WHERE id = ${userId} AND ${changesRole(userId, mapped)} AND ${only}`,
  )
}
