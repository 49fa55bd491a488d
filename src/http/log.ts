import type { Next } from 'hono'
import { parseTraceId } from '../values/trace-context.ts'
import { type Context, learn, type Noted } from './context.ts'

/** The first word on error and reason stays: a page that tells of a failure is no news. */
export function note(c: Context, facts: Noted): void {
  learn(c, { noted: { ...facts, ...c.var.noted } })
}

/** Writes the line of a request at its end. Around everything else. */
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
    // The pattern: a path that nothing is at may hold anything.
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

/** Of what was thrown. Messages quote what they are about, so whatever could be a secret or a token is left out. */
export function failureOf(error: Error): Noted {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const reason = `${error.name}: ${redact(error.message)}`.slice(0, 300)
  return { reason, stack: frames.slice(0, 5).map((line) => line.trim()) }
}

/** Our own secrets are 22 characters and more, in letters of both cases and digits; the names in SQL are not. */
function redact(text: string): string {
  return text.replaceAll(/[\w+/~=.%-]{16,}/g, (word) => (/^[a-z_.]+$/.test(word) ? word : '[…]'))
}

/** Work that nobody waits for. When it fails, only the log says so. */
export function inBackground(c: Context, what: string, work: Promise<unknown>): void {
  const { reference } = c.var
  const failed = (error: Error) =>
    console.error(JSON.stringify({ event: 'background_failed', reference, what, ...failureOf(error) }))
  c.executionCtx.waitUntil(work.catch(failed))
}
