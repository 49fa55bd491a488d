import { mayBeLost } from '../rules/server/database-error.ts'
import { type Sql, sql, statement } from './sql.ts'

/** A row as D1 answers it, before its columns are read. */
export type Row = Readonly<Record<string, unknown>>

/** What is to be read, and what the rows mean. Many of them travel in one batch. */
export type Query<T> = SingleQuery<T> | CombinedQuery<T>

export interface SingleQuery<T> {
  readonly statement: D1PreparedStatement
  /** `changes`: rows that the statement changed. To ask for that with RETURNING would be one row read more for each. */
  readonly read: (rows: readonly Row[], changes: number) => T
}

interface CombinedQuery<T> {
  readonly parts: readonly Query<unknown>[]
  readonly combine: (answers: readonly unknown[]) => T
}

/** A statement that changes something, and can be executed twice with the effect of once. */
export type Write = D1PreparedStatement

/** Whether it holds now. */
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

/** Several queries as one, and what follows from all their answers. */
export function combined<Q extends Queries, T>(queries: Q, then: (answers: Answers<Q>) => T): Query<T> {
  const names = Object.keys(queries)
  return {
    parts: Object.values(queries),
    // Object.fromEntries forgets the names; they are those of `queries`, each answered by its own query.
    combine: (answers) => then(Object.fromEntries(names.map((name, i) => [name, answers[i]])) as Answers<Q>),
  }
}

/** One round trip, one transaction, all the answers under their names. */
export function read<Q extends Queries>(db: D1Database, queries: Q): Promise<Answers<Q>> {
  return write(db, [], queries)
}

/**
 * One round trip, one transaction: the writes in order, then what is read back.
 *
 * D1 never repeats a write by itself, and after a lost connection nobody knows whether it happened. Every `Write` may be
 * executed twice, so after an error that says so it is sent once more before the caller hears of an outage.
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

/** Takes as many results as the query has statements, in the order of `statementsOf`. */
function answer<T>(query: Query<T>, results: Iterator<D1Result<Row>>): T {
  if ('parts' in query) return query.combine(query.parts.map((part) => answer(part, results)))
  const next = results.next()
  return next.done === true ? query.read([], 0) : query.read(next.value.results, next.value.meta.changes)
}

/** In milliseconds. Short, since somebody waits, and random, so that all who lost an answer don't come back at once. */
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

/** A database that counts the statements it is sent: the platform allows so many in one invocation. */
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

/** Rows that came as a JSON array of objects in one column: what `json_group_array(json_object(…))` made. */
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

/** The key of a list that is newest first. */
export function keyOfTime(at: number, id: string): string {
  return `${at}\n${id}`
}

/** Time and id before which a page of such a list starts. Empty, or made up by somebody: at the beginning. */
export function beforeKey(key: string): readonly [number, string] {
  const [, at, id = ''] = /^([0-9]{1,12})\n(.*)$/.exec(key) ?? []
  return at === undefined ? [Number.MAX_SAFE_INTEGER, ''] : [Number(at), id]
}
