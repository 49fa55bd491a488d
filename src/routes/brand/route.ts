import type { Context } from '../../http/context.ts'
import { brandStyle } from '../../values/brand.ts'

/** GET /brand.css: the operator's colour, loaded after the main stylesheet. Without a colour it is empty. */
export function get(c: Context): Response {
  const { color } = c.var.config.brand
  return new Response(color === undefined ? '' : brandStyle(color), {
    headers: { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=300' },
  })
}
