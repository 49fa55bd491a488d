import type { Context } from './context.ts'

/** One JSON line. Never a secret, a code, a token or a query string. */
export function log(
  c: Context,
  event: string,
  fields: Readonly<Record<string, string | number | undefined>> = {},
): void {
  const { method, path } = c.req
  console.log(JSON.stringify({ event, reference: c.var.reference, method, path, ...fields }))
}
