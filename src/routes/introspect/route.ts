import { authenticateClient, presentedClient } from '../../http/clients/authenticate.ts'
import { answerClient, type ClientAnswer, parseClientRequest } from '../../http/clients/request.ts'
import type { Context } from '../../http/context.ts'
import { refuseBearer } from '../../http/machine-answers.ts'
import { admit, type PresentedToken, presentedToken, tokenQuery } from '../../http/tokens/bearer.ts'
import { answerIntrospection } from '../../http/tokens/signed-introspection.ts'
import { tokenState } from '../../http/tokens/token-state.ts'
import { parseParameters } from '../../rules/parameters.ts'
import { isRefusal, refuse } from '../../rules/refusal.ts'
import { read } from '../../store/database.ts'
import { findIntrospectingToken } from '../../store/tokens/introspecting-token.ts'

/**
 * POST /o/introspect, RFC 7662: for an authenticated client, about the tokens that it may see, or with an access token of scope
 * `introspection`.
 */
export function post(c: Context): Promise<Response> {
  const presented = presentedToken(c)
  return answerClient(c, (pairs) =>
    presented === undefined ? forClient(c, pairs) : forBearer(c, pairs, presented),
  )
}

async function forClient(c: Context, pairs: URLSearchParams): Promise<ClientAnswer> {
  const request = parseClientRequest(c, pairs)
  if (isRefusal(request)) return { client: undefined, outcome: request }
  const token = request.parameters.get('token')
  const { clientId } = request.credentials
  const known = await read(c.env.DB, {
    presented: presentedClient(c, request.credentials),
    state: await tokenState(c, token ?? '', clientId),
  })
  const client = known.presented?.client
  const authenticated = await authenticateClient(c, request.credentials, known.presented)
  if (isRefusal(authenticated)) return { client, outcome: authenticated }
  if (authenticated.client.type === 'public') {
    return {
      client,
      outcome: refuse('invalid_client', 'Only a confidential application may introspect tokens'),
    }
  }
  if (token === undefined) return { client, outcome: refuse('invalid_request', 'token is missing') }
  const state = known.state(authenticated.client)
  return { client, outcome: await answerIntrospection(c, state, authenticated.client) }
}

async function forBearer(
  c: Context,
  pairs: URLSearchParams,
  presented: PresentedToken,
): Promise<ClientAnswer> {
  const { parameters, problem } = parseParameters(pairs)
  const state = await tokenState(c, parameters.get('token') ?? '')
  const shown = await tokenQuery(c, presented, 'introspection', findIntrospectingToken)
  const known = await read(c.env.DB, { shown, state })
  const caller = await admit(c, known.shown)
  const answer = (outcome: ClientAnswer['outcome']): ClientAnswer => ({ client: undefined, outcome })
  if (isRefusal(caller)) return answer(refuseBearer(c, caller))
  if (problem !== undefined) return answer(problem.refusal)
  if (!parameters.has('token')) return answer(refuse('invalid_request', 'token is missing'))
  return answer(await answerIntrospection(c, known.state(undefined), caller.client))
}
