import { deliverLogouts } from '../../acts/openid/deliver-logouts.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'

/** After sessions ended: applications hear of it now, while nobody waits, and not only when the schedule comes. */
export function deliverLogoutsSoon(c: Context): void {
  const { config, now } = c.var
  inBackground(c, 'deliver_logouts', deliverLogouts(c.env.DB, config, now))
}
