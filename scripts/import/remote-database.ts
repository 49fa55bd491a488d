import { fail } from '../failure.ts'
import { queryAll } from '../remote/cloudflare.ts'

/** wrangler gets the statements as one argument, which Linux limits to 128 KiB. */
const longest = 90_000

/**
 * The database in production, with the methods that `read` and `write` of src/store/database.ts use. A batch that is too long
 * for one call of wrangler is split, so it is not a transaction: only for statements that may be executed twice.
 */
export function remoteDatabase(title: string): D1Database {
  const database = {
    prepare: (text: string) => new Statement(text, []),
    batch: async (statements: readonly Statement[]) =>
      callsOf(statements.map((one) => one.literal())).flatMap((call) =>
        queryAll(title, call).map((results) => ({ results, meta: { changes: 0 } })),
      ),
  }
  // `read` and `write` use no other method.
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

  /** With its values as literals. A question mark in a text of the statement itself is not a placeholder. */
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
