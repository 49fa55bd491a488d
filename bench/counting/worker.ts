// Wraps a Worker and counts its D1 and KV calls, without changing it. The build replaces the import `counted-worker` with the
// Worker. POST /counts resets the counts, GET /counts returns `Counts`. From POST /round-trips until GET /round-trips, which
// returns `RoundTrips`, statements are recorded.
import worker from 'counted-worker'
import { type Counts, noCounts, type RoundTrips, type Statement } from './counts.ts'

let counts: Counts = { ...noCounts }
let recorded: RoundTrips | undefined
const add = (name: keyof Counts, by: number) => {
  counts[name] += by
}

function countResult<T extends D1Result>(result: T): T {
  add('statements', 1)
  add('rowsRead', result.meta.rows_read)
  add('rowsWritten', result.meta.rows_written)
  add('d1Bytes', sizeOf(JSON.stringify(result.results)))
  return result
}

/** The real statements behind the returned wrappers. */
const statements = new WeakMap<D1PreparedStatement, D1PreparedStatement>()
const texts = new WeakMap<
  D1PreparedStatement,
  { readonly text: string; readonly values: readonly unknown[] }
>()

function beginTrip(list: readonly D1PreparedStatement[]): void {
  add('d1Calls', 1)
  if (recorded === undefined) return
  recorded = [...recorded, list.map(recordableOf)]
}

function countStatement(
  statement: D1PreparedStatement,
  text: string,
  values: unknown[],
): D1PreparedStatement {
  const all = async <T>() => {
    beginTrip([counted])
    return countResult(await statement.all<T>())
  }
  async function first(column?: string) {
    const [row] = (await all<Record<string, unknown>>()).results
    return column === undefined ? (row ?? null) : (row?.[column] ?? null)
  }
  const raw = () => {
    throw new Error('`raw` is not counted: it tells nothing of the rows')
  }
  const bind = (...bound: unknown[]) => countStatement(statement.bind(...bound), text, bound)
  const counted: D1PreparedStatement = withMethods(statement, { bind, all, run: all, first, raw })
  statements.set(counted, statement)
  texts.set(counted, { text, values })
  return counted
}

function countDatabase(db: D1Database): D1Database {
  return withMethods(db, {
    prepare: (query: string) => countStatement(db.prepare(query), query, []),
    async batch<T>(list: D1PreparedStatement[]) {
      beginTrip(list)
      const results = await db.batch<T>(list.map((statement) => statements.get(statement) ?? statement))
      return results.map(countResult)
    },
  })
}

function countNamespace(namespace: KVNamespace): KVNamespace {
  const counted = ['get', 'getWithMetadata', 'put', 'delete', 'list'].map((name) => {
    const method = (...args: readonly unknown[]) => {
      add('kvCalls', 1)
      if (name.startsWith('get')) add('kvReads', 1)
      if (name === 'put') add('kvBytes', sizeOf(args[1]))
      return Reflect.apply(Reflect.get(namespace, name), namespace, args)
    }
    return [name, method]
  })
  return withMethods(namespace, Object.fromEntries(counted))
}

/** The same object with other methods. The platform's own methods must be called on their object. */
function withMethods<T extends object>(object: T, methods: Readonly<Record<string, unknown>>): T {
  return new Proxy(object, {
    get(target, name) {
      if (typeof name === 'string' && name in methods) return methods[name]
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** In JSON. No page binds bytes. */
function recordableOf(statement: D1PreparedStatement): Statement {
  const { text = '', values = [] } = texts.get(statement) ?? {}
  if (text === '' || !values.every(isPlain)) throw new Error(`Not recordable: ${text}`)
  return { text, values }
}

function isPlain(value: unknown): value is Statement['values'][number] {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length
  return value instanceof ArrayBuffer ? value.byteLength : 0
}

function countBindings(env: object): object {
  const bindings = Object.entries(env).map(([name, value]) => {
    if (value?.constructor.name === 'D1Database') return [name, countDatabase(value)]
    return [name, value?.constructor.name === 'KvNamespace' ? countNamespace(value) : value]
  })
  return Object.fromEntries(bindings)
}

/** A Worker may cache by its bindings, so they stay the same object. */
let counted: object | undefined

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === '/round-trips') {
      const answer = Response.json(recorded ?? [])
      recorded = request.method === 'POST' ? [] : undefined
      return answer
    }
    if (pathname === '/counts') {
      if (request.method === 'POST') counts = { ...noCounts }
      return Response.json(counts)
    }
    counted ??= countBindings(env)
    return worker.fetch(request, counted, ctx)
  },
  async scheduled(controller, env, ctx) {
    counted ??= countBindings(env)
    await worker.scheduled?.(controller, counted, ctx)
  },
} satisfies ExportedHandler<object>
