interface Kept<V> {
  readonly value: V
  readonly size: number
}

/** A cache between requests, limited by total size: the least recently used entry goes first. */
export class SizedMap<V> {
  readonly #most: number
  readonly #kept = new Map<string, Kept<V>>()
  #size = 0

  /** `most` has the unit of the sizes. */
  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#size
  }

  get(key: string): V | undefined {
    const known = this.#kept.get(key)
    if (known === undefined) return undefined
    // A map keeps insertion order, so the least recently used key is the first.
    this.#kept.delete(key)
    this.#kept.set(key, known)
    return known.value
  }

  set(key: string, value: V, size: number): void {
    this.delete(key)
    if (size > this.#most) return
    this.#kept.set(key, { value, size })
    this.#size += size
    for (const [oldest] of this.#kept) {
      if (this.#size <= this.#most) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    this.#size -= this.#kept.get(key)?.size ?? 0
    this.#kept.delete(key)
  }
}
