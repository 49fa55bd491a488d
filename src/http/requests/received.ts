import { isMacOf, mac } from '../../secrets/derived-keys.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { presentedVisit, visit } from '../sign-in/session.ts'

/**
 * The pending request travels in its own URL. The time when it was first sent to sign-in is at the end of the query, signed
 * together with all of it and for this browser: a sign-in after that time satisfies `prompt=login` (OIDC Core §3.1.2.1), and
 * nobody can move the time, or pass a request from another browser to a person who has signed in since.
 */
const marker = /&received=([0-9]{1,12})\.([A-Za-z0-9_-]{43})$/

/** A request that was open for longer starts again. */
const longestWait = 3600

export interface PendingQuery {
  /** The client's parameters, without our addition. */
  readonly query: string
  readonly receivedAt: Seconds | undefined
}

export function readPendingQuery(c: Context): PendingQuery {
  const raw = new URL(c.req.url).search.slice(1)
  const [noted, time, signature] = marker.exec(raw) ?? []
  if (noted === undefined || time === undefined) return { query: raw, receivedAt: undefined }
  const query = raw.slice(0, -noted.length)
  const receivedAt = Number(time)
  const browser = presentedVisit(c)
  const isOurs =
    browser !== undefined &&
    isMacOf(c.var.config.keyRing, 'received', textOf(browser, query, receivedAt), signature ?? '')
  const isFresh = c.var.now - receivedAt <= longestWait
  return { query, receivedAt: isOurs && isFresh ? receivedAt : undefined }
}

/** The path of the pending request, with the time at which it was received. */
export function pendingPath(c: Context, query: string, receivedAt: Seconds): string {
  const signature = mac(c.var.config.keyEncryptionSecret, 'received', textOf(visit(c), query, receivedAt))
  return `${c.var.paths.authorize}?${query}&received=${receivedAt}.${signature}`
}

/** The visit stays the same when somebody signs in; the session does not. */
function textOf(browser: string, query: string, receivedAt: Seconds): string {
  return `${receivedAt}\n${browser}\n${query}`
}
