import { type Answer, refusal } from './answer.ts'
import { authorizationServer } from './authorization-server.ts'
import { checkBinding } from './binding.ts'
import type { AccessToken } from './claims.ts'
import { type Asked, credentialsOf, type Scheme } from './credentials.ts'
import { introspect } from './introspection.ts'
import { isJwt, verifyJwt } from './jwt.ts'
import { resourceMetadata } from './metadata.ts'
import { bothNeeds, checkNeeds } from './needs.ts'
import type { CommonOptions, Needs } from './options.ts'
import { isProblem, type Problem, problem } from './problem.ts'
import { type Knowledge, readOptions } from './settings.ts'
import { Unavailable } from './unavailable.ts'

/** The guard of an API, on any kind of server. */
export interface Guard {
  /** The metadata document, if it is requested: the only answer that needs no token. */
  metadata(asked: Pick<Asked, 'method' | 'url'>): Answer | undefined
  /** The token of a request, or why there is no valid one. A proof with it is used up. */
  token(asked: Asked): Promise<Checked>
  /** Whether a valid token satisfies the needs. */
  check(checked: Checked, needs: Needs | undefined): Allowed
}

/** The result for one request, whatever a route needs. */
export interface Checked {
  readonly scheme: Scheme
  readonly token: AccessToken | Problem
}

export type Allowed =
  | { readonly token: AccessToken; readonly refused?: undefined }
  | { readonly refused: Answer; readonly token?: undefined }

/** @throws TypeError when an option is invalid. */
export function makeGuard(options: CommonOptions, knowledge: Knowledge): Guard {
  const settings = readOptions(options, knowledge)
  const { introspection, now, clockTolerance, onUnavailable } = settings
  const checksProofs = settings.proofAlgorithms.length > 0
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
      const { scheme, token: text } = credentialsOf(asked, checksProofs)
      if (typeof text !== 'string') return { scheme, token: text }
      try {
        const token = await verify(text)
        if (isProblem(token)) return { scheme, token }
        return { scheme, token: (await checkBinding({ scheme, text, token }, asked, settings)) ?? token }
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error
        onUnavailable(error)
        const description = 'The access token cannot be checked at the moment'
        return { scheme, token: problem('temporarily_unavailable', description) }
      }
    },
    check({ scheme, token }, route) {
      const needs = bothNeeds(options, route)
      const refuse = (problem: Problem): Allowed => ({
        refused: refusal(problem, needs, { scheme, settings, metadataUrl: metadata?.url }),
      })
      if (isProblem(token)) return refuse(token)
      const lacking = checkNeeds(token, needs, clockTolerance, now())
      return lacking === undefined ? { token } : refuse(lacking)
    },
  }
}
