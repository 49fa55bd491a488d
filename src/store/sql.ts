/** A value that a statement binds. Never a boolean or undefined: D1 stores the one as a number and refuses the other. */
export type Value = string | number | null | ArrayBuffer

/** SQL together with what it binds. One can be put into another: each value becomes a `?` where it is written. */
export interface Sql {
  readonly text: string
  readonly values: readonly Value[]
}

/** What may be written into a template: a value to bind, or another piece of SQL with its own values. */
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

/** SQL without values that is no template: a list of columns, a table's name. Never anything that a caller sent. */
export function raw(text: string): Sql {
  return { text, values: [] }
}

/** Values with commas between them. */
export function commaSeparated(values: readonly Value[]): Sql {
  return { text: values.map(() => '?').join(', '), values }
}

/** So many values are bound one by one: D1 takes a hundred in a statement. */
const fewValues = 10

/** A table of texts with the one column `value`. Each element of `json_each` is a row that was read, so few are bound one by one. */
export function tableOf(values: readonly string[]): Sql {
  if (values.length === 0 || values.length > fewValues) return sql`json_each(${JSON.stringify(values)})`
  const rows = { text: values.map(() => '(?)').join(', '), values }
  return sql`(SELECT column1 AS value FROM (VALUES ${rows}))`
}

/** A condition that is met: for a write that takes place in any case. */
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
