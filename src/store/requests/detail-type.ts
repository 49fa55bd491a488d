import type { AuthorizationDetail, DetailType } from '../../rules/requests/detail-type.ts'
import type { Seconds } from '../../values/time.ts'
import { combined, first, optional, type Page, type Query, type Row, text, type Write } from '../database.ts'
import { type Act, actorIs, isNoted, mayAdminister } from '../guards.ts'
import { type Chosen, listed } from '../list.ts'
import { type Sql, sql, statement, tableOf } from '../sql.ts'

/** Those of the types that are registered. Without any it asks nothing. */
export function findDetailTypes(db: D1Database, types: readonly string[]): Query<readonly DetailType[]> {
  if (types.length === 0) return combined({}, () => [])
  return {
    statement: statement(
      db,
      sql`SELECT d.type, d.title, d.schema FROM ${tableOf(types)} n JOIN authorization_details_types d ON d.type = n.value`,
    ),
    read: (rows) => rows.map(readDetailType),
  }
}

/** In alphabetical order. */
export function listDetailTypes(db: D1Database, chosen: Chosen<'name'>): Query<Page<DetailType>> {
  const listing = {
    columns: sql`type, title, schema`,
    from: sql`authorization_details_types`,
    order: { key: sql`type`, type: 'text' },
  } as const
  return listed(db, listing, chosen, readDetailType)
}

/** Limit of types in the metadata, and so of its size. */
const mostPublished = 100

export function listTypeNames(db: D1Database): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT type FROM authorization_details_types ORDER BY type LIMIT ${mostPublished}`,
    ),
    read: (rows) => rows.map((row) => text(row, 'type')),
  }
}

export function findDetailType(db: D1Database, type: string): Query<DetailType | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT type, title, schema FROM authorization_details_types WHERE type = ${type}`,
    ),
    read: first(readDetailType),
  }
}

export function putDetailType(db: D1Database, act: Act, { type, title, schema }: DetailType): Write {
  return statement(
    db,
    sql`INSERT INTO authorization_details_types (type, title, schema) SELECT ${type}, ${title}, ${JSON.stringify(schema)}
      WHERE ${mayAdminister(act)}
      ON CONFLICT (type) DO UPDATE SET title = excluded.title, schema = excluded.schema`,
  )
}

/** For the event before a deletion. */
export function hasDetailType(type: string): Sql {
  return sql`EXISTS (SELECT 1 FROM authorization_details_types WHERE type = ${type})`
}

/** After its event. */
export function deleteDetailType(db: D1Database, act: Act, type: string, now: Seconds): Write {
  return statement(
    db,
    sql`DELETE FROM authorization_details_types
      WHERE type = ${type} AND ${actorIs(act, 'administer')} AND ${isNoted(act, now)}`,
  )
}

/** Of a column with the details of a request or an authorization: JSON, or null without any. */
export function detailsColumn(details: readonly AuthorizationDetail[]): string | null {
  return details.length === 0 ? null : JSON.stringify(details)
}

export function readDetails(row: Row): readonly AuthorizationDetail[] {
  // Only `detailsColumn` writes it, from this type.
  return JSON.parse(optional(text, row, 'authorization_details') ?? '[]') as readonly AuthorizationDetail[]
}

function readDetailType(row: Row): DetailType {
  return { type: text(row, 'type'), title: text(row, 'title'), schema: JSON.parse(text(row, 'schema')) }
}
