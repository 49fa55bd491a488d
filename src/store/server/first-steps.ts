import { first, integer, type Query } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The progress of a person who has just set up a server. */
export interface FirstSteps {
  /** Applications beside the built-in playground, counted no further than a few. */
  readonly applications: number
  /** Whether any application ever got a token. */
  readonly hasAuthorized: boolean
  readonly hasApi: boolean
  readonly hasSecondAdministrator: boolean
}

const countedUpTo = 4

export function findFirstSteps(db: D1Database, builtIn: string): Query<FirstSteps> {
  const read = first((row) => ({
    applications: integer(row, 'applications'),
    hasAuthorized: integer(row, 'authorized') === 1,
    hasApi: integer(row, 'api') === 1,
    hasSecondAdministrator: integer(row, 'second') === 1,
  }))
  return {
    statement: statement(
      db,
      sql`SELECT (SELECT count(*) FROM (SELECT 1 FROM clients WHERE id <> ${builtIn} LIMIT ${countedUpTo})) AS applications,
        EXISTS (SELECT 1 FROM authorizations) AS authorized, EXISTS (SELECT 1 FROM resources) AS api,
        EXISTS (SELECT 1 FROM users WHERE role = 'administrator' LIMIT 1 OFFSET 1) AS second`,
    ),
    read: (rows) =>
      read(rows) ?? { applications: 0, hasAuthorized: false, hasApi: false, hasSecondAdministrator: false },
  }
}
