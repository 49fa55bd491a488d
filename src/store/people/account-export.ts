import { beforeKey, integer, keyOfTime, type Page, pageOf, type Query, type Row, text } from '../database.ts'
import { commaSeparated, sql, statement } from '../sql.ts'

/** One entry of the export: column names and values, with JSON parsed. */
export type Exported = Readonly<Record<string, unknown>>

/** A list of the export, read page by page. `after` is the key of the previous page; empty at the beginning. */
export type ExportedList = (
  db: D1Database,
  userId: string,
  after: string,
  size: number,
) => Query<Page<Exported>>

/** All lists of a person's data, by their names in the file. No secret, no hash of one, no id that gives access to anything. */
export const exportedLists: Readonly<Record<string, ExportedList>> = {
  sessions: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT user_agent, amr, authenticated_at, last_seen_at, expires_at, provider_sid,
          (SELECT n.name FROM connections n WHERE n.id = connection_id) AS provider, id_hash FROM sessions
        WHERE user_id = ${userId} AND (last_seen_at, id_hash) < (${commaSeparated(beforeKey(after))})
        ORDER BY last_seen_at DESC, id_hash DESC LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => keyOfTime(integer(row, 'last_seen_at'), text(row, 'id_hash'))),
  }),
  passkeys: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT name, created_at, last_used_at, id FROM passkeys
        WHERE user_id = ${userId} AND (created_at, id) < (${commaSeparated(beforeKey(after))})
        ORDER BY created_at DESC, id DESC LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => keyOfTime(integer(row, 'created_at'), text(row, 'id'))),
  }),
  accounts_elsewhere: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT n.name AS provider, n.issuer, i.subject, i.label, i.created_at, i.last_used_at, i.connection_id AS id
        FROM identities i JOIN connections n ON n.id = i.connection_id
        WHERE i.user_id = ${userId} AND (i.created_at, i.connection_id) < (${commaSeparated(beforeKey(after))})
        ORDER BY i.created_at DESC, i.connection_id DESC LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => keyOfTime(integer(row, 'created_at'), text(row, 'id'))),
  }),
  authenticator_apps: (db, userId, _, size) => ({
    statement: statement(
      db,
      sql`SELECT created_at FROM authenticators WHERE user_id = ${userId} LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => String(integer(row, 'created_at'))),
  }),
  connected_applications: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT client_id, client_name, scope, redirect_host, created_at, granted_at FROM consents
        WHERE user_id = ${userId} AND client_id > ${after} ORDER BY client_id LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => text(row, 'client_id')),
  }),
  authorizations: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT client_id, id, scope, resources, auth_time, created_at, redeemed_at,
          rotated_at AS refreshed_at, expires_at, ended_at, end_reason FROM authorizations
        WHERE user_id = ${userId} AND (client_id, id) > (${commaSeparated(twoOf(after))})
        ORDER BY client_id, id LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => `${text(row, 'client_id')}\n${text(row, 'id')}`),
  }),
  own_applications: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT id AS client_id, name, type, iif(grants = '', grant_type, grants) AS grants, redirect_uris,
          post_logout_redirect_uris, allowed_origins, scope, created_at, updated_at, name_key FROM clients
        WHERE owner_id = ${userId} AND (name_key, id) > (${commaSeparated(twoOf(after))})
        ORDER BY name_key, id LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => `${text(row, 'name_key')}\n${text(row, 'client_id')}`),
  }),
  activity: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT at, type, reference, client_id, detail, id FROM audit_events
        WHERE user_id = ${userId} AND (at, id) < (${commaSeparated(beforeKey(after))})
        ORDER BY at DESC, id DESC LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => keyOfTime(integer(row, 'at'), text(row, 'id'))),
  }),
  // The administrator's identity is not this person's data.
  done_by_administrators: (db, userId, after, size) => ({
    statement: statement(
      db,
      sql`SELECT at, type, reference, client_id, id FROM audit_events
        WHERE subject_id = ${userId} AND (at, id) < (${commaSeparated(beforeKey(after))})
        ORDER BY at DESC, id DESC LIMIT ${size + 1}`,
    ),
    read: exportedPage(size, (row) => keyOfTime(integer(row, 'at'), text(row, 'id'))),
  }),
}

/** Needed for the next page, and not exported. */
const internal = new Set(['id', 'id_hash', 'name_key'])

const json = new Set(['amr', 'resources', 'redirect_uris', 'post_logout_redirect_uris', 'allowed_origins'])

function exportedPage(size: number, keyOf: (row: Row) => string): (rows: readonly Row[]) => Page<Exported> {
  const rowsOf = pageOf(size, (row) => row, keyOf)
  return (rows) => {
    const { items, next } = rowsOf(rows)
    return { items: items.map(readExported), next }
  }
}

function readExported(row: Row): Exported {
  const kept = Object.entries(row).filter(([column, value]) => !internal.has(column) && value !== null)
  return Object.fromEntries(
    kept.map(([column, value]) => [column, json.has(column) ? JSON.parse(String(value)) : value]),
  )
}

function twoOf(key: string): readonly [string, string] {
  const [first = '', second = ''] = key.split('\n')
  return [first, second]
}
