import type { AccessToken } from './claims.ts'
import type { Needs } from './options.ts'
import { type Problem, problem } from './problem.ts'

/** Needs of an API and of one of its routes together. The route's own step-up replaces that of the API. */
export function bothNeeds(api: Needs, route: Needs | undefined): Needs {
  if (route === undefined) return api
  return {
    scopes: [...new Set([...(api.scopes ?? []), ...(route.scopes ?? [])])],
    acrValues: route.acrValues ?? api.acrValues,
    maxAge: route.maxAge ?? api.maxAge,
  }
}

/** Undefined when the token has everything needed. `tolerance` and `now` in seconds. */
export function checkNeeds(
  { claims, scopes }: AccessToken,
  needs: Needs,
  tolerance: number,
  now: number,
): Problem | undefined {
  const missing = needs.scopes?.filter((name) => !scopes.includes(name)) ?? []
  if (missing.length > 0)
    return problem('insufficient_scope', `The access token lacks the scope ${missing.join(' ')}`)
  const { acrValues, maxAge } = needs
  if (acrValues !== undefined && (claims.acr === undefined || !acrValues.includes(claims.acr)))
    return problem('insufficient_user_authentication', 'A stronger sign-in is needed')
  if (maxAge !== undefined && (claims.auth_time === undefined || claims.auth_time + maxAge + tolerance < now))
    return problem('insufficient_user_authentication', 'A more recent sign-in is needed')
  return undefined
}
