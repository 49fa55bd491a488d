import type { MappedGroups, MappedRole } from '../../rules/openid/provider-mapping.ts'
import { roles } from '../../rules/people/role.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { always, type Sql, sql, statement, tableOf } from '../sql.ts'
import { keepTerms } from './user-terms.ts'

/** An address that counts as confirmed: unless another account has confirmed it, or this one another. */
export function confirmProvidedEmail(
  db: D1Database,
  userId: string,
  email: string,
  now: Seconds,
): readonly Write[] {
  return [
    statement(
      db,
      sql`UPDATE OR IGNORE users SET email = ${email}, email_verified_at = ${now}, updated_at = ${now}
        WHERE id = ${userId} AND email_verified_at IS NULL`,
    ),
    ...keepTerms(db, userId, { email: { now: email } }),
  ]
}

/** For an event before it. */
export function isUnconfirmed(userId: string, email: string): Sql {
  return sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND email_verified_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(${email}) AND email_verified_at IS NOT NULL)`
}

/** The groups that a connection decides about; all others stay. */
export function putMappedGroups(
  db: D1Database,
  userId: string,
  { given, all }: MappedGroups,
  now: Seconds,
): Write {
  const next = sql`(SELECT json_group_array(value) FROM (
    SELECT value FROM json_each(users.groups) WHERE value NOT IN (SELECT value FROM json_each(${JSON.stringify(all)}))
    UNION SELECT value FROM json_each(${JSON.stringify(given)})))`
  return statement(
    db,
    sql`UPDATE users SET groups = ${next}, updated_at = ${now} WHERE id = ${userId} AND groups IS NOT ${next}`,
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
export function putMappedRole(db: D1Database, userId: string, mapped: MappedRole): Write {
  return statement(
    db,
    sql`UPDATE users SET role = ${mapped.role} WHERE id = ${userId} AND ${changesRole(userId, mapped)}`,
  )
}
