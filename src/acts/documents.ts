import { freshnessOf } from '../values/freshness.ts'
import { SizedMap } from '../values/sized-map.ts'
import type { Seconds } from '../values/time.ts'
import { type Called, type CallFailure, callOut } from './outgoing.ts'

type Answered = Extract<Called, { readonly ok: true }>

/** In bytes. */
const longestDocument = 65_536
const mostKept = 2 * 1024 * 1024
/** Size of an entry without its document. */
const entrySize = 1024

/** How long a document is used at most, whatever its headers say; and when they say nothing. */
const longestFresh: Seconds = 600
/** How soon it may be fetched again, and how long a failure is remembered. */
const notAgainWithin: Seconds = 30
/** In characters: a longer tag is not kept. */
const longestEtag = 200

/** Longer than a call can take: an aborted request leaves a call behind that never ends. */
const longestFlight: Seconds = 10

interface Good<T> {
  readonly value: T
  readonly at: Seconds
  /** From the headers, within our bounds. */
  readonly freshFor: Seconds
  readonly etag: string | undefined
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

interface Limits {
  /** In bytes. */
  readonly longest?: number
  /** Only 200, and `application/json` or a media type that ends in `+json`. */
  readonly jsonOnly?: boolean
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
  readonly #limits: Limits
  readonly #entries = new SizedMap<Entry<T>>(mostKept)
  readonly #flights = new Map<string, Flight<T>>()

  /** `parse` throws for an invalid document. */
  constructor(call: string, parse: (document: unknown) => T, limits: Limits = {}) {
    this.#name = call
    this.#parse = parse
    this.#limits = limits
  }

  /** The document, as old as its headers allow, ten minutes at most. */
  async read(reading: Reading): Promise<T | CallFailure> {
    const { good } = this.#entries.get(reading.url) ?? {}
    if (good !== undefined && isFresh(good, reading.now)) return good.value
    return this.#outcome(await this.#renewed(reading), reading.now)
  }

  /** For a reader who misses something in it: fetched again, unless that was tried in the last 30 seconds. */
  async reread(reading: Reading): Promise<T | CallFailure> {
    return this.#outcome(await this.#renewed(reading), reading.now)
  }

  /** Whether reading it now sends a request. */
  isNeeded(url: string, now: Seconds): boolean {
    const entry = this.#entries.get(url)
    if (entry?.good !== undefined && isFresh(entry.good, now)) return false
    return entry === undefined || now - triedAt(entry) >= notAgainWithin
  }

  /**
   * For a reader who finds that the document is not valid: it is not kept longer than a failure, and not by its `ETag`
   * (draft-ietf-oauth-client-id-metadata-document-03 §5.2).
   */
  distrust(url: string): void {
    const entry = this.#entries.get(url)
    if (entry?.good === undefined) return
    const good = { ...entry.good, freshFor: notAgainWithin, etag: undefined }
    this.#entries.set(url, { ...entry, good }, sizeOf(url, good))
  }

  #outcome({ good, failed }: Entry<T>, now: Seconds): T | CallFailure {
    if (good !== undefined && isFresh(good, now)) return good.value
    return failed?.failure ?? 'unreachable'
  }

  async #renewed(reading: Reading): Promise<Entry<T>> {
    const { url, now } = reading
    const known = this.#entries.get(url)
    if (known !== undefined && now - triedAt(known) < notAgainWithin) return known
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
      headers: {
        Accept: 'application/json',
        ...(good?.etag === undefined ? {} : { 'If-None-Match': good.etag }),
      },
      longest: this.#limits.longest ?? longestDocument,
      about: { call: this.#name, client },
    })
    const entry = called.ok
      ? this.#readBody(called, good, now)
      : { good, failed: { failure: called.failure, at: now } }
    this.#entries.set(url, entry, sizeOf(url, entry.good))
    return entry
  }

  /** An invalid document leaves the previous one in place. */
  #readBody(called: Answered, good: Good<T> | undefined, now: Seconds): Entry<T> {
    const { status, headers, body } = called
    const told = freshnessOf(headers, now)
    if (status === 304 && good !== undefined) {
      // RFC 9111 §4.3.4: headers that a 304 leaves out stay as they were.
      const freshFor = told === undefined ? good.freshFor : bounded(told)
      return { good: { ...good, at: now, freshFor }, failed: undefined }
    }
    try {
      if (this.#limits.jsonOnly && !isJson(called)) throw new Error('Not 200 with JSON')
      const value = this.#parse(JSON.parse(new TextDecoder().decode(body)))
      const tag = headers.get('etag') ?? undefined
      const etag = tag !== undefined && tag.length <= longestEtag ? tag : undefined
      const freshFor = bounded(told ?? longestFresh)
      return { good: { value, at: now, freshFor, etag, size: body.byteLength }, failed: undefined }
    } catch {
      return { good, failed: { failure: 'answer', at: now } }
    }
  }
}

function triedAt({ good, failed }: Entry<unknown>): Seconds {
  return Math.max(good?.at ?? -Infinity, failed?.at ?? -Infinity)
}

function isFresh({ at, freshFor }: Good<unknown>, now: Seconds): boolean {
  return now - at < freshFor
}

/** A document neither causes a request each time nor is used for long. */
function bounded(freshFor: Seconds): Seconds {
  return Math.min(Math.max(freshFor, notAgainWithin), longestFresh)
}

function isJson({ status, headers }: Answered): boolean {
  const type = headers.get('content-type')?.split(';')[0]?.trim() ?? ''
  return status === 200 && /^application\/([\w.!#$&^-]+\+)?json$/i.test(type)
}

function sizeOf(url: string, good: Good<unknown> | undefined): number {
  return entrySize + url.length + (good?.size ?? 0)
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
