import type { MiddlewareHandler } from 'hono'
import type { AccessToken } from './claims.ts'
import { fetchGuard, type Options } from './fetch.ts'
import type { Needs } from './options.ts'

export { cloudflareCertificate } from './certificate.ts'
export type { AccessToken, AuthorizationDetail, Claims } from './claims.ts'
export type { Certificate } from './credentials.ts'
export type { Options } from './fetch.ts'
export type { Introspection, Needs, ResourceDescription } from './options.ts'

/** `c.get('token')` after the middleware. */
export interface Protected {
  readonly Variables: { token: AccessToken }
}

export type Protection = MiddlewareHandler<Protected> & {
  /** For a route that needs more than the others. The token is not verified a second time. */
  readonly require: (needs: Needs) => MiddlewareHandler<Protected>
}

/**
 * Middleware: `app.use(protect({ issuer, audience, scopes: ['read'] }))`.
 *
 * @throws TypeError at once when an option is invalid.
 */
export function protect(options: Options): Protection {
  const guard = fetchGuard(options)
  const require =
    (needs?: Needs): MiddlewareHandler<Protected> =>
    async (c, next) => {
      const token = await guard.check(c.req.raw, needs)
      if (token instanceof Response) return token
      c.set('token', token)
      return next()
    }
  return Object.assign(require(), { require })
}
