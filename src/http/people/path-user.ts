import type { Context } from '../context.ts'

/** The user in the path, whom the page is about. */
export function userIdOf(c: Context): string {
  return c.req.param('userId') ?? ''
}
