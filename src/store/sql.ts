/** A value that a statement binds. Never a boolean or undefined: D1 stores the one as a number and refuses the other. */
export type Value = string | number | null | ArrayBuffer

/** SQL together with its bound values. Fragments can be nested: each value becomes a `?` where it is written. */
export interface Sql {
  readonly text: string
  readonly values: readonly Value[]
}

/** A template may contain values to bind, and other fragments with their own values. */
export function sql(parts: TemplateStringsArray, ...given: readonly (Value | Sql)[]): Sql {
  let text = parts[0] ?? ''
  const values: Value[] = []
  given.forEach((one, index) => {
    if (isSql(one)) {
      text += one.text
      values.push(...one.values)
    } else {
      text += '?'
      values.push(one)
    }
    text += parts[index + 1] ?? ''
  })
  return { text, values }
}

/** SQL without values that is not a template: a list of columns, a table's name. Never input of a caller. */
export function raw(text: string): Sql {
  return { text, values: [] }
}

/** Comma-separated values. */
export function commaSeparated(values: readonly Value[]): Sql {
  return { text: values.map(() => '?').join(', '), values }
}

/** Up to this many values are bound one by one: D1 allows a hundred per statement. */
const fewValues = 10

/**
 * A table of texts with the one column `value`. Each element of `json_each` counts as a row read, so few values are bound one
 * by one.
 */
export function tableOf(values: readonly string[]): Sql {
  if (values.length === 0 || values.length > fewValues) return sql`json_each(${JSON.stringify(values)})`
  const rows = { text: values.map(() => '(?)').join(', '), values }
  return sql`(SELECT column1 AS value FROM (VALUES ${rows}))`
}

/** A condition that is always true. */
export const always: Sql = sql`true`

/** All of one or more conditions. One with OR brings its own brackets. */
export function and(...conditions: readonly Sql[]): Sql {
  return conditions.reduce((a, b) => sql`${a} AND ${b}`)
}

export function statement(db: D1Database, { text, values }: Sql): D1PreparedStatement {
  return db.prepare(text).bind(...values)
}

function isSql(given: Value | Sql): given is Sql {
  return typeof given === 'object' && given !== null && 'text' in given
}
