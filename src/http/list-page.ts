import type { Context } from './context.ts'

/** How many rows a page of a list has. */
export const pageSize = 25

/** Which part of a list is asked for. Longer than any name or key (NFKC makes up to 18 of one), it finds nothing anyway. */
export function readPlace(c: Context): { readonly search: string; readonly after: string } {
  return {
    search: (c.req.query('name') ?? '').trim().slice(0, 100),
    after: (c.req.query('after') ?? '').slice(0, 2000),
  }
}
