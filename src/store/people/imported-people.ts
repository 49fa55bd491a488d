import type { Profile } from '../../rules/openid/user-claims.ts'
import type { Groups } from '../../rules/people/groups.ts'
import { nameKey } from '../../rules/people/person.ts'
import { skeletonOf } from '../../rules/skeleton.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, type Query, type Row, text, type Write } from '../database.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { addTerms } from './user-terms.ts'
import type { NewUser } from './users.ts'

/** A person with an account at another server. */
export interface ImportedUser extends NewUser {
  /** The other server has verified the address. */
  readonly isEmailProven: boolean
  readonly suspendedAt: Seconds | undefined
  readonly profile: Profile
  readonly groups: Groups
}

/**
 * Once: an existing user, by id or by name, stays unchanged. An address that another person here has confirmed becomes
 * unconfirmed. The name may break the rule for names; the schedule reports it.
 */
export function insertImportedUser(db: D1Database, user: ImportedUser, now: Seconds): readonly Write[] {
  const { id, username, email, passwordHash, role, createdAt, suspendedAt, groups } = user
  const profile = JSON.stringify(user.profile)
  const isTaken = sql`EXISTS (SELECT 1 FROM users p WHERE lower(p.email) = lower(${email ?? ''}) AND p.email_verified_at IS NOT NULL)`
  const verifiedAt =
    user.isEmailProven && email !== undefined ? sql`iif(${isTaken}, NULL, ${now})` : sql`NULL`
  const insert = sql`INSERT INTO users (id, username, username_key, email, email_verified_at, password_hash, role, created_at,
      updated_at, suspended_at, profile, groups, username_skeleton, earlier_sign_in)
    VALUES (${id}, ${username}, ${nameKey(username)}, ${email ?? null}, ${verifiedAt}, ${passwordHash}, ${role}, ${createdAt},
      ${now}, ${suspendedAt ?? null}, ${profile}, ${JSON.stringify(groups)}, ${skeletonOf(username)}, 0)
    ON CONFLICT DO NOTHING`
  return [statement(db, insert), addTerms(db, [{ id, username, email, profile }])]
}

export interface FoundUser {
  readonly id: string
  readonly isEmailProven: boolean
  readonly hasPassword: boolean
}

/** The ids that are users. */
export function findUsersOf(db: D1Database, ids: readonly string[]): Query<readonly FoundUser[]> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.email_verified_at IS NOT NULL AS is_proven, u.password_hash <> '' AS has_password
        FROM json_each(${JSON.stringify(ids)}) i JOIN users u ON u.id = i.value`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        id: text(row, 'id'),
        isEmailProven: integer(row, 'is_proven') === 1,
        hasPassword: integer(row, 'has_password') === 1,
      })),
  }
}

/** The name keys that are taken. */
export function findTakenNames(db: D1Database, keys: readonly string[]): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT u.username_key FROM json_each(${JSON.stringify(keys)}) k JOIN users u ON u.username_key = k.value`,
    ),
    read: (rows) => rows.map((row) => text(row, 'username_key')),
  }
}

const kind = raw(`substr(password_hash, 1, instr(password_hash, '$') - 1)`)
const following = (after: Sql) =>
  sql`(SELECT ${kind} FROM users WHERE password_hash >= 'a' AND ${kind} > ${after} ORDER BY ${kind} LIMIT 1)`

/**
 * The kinds of imported hashes that no sign-in has replaced yet, up to `mostKinds`. Each is one step in the index, however many
 * people have it.
 */
export function listImportedKinds(db: D1Database): Query<readonly string[]> {
  const first = following(sql`''`)
  const second = following(first)
  return {
    statement: statement(db, sql`SELECT json_array(${first}, ${second}, ${following(second)}) AS kinds`),
    read: ([row]) => (row === undefined ? [] : kindsIn(row)),
  }
}

function kindsIn(row: Row): readonly string[] {
  const listed: unknown = JSON.parse(text(row, 'kinds'))
  return Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : []
}
