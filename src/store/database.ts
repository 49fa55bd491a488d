import { mayBeLost } from '../rules/server/database-error.ts'
import { type Sql, sql, statement } from './sql.ts'

/** A row from D1, before its columns are read. */
export type Row = Readonly<Record<string, unknown>>

/** A statement to read with, and the meaning of its rows. Many of them travel in one batch. */
export type Query<T> = SingleQuery<T> | CombinedQuery<T>

export interface SingleQuery<T> {
  readonly statement: D1PreparedStatement
  /** `changes`: number of rows that the statement changed. RETURNING would cost one more row read for each. */
  readonly read: (rows: readonly Row[], changes: number) => T
}

interface CombinedQuery<T> {
  readonly parts: readonly Query<unknown>[]
  readonly combine: (answers: readonly unknown[]) => T
}

/** A statement that changes something, and is idempotent. */
export type Write = D1PreparedStatement

/** Whether the condition is true now. */
export function holds(db: D1Database, condition: Sql): Query<boolean> {
  return {
    statement: statement(db, sql`SELECT 1 AS holds WHERE ${condition}`),
    read: (rows) => rows.length > 0,
  }
}

/** Whether a write changed anything. One that was executed before, and does nothing when it is repeated, did not. */
export function hasChanged(statement: Write): Query<boolean> {
  return { statement, read: (_, changes) => changes > 0 }
}

export type Queries = Readonly<Record<string, Query<unknown>>>
export type Answers<Q> = { readonly [K in keyof Q]: Q[K] extends Query<infer T> ? T : never }

/** Several queries as one, with a result from all of their answers. */
export function combined<Q extends Queries, T>(queries: Q, then: (answers: Answers<Q>) => T): Query<T> {
  const names = Object.keys(queries)
  return {
    parts: Object.values(queries),
    // Object.fromEntries loses the key type; the keys are those of `queries`, each answered by its own query.
    combine: (answers) => then(Object.fromEntries(names.map((name, i) => [name, answers[i]])) as Answers<Q>),
  }
}

/** Asks nothing. */
export const none: Query<undefined> = combined({}, () => undefined)

/** One round trip, one transaction, all the answers by name. */
export function read<Q extends Queries>(db: D1Database, queries: Q): Promise<Answers<Q>> {
  return write(db, [], queries)
}

/**
 * One round trip, one transaction: the writes in order, then the queries.
 *
 * D1 never repeats a write by itself, and after a lost connection nobody knows whether it happened. Every `Write` may be
 * executed twice, so after such an error it is sent once more before the caller sees an outage.
 */
export async function write<Q extends Queries>(
  db: D1Database,
  writes: readonly Write[],
  readBack: Q,
): Promise<Answers<Q>> {
  const query = combined(readBack, (answers) => answers)
  const statements = [...writes, ...statementsOf(query)]
  // D1 refuses an empty batch.
  const results = statements.length === 0 ? [] : await again(() => db.batch<Row>(statements))
  return answer(query, results.slice(writes.length).values())
}

function statementsOf(query: Query<unknown>): readonly D1PreparedStatement[] {
  return 'statement' in query ? [query.statement] : query.parts.flatMap(statementsOf)
}

/** Takes one result per statement of the query, in the order of `statementsOf`. */
function answer<T>(query: Query<T>, results: Iterator<D1Result<Row>>): T {
  if ('parts' in query) return query.combine(query.parts.map((part) => answer(part, results)))
  const next = results.next()
  return next.done === true ? query.read([], 0) : query.read(next.value.results, next.value.meta.changes)
}

/** In milliseconds. Short, since a person is waiting, and random, so that not all retries come at once. */
const shortestWait = 10
const longestWait = 60

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (!mayBeLost(String(error))) throw error
    await new Promise((wake) => setTimeout(wake, shortestWait + Math.random() * (longestWait - shortestWait)))
    return attempt()
  }
}

/** A database that counts the statements sent: the platform limits them per invocation. */
export function countingStatements(db: D1Database): { readonly db: D1Database; readonly sent: () => number } {
  let sent = 0
  const counting = new Proxy(db, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property !== 'batch') return value.bind(target)
      return (statements: D1PreparedStatement[]) => {
        sent += statements.length
        return target.batch(statements)
      }
    },
  })
  return { db: counting, sent: () => sent }
}

export function first<T>(read: (row: Row) => T): (rows: readonly Row[]) => T | undefined {
  return (rows) => (rows[0] === undefined ? undefined : read(rows[0]))
}

export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new Error(`Column ${column} is not text`)
  return value
}

export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new Error(`Column ${column} is not a number`)
  return value
}

export function optional<T>(read: (row: Row, column: string) => T, row: Row, column: string): T | undefined {
  return row[column] === null || row[column] === undefined ? undefined : read(row, column)
}

export function oneOf<T extends string>(values: readonly T[], row: Row, column: string): T {
  const found = values.find((value) => value === row[column])
  if (found === undefined) throw new Error(`Column ${column} contains an unknown value`)
  return found
}

export function texts(row: Row, column: string): readonly string[] {
  const value: unknown = JSON.parse(text(row, column))
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error(`Column ${column} is not a list of texts`)
  }
  return value
}

/** Rows from a JSON array of objects in one column: the output of `json_group_array(json_object(…))`. */
export function rowsOf(row: Row, column: string): readonly Row[] {
  const value: unknown = JSON.parse(text(row, column))
  if (!Array.isArray(value) || !value.every(isRow)) throw new Error(`Column ${column} contains no rows`)
  return value
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A page of a list by keyset: the rows, and the key after which the next page starts. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
  /** The number of rows from its start on, counted up to one more than `mostCounted`. Undefined where nobody knows. */
  readonly rest?: number | undefined
}

/** Reads up to `size` of `size + 1` rows; one more means that there is a next page. */
export function pageOf<T>(
  size: number,
  read: (row: Row) => T,
  keyOf: (item: T) => string,
): (rows: readonly Row[]) => Page<T> {
  return (rows) => {
    const items = rows.slice(0, size).map(read)
    const last = items.at(-1)
    return { items, next: rows.length > size && last !== undefined ? keyOf(last) : undefined }
  }
}

/** The smallest text greater than every text that starts with `prefix`: for a prefix search that an index answers. */
export function prefixEnd(prefix: string): string {
  return `${prefix}\u{10ffff}`
}

/** The key of a newest-first list. */
export function keyOfTime(at: number, id: string): string {
  return `${at}\n${id}`
}

/** Time and id before which a page of such a list starts. An empty or invalid key: the beginning. */
export function beforeKey(key: string): readonly [number, string] {
  const [, at, id = ''] = /^([0-9]{1,12})\n(.*)$/.exec(key) ?? []
  return at === undefined ? [Number.MAX_SAFE_INTEGER, ''] : [Number(at), id]
}
