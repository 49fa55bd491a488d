import type { NetworkOrigin } from '../../store/origin.ts'
import type { Context } from '../context.ts'
import { originOf } from '../peer.ts'

/** The location of the device that sent this request: hashed, for the limit per network, and in words that a person can compare. */
export function deviceIn(c: Context): { readonly origin: NetworkOrigin; readonly place: string | undefined } {
  const { city, country } = c.req.raw.cf ?? {}
  const names = [city, country].filter((name) => typeof name === 'string')
  const place = names.length === 0 ? undefined : names.join(', ').slice(0, 100)
  return { origin: originOf(c, 'device-address'), place }
}
