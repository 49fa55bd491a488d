import { type Profile, profileSchema } from '../../rules/openid/user-claims.ts'
import { namesOf, type SearchField, termsOf } from '../../rules/people/search.ts'
import { optional, type Query, read, text, type Write, write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** A person as stored. `profile` is JSON. */
interface Findable {
  readonly id: string
  readonly username: string
  readonly email: string | undefined
  readonly profile: string
}

/** The fields written now. A missing one stays unchanged. */
interface Changed {
  readonly email?: { readonly now: string | undefined }
  readonly profile?: Profile
}

/**
 * The search terms of a person, after their address or profile has changed: in the same batch, after that statement. Where it
 * changed nothing, this changes nothing either.
 */
export function keepTerms(db: D1Database, userId: string, { email, profile }: Changed): readonly Write[] {
  const address = email && {
    terms: termsOf('email', email.now === undefined ? [] : [email.now]),
    only: sql`u.email IS ${email.now ?? null}`,
  }
  const names = profile && {
    terms: termsOf('profile', namesOf(profile)),
    only: sql`u.profile = ${JSON.stringify(profile)}`,
  }
  return [
    ...(address ? replaceTerms(db, userId, 'email', address.terms, address.only) : []),
    ...(names ? replaceTerms(db, userId, 'profile', names.terms, names.only) : []),
  ]
}

function replaceTerms(
  db: D1Database,
  userId: string,
  field: SearchField,
  terms: readonly string[],
  only: Sql,
): readonly Write[] {
  const list = JSON.stringify(terms)
  const isSo = sql`FROM users u WHERE u.id = ${userId} AND ${only}`
  return [
    statement(
      db,
      sql`DELETE FROM user_terms WHERE user_id = ${userId} AND field = ${field}
        AND term NOT IN (SELECT value FROM json_each(${list})) AND EXISTS (SELECT 1 ${isSo})`,
    ),
    statement(
      db,
      sql`INSERT INTO user_terms (user_id, field, term)
        SELECT ${userId}, ${field}, t.value FROM json_each(${list}) t WHERE EXISTS (SELECT 1 ${isSo}) ON CONFLICT DO NOTHING`,
    ),
  ]
}

/** All search terms. A field that has changed in the meantime has the terms of that change, and gets none. */
export function addTerms(db: D1Database, people: readonly Findable[]): Write {
  const list = JSON.stringify(
    people.flatMap(({ id, username, email, profile }) => [
      { id, field: 'username', value: username, terms: termsOf('username', [username]) },
      ...(email === undefined
        ? []
        : [{ id, field: 'email', value: email, terms: termsOf('email', [email]) }]),
      { id, field: 'profile', value: profile, terms: termsOf('profile', namesIn(profile)) },
    ]),
  )
  return statement(
    db,
    sql`INSERT INTO user_terms (user_id, field, term)
      SELECT u.id, f.value ->> 'field', t.value
      FROM json_each(${list}) f CROSS JOIN users u CROSS JOIN json_each(f.value -> 'terms') t
      WHERE u.id = f.value ->> 'id' AND f.value ->> 'value' =
        CASE f.value ->> 'field' WHEN 'username' THEN u.username WHEN 'email' THEN u.email ELSE u.profile END
      ON CONFLICT DO NOTHING`,
  )
}

function namesIn(profile: string): readonly string[] {
  return namesOf(profileSchema().parse(JSON.parse(profile)))
}

/** People per step. */
const chunk = 50

/** Gives terms to people from before they existed, in the order of ids. Returns whether there may be more. */
export async function fillTerms(db: D1Database): Promise<boolean> {
  const { people } = await read(db, { people: findNext(db) })
  const last = people.at(-1)
  if (last === undefined) return false
  const come = sql`INSERT INTO term_fills (id, after) VALUES (1, ${last.id})
    ON CONFLICT (id) DO UPDATE SET after = excluded.after WHERE excluded.after > after`
  await write(db, [addTerms(db, people), statement(db, come)], {})
  return people.length === chunk
}

function findNext(db: D1Database): Query<readonly Findable[]> {
  return {
    statement: statement(
      db,
      sql`SELECT id, username, email, profile FROM users
        WHERE id > ifnull((SELECT after FROM term_fills WHERE id = 1), '') ORDER BY id LIMIT ${chunk}`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        id: text(row, 'id'),
        username: text(row, 'username'),
        email: optional(text, row, 'email'),
        profile: text(row, 'profile'),
      })),
  }
}
