import type { Next } from 'hono'
import { parseTraceId } from '../values/trace-context.ts'
import { type Context, learn, type Noted } from './context.ts'

/** The first error and reason are kept: the error page that follows adds nothing. */
export function note(c: Context, facts: Noted): void {
  learn(c, { noted: { ...facts, ...c.var.noted } })
}

/** Writes the log line of a request at its end. Wraps everything else. */
export async function logRequest(c: Context, next: Next): Promise<void> {
  const startedAt = performance.now()
  await next()
  const { reference, route, noted } = c.var
  const { status } = c.res
  const line = {
    event: 'request',
    reference,
    trace_id: parseTraceId(c.req.header('traceparent')),
    method: c.req.method,
    // The pattern: an unknown path may contain anything.
    route,
    status,
    duration_ms: Math.round(performance.now() - startedAt),
    client_id: noted.client,
    error: noted.error,
    reason: noted.reason,
    stack: noted.stack,
  }
  if (status >= 500) console.error(JSON.stringify(line))
  else console.log(JSON.stringify(line))
}

/** From a thrown error. Messages quote data, so everything that could be a secret or a token is removed. */
export function failureOf(error: Error): Noted {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const reason = `${error.name}: ${redact(error.message)}`.slice(0, 300)
  return { reason, stack: frames.slice(0, 5).map((line) => line.trim()) }
}

/** Our own secrets have 22 characters and more, with letters of both cases and digits; the names in SQL do not. */
function redact(text: string): string {
  return text.replaceAll(/[\w+/~=.%-]{16,}/g, (word) => (/^[a-z_.]+$/.test(word) ? word : '[…]'))
}

/** Background work. A failure is only logged. */
export function inBackground(c: Context, what: string, work: Promise<unknown>): void {
  const { reference } = c.var
  const failed = (error: Error) =>
    console.error(JSON.stringify({ event: 'background_failed', reference, what, ...failureOf(error) }))
  c.executionCtx.waitUntil(work.catch(failed))
}
