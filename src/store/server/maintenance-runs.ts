import { mailLanguages } from '../../rules/people/mail-language.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, type Query, text, texts } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The result of the last run of the scheduled handler. */
export interface MaintenanceRun {
  readonly ranAt: Seconds
  /** Names of the steps that failed. */
  readonly failed: readonly string[]
  /** Names of the steps with more to do than one run may. */
  readonly unfinished: readonly string[]
}

/** Applications wait for an administrator, and it is time to tell them. */
export interface QueueNotice {
  /** Counted up to one more than `mostCounted`. */
  readonly waiting: number
  readonly administrators: readonly QueueReader[]
}

export interface QueueReader {
  readonly id: string
  readonly username: string
  readonly email: string
  /** The languages for a mail, the best first. */
  readonly languages: readonly string[]
}

export const mostCounted = 100
const mostReaders = 10

/** The time between two mails about the queue: however many applications register, they cause no more. */
const tellEvery: Seconds = 6 * 3600

/**
 * One row. Of two runs at once, the later one stays. In the same statement it is decided whether this run tells the
 * administrators about the queue: something began to wait since they were last told, which was some hours ago. What began in that
 * very second may have been too late for that mail.
 */
export function noteMaintenance(
  db: D1Database,
  { ranAt, failed, unfinished }: MaintenanceRun,
  mayTell: boolean,
): Query<QueueNotice | undefined> {
  const isDue = mayTell
    ? sql`queue_told_at <= ${ranAt - tellEvery}
        AND EXISTS (SELECT 1 FROM clients w WHERE w.approval = 'waiting' AND w.updated_at >= queue_told_at)`
    : sql`false`
  return {
    statement: statement(
      db,
      sql`INSERT INTO maintenance_runs (id, ran_at, failed, unfinished)
        VALUES (1, ${ranAt}, ${JSON.stringify(failed)}, ${JSON.stringify(unfinished)})
        ON CONFLICT (id) DO UPDATE SET ran_at = excluded.ran_at, failed = excluded.failed,
          unfinished = excluded.unfinished, queue_told_at = iif(${isDue}, excluded.ran_at, queue_told_at)
        WHERE ran_at <= excluded.ran_at
        RETURNING queue_told_at = ran_at AS tells,
          (SELECT count(*) FROM (SELECT 1 FROM clients WHERE approval = 'waiting' AND name_key >= '' LIMIT ${mostCounted + 1})) AS waiting,
          (SELECT json_group_array(json_array(id, username, email, language, language_chosen_at, locale)) FROM
            (SELECT id, username, email, language, language_chosen_at, profile ->> 'locale' AS locale FROM users
              WHERE role = 'administrator' AND suspended_at IS NULL AND email_verified_at IS NOT NULL
              ORDER BY created_at, id LIMIT ${mostReaders})) AS readers`,
    ),
    read: ([row]) =>
      row === undefined || integer(row, 'tells') === 0
        ? undefined
        : {
            waiting: integer(row, 'waiting'),
            administrators: JSON.parse(text(row, 'readers')).map(readReader),
          },
  }
}

/** As `noteMaintenance` writes it. */
function readReader([id, username, email, language, chosenAt, locale]: readonly [
  string,
  string,
  string,
  string | null,
  number,
  string | null,
]): QueueReader {
  const known = { language: language ?? undefined, chosenAt, locale: locale ?? undefined }
  return { id, username, email, languages: mailLanguages(known) }
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
