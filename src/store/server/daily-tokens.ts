import { dayOf, issued } from '../../rules/clients/activity.ts'
import { mostChartedDays } from '../../rules/server/charts.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, optional, type Query, type Row, text, type Write, write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** Results of token requests. After the first hundred per day and application some are estimated. */
export interface TokenCounts {
  readonly issued: number
  readonly refused: number
}

/** Applications per day that are stored one by one: those with most requests. */
const mostClients = 10

const both = sql`sum(iif(outcome = ${issued}, counted, 0)) AS issued, sum(iif(outcome = ${issued}, 0, counted)) AS refused`

/**
 * Sums yesterday and today for the charts; in one run of four it deletes days that no chart shows any more instead. A day's sum
 * never falls: the counts of an application are deleted with it, but the day's tokens were issued.
 */
export async function sumTokens(db: D1Database, run: number, now: Seconds): Promise<false> {
  await write(db, [run % 4 === 0 ? forgetting(db, now) : summing(db, dayOf(now) - 1)], {})
  return false
}

function forgetting(db: D1Database, now: Seconds): Write {
  return statement(db, sql`DELETE FROM daily_tokens WHERE day <= ${dayOf(now) - mostChartedDays}`)
}

function summing(db: D1Database, from: number): Write {
  return statement(
    db,
    sql`INSERT INTO daily_tokens (day, client_id, issued, refused)
      SELECT day, '', ${both} FROM client_activity WHERE day >= ${from} GROUP BY day
      UNION ALL SELECT day, client_id, issued, refused FROM (
        SELECT day, client_id, ${both}, row_number() OVER (PARTITION BY day ORDER BY sum(counted) DESC, client_id) AS place
        FROM client_activity WHERE day >= ${from} GROUP BY day, client_id)
      WHERE place <= ${mostClients}
      ON CONFLICT DO UPDATE SET issued = max(issued, excluded.issued), refused = max(refused, excluded.refused)`,
  )
}

/** Limit of counts that are read before the schedule sums them: a local server has no schedule. */
const mostUnsummed = 1000

/** From the last summed day, which may not have been complete. */
function unsummed(from: number): Sql {
  return sql`SELECT day, client_id, ${both} FROM (
      SELECT day, client_id, outcome, counted FROM client_activity
      WHERE day >= max(${from}, ifnull((SELECT max(day) FROM daily_tokens), 0)) LIMIT ${mostUnsummed})
    GROUP BY day, client_id`
}

/** Of the whole server, by day. A day without requests has no row. */
export function listTokensByDay(
  db: D1Database,
  from: number,
): Query<readonly (TokenCounts & { readonly day: number })[]> {
  return {
    statement: statement(
      db,
      sql`SELECT day, max(issued) AS issued, max(refused) AS refused FROM (
          SELECT day, issued, refused FROM daily_tokens WHERE day >= ${from} AND client_id = ''
          UNION ALL SELECT day, sum(issued), sum(refused) FROM (${unsummed(from)}) GROUP BY day)
        GROUP BY day ORDER BY day`,
    ),
    read: (rows) => rows.map((row) => ({ day: integer(row, 'day'), ...readCounts(row) })),
  }
}

export interface ClientTokens extends TokenCounts {
  readonly clientId: string
  /** Undefined when it was deleted. */
  readonly name: string | undefined
}

/** The applications with most requests, most first. */
export function listTokensByClient(
  db: D1Database,
  from: number,
  most: number,
): Query<readonly ClientTokens[]> {
  return {
    statement: statement(
      db,
      sql`SELECT d.client_id, c.name, sum(d.issued) AS issued, sum(d.refused) AS refused FROM (
          SELECT day, client_id, max(issued) AS issued, max(refused) AS refused FROM (
            SELECT day, client_id, issued, refused FROM daily_tokens WHERE day >= ${from} AND client_id <> ''
            UNION ALL ${unsummed(from)})
          GROUP BY day, client_id) d LEFT JOIN clients c ON c.id = d.client_id
        GROUP BY d.client_id ORDER BY sum(d.issued) + sum(d.refused) DESC, d.client_id LIMIT ${most}`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        clientId: text(row, 'client_id'),
        name: optional(text, row, 'name'),
        ...readCounts(row),
      })),
  }
}

function readCounts(row: Row): TokenCounts {
  return { issued: integer(row, 'issued'), refused: integer(row, 'refused') }
}
