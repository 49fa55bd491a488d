import { checkUsername } from '../../rules/people/person.ts'
import { skeletonOf } from '../../rules/skeleton.ts'
import { type Query, type Row, read, text, write } from '../database.ts'
import { sql, statement } from '../sql.ts'
import { hasEarlierSignIn } from './users.ts'

/** Names per step. */
const chunk = 200

/** It breaks the rule for names only by looking like another name. */
const lookalike = 'lookalike'

/**
 * Checks usernames that were not checked before: those from before the rule for names, imported ones, and new ones once. Each
 * gets a skeleton, so that nobody gets a similar name, and a note of the rule it breaks. All of them stay. For people
 * from before sign-ins kept a language, checked or not, it notes whether they have signed in. Returns whether there may be more.
 */
export async function fillSkeletons(db: D1Database): Promise<boolean> {
  // As in its index.
  const isMissing = sql`username_fault IS NULL OR earlier_sign_in IS NULL`
  const { missing } = await read(db, {
    missing: {
      statement: statement(
        db,
        sql`SELECT id, username FROM users WHERE ${isMissing} ORDER BY id LIMIT ${chunk}`,
      ),
      read: (rows) => rows.map(lookAt),
    },
  })
  if (missing.length === 0) return false
  const list = JSON.stringify(missing)
  const isTwin = sql`EXISTS (SELECT 1 FROM users o WHERE o.username_skeleton = n.value ->> 'skeleton' AND o.id <> users.id)
    OR EXISTS (SELECT 1 FROM json_each(${list}) m WHERE m.value ->> 'skeleton' = n.value ->> 'skeleton' AND m.value ->> 'id' < users.id)`
  const filled = sql`UPDATE users SET username_skeleton = n.value ->> 'skeleton',
      username_fault = CASE WHEN username_fault IS NOT NULL THEN username_fault WHEN n.value ->> 'fault' <> '' THEN n.value ->> 'fault' WHEN ${isTwin} THEN ${lookalike} ELSE '' END,
      earlier_sign_in = CASE WHEN earlier_sign_in IS NULL THEN ${hasEarlierSignIn} ELSE earlier_sign_in END
    FROM json_each(${list}) AS n WHERE users.id = n.value ->> 'id' AND (${isMissing})`
  await write(db, [statement(db, filled)], {})
  return missing.length === chunk
}

function lookAt(row: Row) {
  const username = text(row, 'username')
  const checked = checkUsername(username)
  const fault = 'problem' in checked ? checked.problem.code : ''
  return { id: text(row, 'id'), skeleton: skeletonOf(username), fault }
}

/** Usernames that break the rule for names, up to `most` of them. */
export function listFaultyUsernames(db: D1Database, most: number): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT username FROM users WHERE username_fault <> '' AND username_fault > '' ORDER BY username_fault LIMIT ${most}`,
    ),
    read: (rows) => rows.map((row) => text(row, 'username')),
  }
}
