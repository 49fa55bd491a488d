import { SizedMap } from '../values/sized-map.ts'
import type { Seconds } from '../values/time.ts'
import { type CallFailure, callOut } from './outgoing.ts'

/** In bytes. */
const longestDocument = 65_536
const mostKept = 2 * 1024 * 1024
/** Size of an entry without its document. */
const entrySize = 1024

/** How long a document is fresh, how soon it may be fetched again, and how long a failure is remembered. In seconds. */
const goodFor: Seconds = 600
const notAgainWithin: Seconds = 30

/** Longer than a call can take: an aborted request leaves a call behind that never ends. */
const longestFlight: Seconds = 10

interface Good<T> {
  readonly value: T
  readonly at: Seconds
  readonly size: number
}

interface Entry<T> {
  readonly good: Good<T> | undefined
  readonly failed: { readonly failure: CallFailure; readonly at: Seconds } | undefined
}

interface Flight<T> {
  readonly entry: Promise<Entry<T>>
  readonly since: Seconds
}

export interface Reading {
  readonly url: string
  readonly issuer: string
  readonly now: Seconds
  readonly client: string
  /** Keeps the call running when the request that started it is aborted: others wait for it. */
  readonly keepAlive: (call: Promise<unknown>) => void
}

/**
 * JSON documents of other servers, cached in this isolate. However many requests need one, only one at a time fetches it, a
 * failure is remembered, and the cache is bounded in bytes: strangers decide how often a document is needed.
 */
export class Documents<T> {
  readonly #name: string
  readonly #parse: (document: unknown) => T
  readonly #longest: number
  readonly #entries = new SizedMap<Entry<T>>(mostKept)
  readonly #flights = new Map<string, Flight<T>>()

  /** `parse` throws for an invalid document. */
  constructor(call: string, parse: (document: unknown) => T, longest: number = longestDocument) {
    this.#name = call
    this.#parse = parse
    this.#longest = longest
  }

  /** The document, ten minutes old at most. */
  async read(reading: Reading): Promise<T | CallFailure> {
    const { good } = this.#entries.get(reading.url) ?? {}
    if (good !== undefined && reading.now - good.at < goodFor) return good.value
    return this.#outcome(await this.#renewed(reading), reading.now)
  }

  /** For a reader who misses something in it: fetched again, unless that was tried in the last 30 seconds. */
  async reread(reading: Reading): Promise<T | CallFailure> {
    return this.#outcome(await this.#renewed(reading), reading.now)
  }

  #outcome({ good, failed }: Entry<T>, now: Seconds): T | CallFailure {
    if (good !== undefined && now - good.at < goodFor) return good.value
    return failed?.failure ?? 'unreachable'
  }

  async #renewed(reading: Reading): Promise<Entry<T>> {
    const { url, now } = reading
    const known = this.#entries.get(url)
    const triedAt = Math.max(known?.good?.at ?? -Infinity, known?.failed?.at ?? -Infinity)
    if (known !== undefined && now - triedAt < notAgainWithin) return known
    const flight = this.#flights.get(url)
    if (flight !== undefined && now - flight.since < longestFlight) return landed(flight.entry, known)
    const entry = this.#call(reading, known?.good).finally(() => this.#flights.delete(url))
    this.#flights.set(url, { entry, since: now })
    reading.keepAlive(entry)
    return entry
  }

  async #call({ url, issuer, now, client }: Reading, good: Good<T> | undefined): Promise<Entry<T>> {
    const called = await callOut({
      url,
      issuer,
      headers: { Accept: 'application/json' },
      longest: this.#longest,
      about: { call: this.#name, client },
    })
    const entry = called.ok
      ? this.#readBody(called.body, good, now)
      : { good, failed: { failure: called.failure, at: now } }
    this.#entries.set(url, entry, entrySize + url.length + (entry.good?.size ?? 0))
    return entry
  }

  /** An invalid document leaves the previous one in place. */
  #readBody(body: Uint8Array, good: Good<T> | undefined, now: Seconds): Entry<T> {
    try {
      const value = this.#parse(JSON.parse(new TextDecoder().decode(body)))
      return { good: { value, at: now, size: body.byteLength }, failed: undefined }
    } catch {
      return { good, failed: { failure: 'answer', at: now } }
    }
  }
}

/** The call of another request, for as long as it can take. */
async function landed<T>(entry: Promise<Entry<T>>, known: Entry<T> | undefined): Promise<Entry<T>> {
  const waiting = new AbortController()
  const late = scheduler
    .wait(longestFlight * 1000, { signal: waiting.signal })
    .then(() => known ?? { good: undefined, failed: undefined })
  late.catch(() => undefined)
  try {
    return await Promise.race([entry, late])
  } finally {
    waiting.abort()
  }
}
