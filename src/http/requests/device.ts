import type { NetworkOrigin } from '../../store/origin.ts'
import type { Context } from '../context.ts'
import { originOf } from '../peer.ts'

/** Where the device is that sent this request: hashed, to count those of one network, and in words for a person to compare. */
export function deviceIn(c: Context): { readonly origin: NetworkOrigin; readonly place: string | undefined } {
  const { city, country } = c.req.raw.cf ?? {}
  const names = [city, country].filter((name) => typeof name === 'string')
  const place = names.length === 0 ? undefined : names.join(', ').slice(0, 100)
  return { origin: originOf(c, 'device-address'), place }
}
