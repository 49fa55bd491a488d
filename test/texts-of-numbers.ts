import { env } from 'cloudflare:workers'
import { afterAll, expect } from 'vitest'

/**
 * D1 binds a number as a real one, and a STRICT text column accepts it: 5 becomes `5.0`, and true `1.0`. After each test file
 * all written rows are checked, so that every statement of every flow is.
 */
export async function findNumbersInTexts(db: D1Database): Promise<readonly string[]> {
  const { results: columns } = await db
    .prepare(
      `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c
       WHERE m.type = 'table' AND c.type = 'TEXT' AND m.name NOT LIKE '\\_%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'`,
    )
    .all<{ table: string; column: string }>()
  if (columns.length === 0) return []
  // Whole numbers with a point and a zero, and nothing around them.
  const looked = columns.map(({ table, column }) =>
    db.prepare(
      `SELECT count(*) AS n FROM "${table}" WHERE "${column}" GLOB '*[0-9].0' AND "${column}" NOT GLOB '*[^-0-9.]*'`,
    ),
  )
  const answers = await db.batch<{ n: number }>(looked)
  return columns.flatMap(({ table, column }, i) =>
    (answers[i]?.results[0]?.n ?? 0) > 0 ? [`${table}.${column}`] : [],
  )
}

afterAll(async () => {
  expect(await findNumbersInTexts(env.DB)).toEqual([])
})
