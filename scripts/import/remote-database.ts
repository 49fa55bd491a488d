import { fail } from '../failure.ts'
import { queryAll } from '../remote.ts'

/** wrangler gets the statements as one argument, of which Linux takes 128 KiB. */
const longest = 90_000

/**
 * The database in production, as far as `read` and `write` of src/store/database.ts use one. A batch that is too long for one call of
 * wrangler is sent in several, so it is no transaction: this is for what may be executed twice.
 */
export function remoteDatabase(title: string): D1Database {
  const database = {
    prepare: (text: string) => new Statement(text, []),
    batch: async (statements: readonly Statement[]) =>
      callsOf(statements.map((one) => one.literal())).flatMap((call) =>
        queryAll(title, call).map((results) => ({ results, meta: { changes: 0 } })),
      ),
  }
  // `read` and `write` call nothing else of it.
  return database as unknown as D1Database
}

function callsOf(statements: readonly string[]): readonly (readonly string[])[] {
  const calls: string[][] = []
  let bytes = longest
  for (const one of statements) {
    const size = Buffer.byteLength(one) + 2
    if (size > longest) fail(`Stopped: one person or application takes ${size} bytes, which is too much.`)
    bytes += size
    if (bytes > longest) {
      calls.push([])
      bytes = size
    }
    calls.at(-1)?.push(one)
  }
  return calls
}

class Statement {
  readonly #text: string
  readonly #values: readonly unknown[]

  constructor(text: string, values: readonly unknown[]) {
    this.#text = text
    this.#values = values
  }

  bind(...values: readonly unknown[]): Statement {
    return new Statement(this.#text, values)
  }

  /** With its values written out. A question mark in a text of the statement itself is none of a value. */
  literal(): string {
    const values = this.#values.values()
    return this.#text.replaceAll(/'(?:[^']|'')*'|\?/g, (found) =>
      found === '?' ? literal(values.next().value) : found,
    )
  }
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`
}
