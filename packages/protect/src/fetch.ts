import { toResponse } from './answer.ts'
import type { AccessToken } from './claims.ts'
import type { Asked } from './credentials.ts'
import { type Checked, makeGuard } from './guard.ts'
import type { Needs, OptionsFor } from './options.ts'

export type Options = OptionsFor<Request>

export interface FetchGuard {
  /**
   * The token of a request that also satisfies `needs`, or the answer to send: 400, 401, 403 or 503, or the metadata document.
   * A token, and the proof of its key, are verified once per request, however often this is called.
   */
  check(request: Request, needs?: Needs): Promise<AccessToken | Response>
}

export function fetchGuard(options: Options): FetchGuard {
  const { certificate } = options
  const guard = makeGuard(options, { hasFullUrls: true, checksCertificates: certificate !== undefined })
  const tokens = new WeakMap<Request, Promise<Checked>>()
  const askedBy = (request: Request): Asked => ({
    method: request.method,
    url: request.url,
    authorization: request.headers.get('authorization') ?? undefined,
    proof: request.headers.get('dpop') ?? undefined,
    certificate: () => certificate?.(request),
  })
  return {
    async check(request, needs) {
      const asked = askedBy(request)
      const document = guard.metadata(asked)
      if (document !== undefined) return toResponse(document)
      const verified = tokens.get(request) ?? guard.token(asked)
      tokens.set(request, verified)
      const { token, refused } = guard.check(await verified, needs)
      return token ?? toResponse(refused)
    },
  }
}

/**
 * A fetch handler that requires an access token: `export default { fetch: protect({ issuer, audience }, handler) }`. The
 * arguments after the request (`env` and `ctx` in a Worker) follow the token.
 *
 * @throws TypeError at once when an option is invalid.
 */
export function protect<Rest extends unknown[]>(
  options: Options,
  handler: (request: Request, token: AccessToken, ...rest: Rest) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const guard = fetchGuard(options)
  return async (request, ...rest) => {
    const token = await guard.check(request)
    return token instanceof Response ? token : handler(request, token, ...rest)
  }
}
