import { combined, integer, none, type Page, prefixEnd, type Query, type Row, text } from './database.ts'
import { always, and, commaSeparated, raw, type Sql, sql, statement, type Value } from './sql.ts'

/** Rows of a list are counted up to this, however many there are. One more means that there are more. */
export const mostCounted = 1000

/** An order that an index answers: by a key that is never null, and where it is the same, by an id that is unique. */
export interface Order {
  readonly key: Sql
  readonly type: 'text' | 'integer'
  /** None: the key is unique itself. */
  readonly id?: Sql
}

interface Range {
  readonly from?: string | number | undefined
  readonly below?: string | number | undefined
}

/** The chosen page of a list. */
export interface Chosen<S extends string> {
  /** The start of the page: the last row of the one before. Empty or invalid: the beginning. */
  readonly after: string
  readonly size: number
  readonly sort: Sort<S>
}

/** By time, and by id within a second. */
export function byTime(key: Sql, id: Sql): Order {
  return { key, type: 'integer', id }
}

/** The chosen order of a list, and its direction. */
export interface Sort<S extends string> {
  readonly by: S
  readonly descending: boolean
}

export interface Listing {
  /** The columns that `read` needs. */
  readonly columns: Sql
  /** The table, with its joins. */
  readonly from: Sql
  /** The same without the joins that neither add nor remove a row. False: nobody needs the number. */
  readonly counted?: Sql | false
  readonly where?: Sql
  /** Limits of the keys: from the one on, and below the other. */
  readonly range?: Range
  readonly order: Order
}

/**
 * A page of a list, and the number of rows from its start on. The rows that share the key of the page before have a statement of
 * their own: each of the two starts right there in the index, also where the key is an expression.
 */
export function listed<T>(
  db: D1Database,
  listing: Listing,
  { after, size, sort: { descending } }: Chosen<string>,
  read: (row: Row) => T,
): Query<Page<T>> {
  const { columns, from, counted = from, where = always, range, order } = listing
  const { key, id } = order
  const place = placeIn(order, after)
  const beyond = raw(descending ? '<' : '>')
  const later = and(laterThan(order, descending, place, range), where)
  const same = place && id && and(sql`${key} = ${place[0]} AND ${id} ${beyond} ${place[1]}`, where)
  const select = (condition: Sql, by: Sql): Query<readonly Row[]> => ({
    statement: statement(
      db,
      sql`SELECT ${columns}, ${orderColumns(order)} FROM ${from} WHERE ${condition} ORDER BY ${by} LIMIT ${size + 1}`,
    ),
    read: (rows) => rows,
  })
  const count = (from: Sql, condition: Sql) =>
    sql`(SELECT count(*) FROM (SELECT 1 FROM ${from} WHERE ${condition} LIMIT ${mostCounted + 1}))`
  const rest: Query<number | undefined> =
    counted === false
      ? none
      : {
          statement: statement(
            db,
            sql`SELECT ${count(counted, later)} ${same ? sql`+ ${count(counted, same)}` : sql``} AS counted`,
          ),
          read: ([row]) => (row === undefined ? 0 : integer(row, 'counted')),
        }
  const direction = raw(descending ? 'DESC' : 'ASC')
  const noRows: Query<readonly Row[]> = combined({}, () => [])
  return combined(
    {
      same: same && id ? select(same, sql`${id} ${direction}`) : noRows,
      later: select(later, orderBy(order, descending)),
      rest,
    },
    ({ same, later, rest }) => ({ ...pageIn(order, size, read)([...same, ...later]), rest }),
  )
}

/** One bound on each side at most, so that the index starts and ends right there. */
function laterThan(
  { key, type }: Order,
  descending: boolean,
  place: Place | undefined,
  range: Range = {},
): Sql {
  const beginning = type === 'text' ? '' : -1
  const end = type === 'text' ? prefixEnd('') : Number.MAX_SAFE_INTEGER
  const { from, below } = range
  if (descending) {
    const above = from === undefined ? always : sql`${key} >= ${from}`
    return and(sql`${key} < ${place?.[0] ?? below ?? end}`, above)
  }
  const above =
    place === undefined && from !== undefined
      ? sql`${key} >= ${from}`
      : sql`${key} > ${place?.[0] ?? beginning}`
  return and(above, below === undefined ? always : sql`${key} < ${below}`)
}

/** The columns `order_key` and `order_id`, from which `pageIn` makes the place of the next page. */
export function orderColumns({ key, id = sql`''` }: Order): Sql {
  return sql`${key} AS order_key, ${id} AS order_id`
}

export function orderBy({ key, id }: Order, descending: boolean): Sql {
  const direction = raw(descending ? 'DESC' : 'ASC')
  return id === undefined ? sql`${key} ${direction}` : sql`${key} ${direction}, ${id} ${direction}`
}

/** The same order of a subquery that has the `orderColumns`. */
export function orderOfFound({ type, id }: Order): Order {
  return { type, key: sql`order_key`, ...(id && { id: sql`order_id` }) }
}

/** Whether a row comes after a page. An index answers it where the key is a column. */
export function isAfter(order: Order, descending: boolean, after: string): Sql {
  const { key, id } = order
  const place = placeIn(order, after)
  if (id === undefined || place === undefined) return laterThan(order, descending, place)
  return sql`(${key}, ${id}) ${raw(descending ? '<' : '>')} (${commaSeparated(place)})`
}

/** Reads up to `size` of `size + 1` rows with `orderColumns`. */
export function pageIn<T>(order: Order, size: number, read: (row: Row) => T) {
  return (rows: readonly Row[]): Page<T> => {
    const last = rows[size - 1]
    const next = rows.length > size && last !== undefined ? placeOf(order, last) : undefined
    return { items: rows.slice(0, size).map(read), next }
  }
}

/** The place after this row. */
export function placeOf({ type, id }: Order, row: Row): string {
  const key = type === 'text' ? text(row, 'order_key') : String(integer(row, 'order_key'))
  return id === undefined ? key : `${key}\n${text(row, 'order_id')}`
}

type Place = readonly [Value, string]

function placeIn({ type, id }: Order, after: string): Place | undefined {
  if (after === '') return undefined
  const end = id === undefined ? after.length : after.indexOf('\n')
  const key = end < 0 ? after : after.slice(0, end)
  if (type === 'integer' && !/^[0-9]{1,12}$/.test(key)) return undefined
  return [type === 'text' ? key : Number(key), end < 0 ? '' : after.slice(end + 1)]
}
