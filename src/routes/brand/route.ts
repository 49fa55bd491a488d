import type { Context } from '../../http/context.ts'
import { brandStyle } from '../../values/brand.ts'

/** GET /brand.css: the operator's colour, after the stylesheet that it changes. Without one there is nothing to change. */
export function get(c: Context): Response {
  const { color } = c.var.config.brand
  return new Response(color === undefined ? '' : brandStyle(color), {
    headers: { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'public, max-age=300' },
  })
}
