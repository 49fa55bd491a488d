import type { Context } from '../../http/context.ts'
import { refuseMachine } from '../../http/machine-answers.ts'
import { refuse } from '../../rules/refusal.ts'
import { findLogo } from '../../store/clients/logos.ts'
import { read } from '../../store/database.ts'

/** GET /o/logos/{client_id}/{hash}: as it was uploaded, and always a picture. It never changes. */
export async function get(c: Context): Promise<Response> {
  const { clientId = '', hash = '' } = c.req.param()
  const { logo } = await read(c.env.DB, { logo: findLogo(c.env.DB, clientId, hash) })
  if (logo === undefined) return refuseMachine(c, refuse('invalid_request', 'Unknown logo'), 404)
  return new Response(logo.bytes, {
    headers: {
      'Content-Type': logo.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  })
}
