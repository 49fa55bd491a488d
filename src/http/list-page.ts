import type { Context } from './context.ts'

/** Number of rows on a page of a list. */
export const pageSize = 25

/** The requested part of a list. Text longer than any name or key (NFKC makes up to 18 characters of one) finds nothing anyway. */
/** The filter of a list in the URL, if the list has it. */
export function readShow<S extends string>(c: Context, known: readonly S[]): S | undefined {
  const asked = c.req.query('show')
  return known.find((one) => one === asked)
}

export function readPlace(c: Context): { readonly search: string; readonly after: string } {
  return {
    search: (c.req.query('name') ?? '').trim().slice(0, 100),
    after: (c.req.query('after') ?? '').slice(0, 2000),
  }
}
