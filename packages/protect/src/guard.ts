import { type Answer, refusal } from './answer.ts'
import { authorizationServer } from './authorization-server.ts'
import { type Asked, bearerOf } from './bearer.ts'
import type { AccessToken } from './claims.ts'
import { introspect } from './introspection.ts'
import { isJwt, verifyJwt } from './jwt.ts'
import { resourceMetadata } from './metadata.ts'
import { bothNeeds, checkNeeds } from './needs.ts'
import type { Needs, Options } from './options.ts'
import { isProblem, type Problem, problem } from './problem.ts'
import { readOptions } from './settings.ts'
import { Unavailable } from './unavailable.ts'

/** The guard of an API, on any kind of server. */
export interface Guard {
  /** The metadata document, if it is requested: the only answer that needs no token. */
  metadata(asked: Asked): Answer | undefined
  /** The token of a request, or why there is no valid one. */
  token(asked: Asked): Promise<AccessToken | Problem>
  /** Whether a valid token satisfies the needs. */
  check(token: AccessToken | Problem, needs: Needs | undefined): Allowed
}

export type Allowed =
  | { readonly token: AccessToken; readonly refused?: undefined }
  | { readonly refused: Answer; readonly token?: undefined }

/** @throws TypeError when an option is invalid. */
export function makeGuard(options: Options): Guard {
  const settings = readOptions(options)
  const { audience, introspection, now, clockTolerance, onUnavailable } = settings
  const server = authorizationServer(settings)
  const metadata = resourceMetadata(settings, options.scopes ?? [])

  async function verify(presented: string): Promise<AccessToken | Problem> {
    if (!isJwt(presented)) {
      return introspection === undefined
        ? problem(
            'invalid_token',
            'The access token is not a JWT, and this API accepts only JWTs (introspection is not set)',
          )
        : introspect(presented, server, introspection, settings)
    }
    const verified = await verifyJwt(presented, server.key, settings)
    if (isProblem(verified) || !introspection?.always) return verified
    const told = await introspect(presented, server, introspection, settings)
    return isProblem(told) ? told : verified
  }

  return {
    metadata: (asked) => metadata?.answer(asked),
    async token(asked) {
      const presented = bearerOf(asked)
      if (typeof presented !== 'string') return presented
      try {
        return await verify(presented)
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error
        onUnavailable(error)
        return problem('temporarily_unavailable', 'The access token cannot be checked at the moment')
      }
    },
    check(token, route) {
      const needs = bothNeeds(options, route)
      const refuse = (problem: Problem): Allowed => ({
        refused: refusal(problem, needs, audience, metadata?.url),
      })
      if (isProblem(token)) return refuse(token)
      const lacking = checkNeeds(token, needs, clockTolerance, now())
      return lacking === undefined ? { token } : refuse(lacking)
    },
  }
}
