/** A row as D1 answers it, before its columns are read. */
export type Row = Readonly<Record<string, unknown>>

/** A statement that reads, and what its rows mean. Many of them travel in one batch. */
export interface Query<T> {
  readonly statement: D1PreparedStatement
  readonly read: (rows: readonly Row[]) => T
}

/** A statement that changes something, and can be executed twice with the effect of once. */
export type Write = D1PreparedStatement

type Answers<Q> = { readonly [K in keyof Q]: Q[K] extends Query<infer T> ? T : never }

/** One round trip, one transaction, all the answers under their names. */
export function read<Q extends Record<string, Query<unknown>>>(
  db: D1Database,
  queries: Q,
): Promise<Answers<Q>> {
  return write(db, [], queries)
}

/**
 * One round trip, one transaction: the writes in order, then what is read back.
 *
 * D1 never repeats a write by itself, and after a lost connection nobody knows whether it happened. Every `Write` may be
 * executed twice, so it is sent once more before the caller hears of an outage.
 */
export async function write<Q extends Record<string, Query<unknown>>>(
  db: D1Database,
  writes: readonly Write[],
  readBack: Q,
): Promise<Answers<Q>> {
  const names = Object.keys(readBack)
  const statements = [...writes, ...Object.values(readBack).map((query) => query.statement)]
  const results = await twice(() => db.batch<Row>(statements))
  const answers = names.map((name, i) => [
    name,
    readBack[name]?.read(results[writes.length + i]?.results ?? []),
  ])
  // Object.fromEntries forgets the names; they are those of `readBack`, each read by its own query.
  return Object.fromEntries(answers) as Answers<Q>
}

async function twice<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch {
    return attempt()
  }
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
  if (found === undefined) throw new Error(`Column ${column} holds an unknown value`)
  return found
}

export function texts(row: Row, column: string): readonly string[] {
  const value: unknown = JSON.parse(text(row, column))
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error(`Column ${column} is not a list of texts`)
  }
  return value
}

/** A page of a list by keyset: the rows, and the key after which the next page starts. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** Reads up to `size` of `size + 1` rows; one more means that there is a next page. */
export function page<T>(
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
