import type { Seconds } from '../../values/time.ts'
import { first, integer, type Query, texts, type Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The result of the last run of the scheduled handler. */
export interface MaintenanceRun {
  readonly ranAt: Seconds
  /** Names of the steps that failed. */
  readonly failed: readonly string[]
  /** Names of the steps with more to do than one run may. */
  readonly unfinished: readonly string[]
}

/** One row. Of two runs at once, the later one stays. */
export function noteMaintenance(db: D1Database, { ranAt, failed, unfinished }: MaintenanceRun): Write {
  return statement(
    db,
    sql`INSERT INTO maintenance_runs (id, ran_at, failed, unfinished)
      VALUES (1, ${ranAt}, ${JSON.stringify(failed)}, ${JSON.stringify(unfinished)})
      ON CONFLICT (id) DO UPDATE SET ran_at = excluded.ran_at, failed = excluded.failed,
        unfinished = excluded.unfinished WHERE ran_at <= excluded.ran_at`,
  )
}

export function findLastMaintenance(db: D1Database): Query<MaintenanceRun | undefined> {
  return {
    statement: statement(db, sql`SELECT ran_at, failed, unfinished FROM maintenance_runs WHERE id = 1`),
    read: first((row) => ({
      ranAt: integer(row, 'ran_at'),
      failed: texts(row, 'failed'),
      unfinished: texts(row, 'unfinished'),
    })),
  }
}
