import { env } from 'cloudflare:workers'

/** Faults are injected at the bindings: everything above them is the real thing. */

/** Every batch is sent twice, as after a lost answer; the caller gets the second answer. */
export function everyBatchTwice(db: D1Database = env.DB): D1Database {
  return overBatch(db, async (send) => {
    await send()
    return send()
  })
}

/** The first answer of every batch is lost after it happened; sent again, it is answered. */
export function everyFirstAnswerLost(db: D1Database = env.DB): D1Database {
  const sent = new WeakSet<readonly D1PreparedStatement[]>()
  return overBatch(db, async (send, statements) => {
    const answer = await send()
    if (sent.has(statements)) return answer
    sent.add(statements)
    throw new Error('Network connection lost')
  })
}

/**
 * Every batch that changes something takes effect, and is never answered, however often it is sent. `only`: if one of its statements
 * is like this.
 */
export function everyWriteUnanswered(db: D1Database = env.DB, only = /^/): D1Database {
  const lost = new WeakSet<readonly D1PreparedStatement[]>()
  return overBatch(db, async (send, statements) => {
    const answer = await send()
    const isMeant = statements.some((prepared) => only.test(textOf(prepared)))
    if (isMeant && answer.some(({ meta }) => meta.changed_db)) lost.add(statements)
    if (lost.has(statements)) throw new Error('Network connection lost')
    return answer
  })
}

/**
 * Another person's act between a request's reads and its writes. Most requests read in their first batch and write in their
 * second; `writing` is the number of the batch that writes.
 */
export function betweenReadAndWrite(
  act: () => Promise<unknown>,
  db: D1Database = env.DB,
  writing = 2,
): D1Database {
  let batches = 0
  return overBatch(db, async (send) => {
    if (++batches === writing) await act()
    return send()
  })
}

/**
 * The same, before the first batch that changes something, however many precede it. `writing`: the beginning of the decisive
 * statement, for a request that counts its attempts first.
 */
export function beforeFirstWrite(
  act: () => Promise<unknown>,
  db: D1Database = env.DB,
  writing = /^\s*(INSERT|UPDATE|DELETE)\b/i,
): D1Database {
  let isDone = false
  return overBatch(db, async (send, statements) => {
    const isWrite = statements.some((prepared) => writing.test(textOf(prepared)))
    if (isWrite && !isDone) {
      isDone = true
      await act()
    }
    return send()
  })
}

/** The SQL of a statement: D1's objects have it, though their type does not declare it. */
function textOf(prepared: D1PreparedStatement): string {
  const text: unknown = Reflect.get(prepared, 'statement')
  if (typeof text !== 'string') throw new Error('A statement of D1 does not tell its SQL any more')
  return text
}

export interface Counted {
  readonly db: D1Database
  readonly kv: KVNamespace
  counts: { reads: number; writes: number; gets: number; puts: number }
}

/** Counts round trips. A batch with any changing statement is a write. */
export function counted(): Counted {
  const zero = { reads: 0, writes: 0, gets: 0, puts: 0 }
  const result: Counted = {
    counts: { ...zero },
    db: overBatch(env.DB, async (send) => {
      const answer = await send()
      if (answer.some(({ meta }) => meta.changed_db)) result.counts.writes++
      else result.counts.reads++
      return answer
    }),
    kv: overKv({
      get: (real, key) => {
        result.counts.gets++
        return real.get(key, 'json')
      },
      put: () => {
        result.counts.puts++
      },
    }),
  }
  return result
}

/** The fault of one call: `before` it took effect, `after` it did with its answer lost, or it is slow. */
export type Fault = 'before' | 'after' | 'slow'

export interface Faults {
  readonly db: D1Database
  readonly kv: KVNamespace
  /**
   * From now on the call number `call` (from 1, D1 batches and KV calls in the order in which they start) gets the first of
   * `faults`; when it is sent again, the next.
   */
  arm(call: number, faults: readonly Fault[]): void
  disarm(): void
  /** Calls since it was armed. A batch that is sent again is one call. */
  readonly calls: number
}

/** A new binding each time, so that the isolate has no cache for it. */
export function faults(): Faults {
  let armed: { readonly call: number; readonly left: Fault[] } | undefined
  let calls = 0
  let known = new Map<unknown, number>()
  async function meet<T>(identity: unknown, send: () => Promise<T>): Promise<T> {
    const call = known.get(identity) ?? ++calls
    known.set(identity, call)
    const fault = armed?.call === call ? armed.left.shift() : undefined
    if (fault === 'before') throw new Error('Network connection lost')
    if (fault === 'slow') await scheduler.wait(50)
    const answer = await send()
    if (fault === 'after') throw new Error('Network connection lost')
    return answer
  }
  return {
    db: overBatch(env.DB, (send, statements) => meet(statements, send)),
    kv: new Proxy(env.CODES, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        if (property !== 'get' && property !== 'put') return value.bind(target)
        return (...args: unknown[]) => meet({}, () => value.apply(target, args))
      },
    }),
    arm(call, left) {
      armed = { call, left: [...left] }
      calls = 0
      known = new Map()
    },
    disarm() {
      armed = undefined
    },
    get calls() {
      return calls
    },
  }
}

/** An unreachable database. */
export const databaseThatThrows = () =>
  overBatch(env.DB, () => Promise.reject(new Error('D1_ERROR: internal error')))

type Send = () => Promise<D1Result<Record<string, unknown>>[]>

type Around = (send: Send, statements: readonly D1PreparedStatement[]) => ReturnType<Send>

function overBatch(db: D1Database, around: Around): D1Database {
  return new Proxy(db, {
    get(target, property) {
      if (property === 'batch') {
        return (statements: D1PreparedStatement[]) =>
          around(() => target.batch<Record<string, unknown>>(statements), statements)
      }
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

interface KvFault {
  readonly get: (real: KVNamespace, key: string) => Promise<unknown>
  readonly put?: () => void
}

export function overKv(fault: KvFault): KVNamespace {
  return new Proxy(env.CODES, {
    get(target, property) {
      if (property === 'get') return (key: string) => fault.get(target, key)
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property === 'put') fault.put?.()
      return value.bind(target)
    },
  })
}

export const kvThatMisses = () => overKv({ get: async () => null })

export const kvThatThrows = () =>
  overKv({
    get: async () => {
      throw new Error('KV is out')
    },
  })

/** Answers every key with the value of the first requested key. */
export const kvThatIsStale = () => {
  let first: Promise<unknown> | undefined
  return overKv({
    get: (real, key) => {
      first ??= real.get(key, 'json')
      return first
    },
  })
}
