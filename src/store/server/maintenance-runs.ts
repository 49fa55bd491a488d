import type { Seconds } from '../../values/time.ts'
import { first, integer, type Query, type Write } from '../database.ts'

/** That the scheduled handler came to its end. One row. */
export function noteMaintenance(db: D1Database, now: Seconds): Write {
  return db
    .prepare(
      `INSERT INTO maintenance_runs (id, ran_at) VALUES (1, ?1)
       ON CONFLICT (id) DO UPDATE SET ran_at = max(ran_at, excluded.ran_at)`,
    )
    .bind(now)
}

export function findLastMaintenance(db: D1Database): Query<Seconds | undefined> {
  return {
    statement: db.prepare('SELECT ran_at FROM maintenance_runs WHERE id = 1'),
    read: first((row) => integer(row, 'ran_at')),
  }
}
