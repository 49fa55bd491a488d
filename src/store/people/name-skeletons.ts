import { skeletonOf } from '../../rules/skeleton.ts'
import { read, text, write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** Names that one step takes. */
const chunk = 200

/**
 * Gives a skeleton to usernames from before there were any, also to those that look like another one: they stay, and nobody gets
 * a third. Says whether there may be more.
 */
export async function fillSkeletons(db: D1Database): Promise<boolean> {
  const { missing } = await read(db, {
    missing: {
      statement: statement(
        db,
        sql`SELECT id, username FROM users WHERE username_skeleton IS NULL LIMIT ${chunk}`,
      ),
      read: (rows) =>
        rows.map((row) => ({ id: text(row, 'id'), skeleton: skeletonOf(text(row, 'username')) })),
    },
  })
  if (missing.length === 0) return false
  const filled = sql`UPDATE users SET username_skeleton = n.value ->> 'skeleton' FROM json_each(${JSON.stringify(missing)}) AS n
    WHERE users.id = n.value ->> 'id' AND username_skeleton IS NULL`
  await write(db, [statement(db, filled)], {})
  return missing.length === chunk
}
