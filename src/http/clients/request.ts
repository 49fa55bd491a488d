import type { Client } from '../../rules/clients/client.ts'
import { type ClientCredentials, parseClientCredentials } from '../../rules/clients/credentials.ts'
import { type Parameters, parseParameters } from '../../rules/parameters.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import type { Context } from '../context.ts'
import { allowClientOrigin } from '../cors.ts'
import { readFormBody } from '../form-body.ts'
import { note } from '../log.ts'
import { refuseMachine } from '../machine-answers.ts'

/** The result of a request to a client endpoint. */
export interface ClientAnswer {
  /** The client whose origins may read the answer. Undefined while no client was found. */
  readonly client: Client | undefined
  readonly outcome: Response | Refusal
}

/** The common part of the endpoints that clients post to: a form body, refusals in JSON, and CORS on every answer. */
export async function answerClient(
  c: Context,
  answer: (pairs: URLSearchParams) => Promise<ClientAnswer>,
): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) {
    const refusal = refuse('invalid_request', body.description)
    return allowClientOrigin(c, undefined, refuseMachine(c, refusal, body.status))
  }
  const { client, outcome } = await answer(body.pairs)
  if (client !== undefined) note(c, { client: client.id })
  return allowClientOrigin(c, client, isRefusal(outcome) ? refuseMachine(c, outcome) : outcome)
}

export interface ClientRequest {
  readonly parameters: Parameters
  readonly credentials: ClientCredentials
}

/** The parameters, each at most once except `resource` (RFC 8707 §2), and the credentials of the client. */
export function parseClientRequest(c: Context, pairs: URLSearchParams): ClientRequest | Refusal {
  const { parameters, problem } = parseParameters([...pairs].filter(([name]) => name !== 'resource'))
  if (problem !== undefined) return problem.refusal
  const credentials = parseClientCredentials(c.req.header('authorization'), parameters)
  return isRefusal(credentials) ? credentials : { parameters, credentials }
}
