import type { Context } from '../../http/context.ts'

/** GET /.well-known/change-password: where password managers send people (W3C “A Well-Known URL for Changing Passwords”). */
export function get(c: Context): Response {
  return c.redirect(c.var.paths.accountPassword, 302)
}
