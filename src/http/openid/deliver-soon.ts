import { deliverLogouts } from '../../acts/openid/deliver-logouts.ts'
import type { Context } from '../context.ts'
import { inBackground } from '../log.ts'

/** After sessions ended: notifies applications now, in the background, instead of waiting for the schedule. */
export function deliverLogoutsSoon(c: Context): void {
  const { config, now } = c.var
  inBackground(c, 'deliver_logouts', deliverLogouts(c.env.DB, config, now))
}
