/** A document of the authorization server, cached for a while. */
export interface Remote<T> {
  /** The cached one while it is fresh, otherwise a new one. If that fails, the old one is used for some time. */
  get(): Promise<T>
  /** A newer one than the cached one, if something is missing in it. Undefined when the cached one was loaded a moment ago. */
  newer(): Promise<T | undefined>
}

/** All in seconds. */
export interface Keeping {
  readonly fresh: number
  /** After `fresh`, as long as no new one can be fetched. */
  readonly stale: number
  /** Minimum interval between two calls of `newer`: unknown key ids of a stranger cause few requests. */
  readonly cooldown: number
}

/** Seconds after a failure in which the server is not asked. */
export const pause = 5

/** A Worker can't wait for a promise of another of its requests. */
const isWorkerd = typeof navigator !== 'undefined' && navigator.userAgent === 'Cloudflare-Workers'

export function remote<T>(load: () => Promise<T>, keeping: Keeping, now: () => number): Remote<T> {
  let kept: { readonly value: T; readonly at: number } | undefined
  let failed: { readonly reason: unknown; readonly at: number } | undefined
  let pending: Promise<T> | undefined

  async function loadNow(): Promise<T> {
    try {
      const value = await load()
      kept = { value, at: now() }
      return value
    } catch (reason) {
      failed = { reason, at: now() }
      throw reason
    } finally {
      pending = undefined
    }
  }

  function loadOnce(): Promise<T> {
    if (failed !== undefined && now() - failed.at < pause) return Promise.reject(failed.reason)
    if (isWorkerd) return loadNow()
    pending ??= loadNow()
    return pending
  }

  return {
    async get() {
      const age = kept === undefined ? Number.POSITIVE_INFINITY : now() - kept.at
      if (kept !== undefined && age < keeping.fresh) return kept.value
      try {
        return await loadOnce()
      } catch (reason) {
        if (kept !== undefined && age < keeping.fresh + keeping.stale) return kept.value
        throw reason
      }
    },
    async newer() {
      return kept !== undefined && now() - kept.at < keeping.cooldown ? undefined : loadOnce()
    },
  }
}
