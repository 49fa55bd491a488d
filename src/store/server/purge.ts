import { activityDays, dayOf } from '../../rules/clients/activity.ts'
import { deviceCodeLifetime } from '../../rules/requests/device.ts'
import { removalWindow } from '../../rules/sign-in/factor-removal.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'
import { read } from '../database.ts'
import { raw, sql, statement } from '../sql.ts'

/** Rows deleted by one statement: it blocks the database for some milliseconds. */
const purgeChunk = 1000

/** Expired rows of a table, found through an index on their time column. */
export interface Expired {
  readonly table: string
  readonly key: string
  /** Without such an index, found in the order of the key: the insert of a short-lived row then writes no index entry. */
  readonly inOrder?: true
  readonly column: string
  /** Rows of this time and earlier. */
  readonly until: Seconds
  /** A second expiry, with its own index. */
  readonly or?: { readonly column: string; readonly until: Seconds }
}

/** Every table whose rows expire by time alone. */
export function expiredRows(lifetimes: Lifetimes, auditRetention: Seconds, now: Seconds): readonly Expired[] {
  const expired = (table: string, key: string, column = 'expires_at', until = now): Expired => ({
    table,
    key,
    column,
    until,
  })
  return [
    {
      ...expired('sessions', 'id_hash'),
      or: { column: 'last_seen_at', until: now - lifetimes.sessionIdle },
    },
    expired('pending_sign_ins', 'id_hash'),
    // Requests to a person count for ten minutes, however short they were.
    expired('device_authorizations', 'device_code_hash', 'expires_at', now - deviceCodeLifetime),
    expired('pushed_authorizations', 'request_uri_hash'),
    { ...expired('used_challenges', 'id'), inOrder: true },
    expired('revoked_access_tokens', 'jti'),
    { ...expired('used_assertions', '(client_id, jti_hash)'), inOrder: true },
    expired('logout_deliveries', 'id', 'created_at', now - 30 * 86_400),
    expired('client_secrets', 'secret_hash'),
    expired('mail_tokens', 'token_hash'),
    expired('factor_removals', 'user_id', 'due_at', now - removalWindow),
    expired('invitations', 'id'),
    expired('outbox', 'number', 'created_at', now - 86_400),
    expired('client_activity', '(client_id, day, outcome)', 'day', dayOf(now) - activityDays),
    expired('event_counts', '(day, type)', 'day', dayOf(now - auditRetention)),
    expired('sign_in_attempts', 'subject', 'forgotten_at'),
  ]
}

/** Deletes a chunk of expired rows with each call, and returns whether there may be more. Executed twice, it deletes the next ones. */
export function purging(db: D1Database, { table, key, inOrder, column, until, or }: Expired) {
  const columns = raw(key.replace(/[()]/g, ''))
  const [first = ''] = columns.text.split(',')
  const also = or === undefined ? sql`` : sql` OR ${raw(or.column)} <= ${or.until}`
  // The first column of the last row found: this run has looked at the rows before it.
  let after = ''
  return async (): Promise<boolean> => {
    const from = inOrder ? sql`${raw(first)} >= ${after} AND ` : sql``
    const order = inOrder ? sql` ORDER BY ${columns}` : sql``
    const deletion = sql`DELETE FROM ${raw(table)} WHERE ${raw(key)} IN
      (SELECT ${columns} FROM ${raw(table)} WHERE ${from}${raw(column)} <= ${until}${also}${order} LIMIT ${purgeChunk})
      RETURNING ${raw(first)} AS gone`
    const { deleted } = await read(db, {
      deleted: { statement: statement(db, deletion), read: (rows) => rows },
    })
    for (const { gone } of deleted) if (inOrder && String(gone) > after) after = String(gone)
    return deleted.length === purgeChunk
  }
}
