import { env } from 'cloudflare:workers'

/** A statement, with the rows that it read and wrote, including indexes, as D1 bills them. */
export interface CountedStatement {
  readonly sql: string
  readonly read: number
  readonly written: number
}

export interface CountedRows {
  readonly db: D1Database
  /** Each batch since `reset`, in the order of the answers. */
  readonly batches: readonly (readonly CountedStatement[])[]
  reset(): void
}

/** Counts rows by statement. `CODES` is counted by `counted` of faults.ts. */
export function countedRows(): CountedRows {
  const texts = new WeakMap<D1PreparedStatement, string>()
  const batches: CountedStatement[][] = []
  const db = new Proxy(env.DB, {
    get(target, property) {
      if (property === 'prepare') return (sql: string) => named(target.prepare(sql), sql, texts)
      if (property === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements)
          batches.push(
            results.map(({ meta }, index) => {
              const statement = statements[index]
              const sql = (statement && texts.get(statement)) ?? ''
              return { sql, read: meta.rows_read, written: meta.rows_written }
            }),
          )
          return results
        }
      }
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { db, batches, reset: () => batches.splice(0) }
}

function named(statement: D1PreparedStatement, sql: string, texts: WeakMap<D1PreparedStatement, string>) {
  const bind = statement.bind.bind(statement)
  texts.set(statement, sql)
  statement.bind = (...values) => {
    const bound = bind(...values)
    texts.set(bound, sql)
    return bound
  }
  return statement
}

/** One line per statement, shown when a budget is exceeded. */
export function listed(batches: CountedRows['batches']): string {
  return batches
    .map((batch) =>
      batch
        .map(
          ({ sql, read, written }) =>
            `${read} read, ${written} written: ${sql.replaceAll(/\s+/g, ' ').slice(0, 110)}`,
        )
        .join('\n'),
    )
    .join('\n---\n')
}
